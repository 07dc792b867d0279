"""What may be said of an agreement's text: each edition of it, signed by both nations."""

from typing import Annotated

from pydantic import Field

from sepakat.policy.agreement.checking import check
from sepakat.policy.agreement.reading import read
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Count, Counterparty, Date, ObjectId, Reason, Ref, Text
from sepakat.record.kind import COUNTERPARTY, Action, Context, Kind, Lifecycle

OFFICER = ("officer",)
APPROVER = ("approver",)


def is_sound(context: Context) -> str | None:
    """The text can be read, fits what it is the text of, and has no errors."""
    fields = context.fields
    try:
        text = read(fields["source"])
        found = [finding for finding in check(fields["source"]) if finding.severity == "error"]
    except InvalidError as error:
        return error.what
    if found:
        return "; ".join(f"line {finding.line}: {finding.message}" for finding in found[:5])
    heading = text.agreement
    if heading.id != fields["agreement"]:
        return f"the text is of {heading.id}, not of {fields['agreement']}"
    if heading.edition != fields["number"]:
        return f"the text calls itself edition {heading.edition}, not {fields['number']}"
    parties = {context.statement.by.nation, fields["counterparty"]}
    if not parties <= set(heading.parties):
        return f"the text is between {' and '.join(heading.parties)}"
    return None


class Edition(Kind):
    """An agreement's text as the nodes compute with it: rules, dates and amounts."""

    agreement: Annotated[ObjectId, Ref("agreement")] = Field(
        title="Agreement", description="The agreement that it is the text of."
    )
    counterparty: Counterparty
    number: Count = Field(title="Edition", description="Its number; an amendment makes a new one.")
    effective: Date = Field(title="In force from", description="The day from which it is used.")
    source: Text = Field(
        title="Text", description="The text in TOML, as “sepakat agreement check” takes it."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            requires={"agreement": ("proposed", "accepted", "in_force")},
            check=is_sound,
        ),
        Action("accept", start=("proposed",), end="accepted", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
    )


KINDS: tuple[type[Kind], ...] = (Edition,)
