"""Why an amount was credited: from the claim and its evidence through each rule to the sum."""

from dataclasses import dataclass
from decimal import Decimal

from sepakat.policy.agreement.reading import Lines
from sepakat.policy.credit.accounts import Computed
from sepakat.policy.credit.values import Ledger, Line, Step
from sepakat.record.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Reason:
    """One step, with the rule that asks for it: its line in the text, clause and condition."""

    what: str
    by: str
    amount: Decimal
    rule: str = ""
    line: int | None = None
    clause: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one claim came to, or what an obligation's ledger has beside its claims."""

    about: str
    obligation: str
    edition: str
    number: int
    verification: str
    evidence: tuple[str, ...]
    reasons: tuple[Reason, ...]


def explain(computed: list[Computed], name: str) -> list[Explanation]:
    """Every amount of a claim, or of all claims on an obligation and of the obligation itself.

    `NotFoundError` where no ledger has it.
    """
    found = []
    for each in computed:
        for ledger in each.ledgers:
            lines = [line for line in ledger.lines if name in (line.claim, ledger.obligation)]
            found += [_of_claim(each, ledger, line) for line in lines]
            if name == ledger.obligation and ledger.steps:
                found.append(_of(each, name, ledger, (), ledger.steps))
    if not found:
        raise NotFoundError(
            "no ledger has this claim or obligation",
            where=name,
            fix="See `sepakat ledger`; a claim without a day of delivery enters none",
        )
    return found


def _of_claim(computed: Computed, ledger: Ledger, line: Line) -> Explanation:
    return _of(computed, line.claim, ledger, line.evidence, line.steps)


def _of(
    computed: Computed,
    about: str,
    ledger: Ledger,
    evidence: tuple[str, ...],
    steps: tuple[Step, ...],
) -> Explanation:
    lines = Lines(computed.edition.fields["source"])
    claims = {claim.id: claim for claim in computed.claims}
    claim = claims.get(about)
    return Explanation(
        about=about,
        obligation=ledger.obligation,
        edition=computed.edition.id,
        number=computed.text.agreement.edition,
        verification=(claim.fields.get("verification") or "") if claim else "",
        evidence=evidence,
        reasons=tuple(_reason(computed, lines, step) for step in steps),
    )


def _reason(computed: Computed, lines: Lines, step: Step) -> Reason:
    for number, rule in enumerate(computed.text.rule):
        if rule.id == step.rule:
            return Reason(
                step.what,
                step.by,
                step.amount,
                rule.id,
                lines.of(("rule", number)),
                rule.clause or "",
                getattr(rule, "when", None) or "",
            )
    return Reason(step.what, step.by, step.amount)
