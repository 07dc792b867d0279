"""What a transfer kind's declaration cannot say of an action: each check names what is wrong."""

from typing import Final

from sepakat.industry.checks import ends_after_it_begins
from sepakat.record.kind import Context

CLASSIFIER: Final = ("classifier", "classifier_account")  # the organisation and its person
# ISO 16290:2013; the US Department of Defense's MRL Deskbook.
HIGHEST: Final = {"technology_readiness": 9, "manufacturing_readiness": 10}


def fits_parties(context: Context) -> str | None:
    """The provider is a party, is the obligation's obligor, and what is controlled has a judge."""
    fields = context.fields
    parties = {context.statement.by.nation, fields["counterparty"]}
    if fields["provider"] not in parties:
        return f"the provider must be one of the two parties, {' or '.join(sorted(parties))}"
    for obligation in context.refs.get("obligation", ()):
        if obligation.fields["obligor"] != fields["provider"]:
            return f"{obligation.id} is owed by {obligation.fields['obligor']}, not by the provider"
    for name in CLASSIFIER if fields.get("classifications") else ():
        if not fields.get(name):
            return f"{name} must name who classified what is controlled"
    return None


def proofs_suffice(context: Context) -> str | None:
    """Each sort of proof that the package asks for is there, of this package."""
    assert context.before is not None
    proofs = context.refs["proofs"]
    for proof in proofs:
        if proof.fields["package"] != context.before.id:
            return f"{proof.id} is a proof of {proof.fields['package']}"
    shown = {proof.fields["type"] for proof in proofs}
    missing = [sort for sort in context.fields["needed"] if sort not in shown]
    return f"there is no proof yet of {', '.join(missing)}" if missing else None


def authorises_own_export(context: Context) -> str | None:
    """Only the provider authorises the export of its technology, from a day to a later one."""
    (package,) = context.refs["package"]
    provider = package.fields["provider"]
    if context.statement.by.nation != provider:
        return f"only {provider}, the provider of {package.id}, authorises its export"
    return ends_after_it_begins(context)


def is_authorised(context: Context) -> str | None:
    """The provider sends, and what is controlled under an authorisation in force that day."""
    (package,) = context.refs["package"]
    if wrong := _is_sent_by(package.fields["provider"], context):
        return wrong
    authorisations = context.refs.get("authorisation", ())
    if package.fields.get("classifications") and not authorisations:
        return f"{package.id} is controlled: authorisation must name the one that it goes under"
    for authorisation in authorisations:
        if authorisation.fields["package"] != package.id:
            return f"{authorisation.id} is for {authorisation.fields['package']}"
        first, last = authorisation.fields["effective"], authorisation.fields["expires"]
        if not first <= context.fields["date"] <= last:
            return f"{authorisation.id} is in force from {first} to {last}"
    return None


def is_on_scale(context: Context) -> str | None:
    """The level is one of its scale."""
    scale, level = context.fields["scale"], context.fields["level"]
    if not 1 <= level <= HIGHEST[scale]:
        return f"the scale has the levels 1 to {HIGHEST[scale]}"
    return None


def is_shown_by_receiver(context: Context) -> str | None:
    """Who received the technology shows that it can work without the provider."""
    (package,) = context.refs["package"]
    (receiver,) = package.parties - {package.fields["provider"]}
    return _is_sent_by(receiver, context)


def _is_sent_by(nation: str, context: Context) -> str | None:
    return None if context.statement.by.nation == nation else f"this is for {nation} to say"
