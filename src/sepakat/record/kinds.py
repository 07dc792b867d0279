"""The kinds that the record itself needs: keys, partners, and the edition of the rules."""

from typing import Annotated

from sepakat.record.card import Base64
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Count, Digest, Line, Name, Nation, ObjectId, Ref, Text
from sepakat.record.keys import PublicKey
from sepakat.record.kind import COUNTERPARTY, OWNER, Action, Context, Kind, Lifecycle

ADMINISTRATOR = ("administrator",)


def _sound_key(context: Context) -> str | None:
    try:
        PublicKey.parse(context.fields["public_key"])
    except InvalidError as error:
        return str(error)
    return None


class Key(Kind):
    """A key that may sign statements, for a whole nation or for one of its organisations."""

    name: Line
    public_key: Base64
    organisation: Annotated[ObjectId | None, Ref("organisation")] = None
    sign_as: tuple[Name, ...] = ()  # the roles it may sign in; none named, any
    reason: Text | None = None

    lifecycle = Lifecycle(
        Action(
            "register",
            end="in_force",
            roles=ADMINISTRATOR,
            may=("organisation", "sign_as"),
            check=_sound_key,
        ),
        Action(
            "revoke", start=("in_force",), end="revoked", roles=ADMINISTRATOR, needs=("reason",)
        ),
        resting=("in_force",),
    )


class Partner(Kind):
    """Another nation, as this one knows it: the card it registered, and whether it is trusted."""

    name: Line
    nation: Nation
    card: Digest  # the card's fingerprint
    reason: Text | None = None

    lifecycle = Lifecycle(
        Action("register", end="registered", roles=ADMINISTRATOR),
        Action(
            "freeze", start=("registered",), end="frozen", roles=ADMINISTRATOR, needs=("reason",)
        ),
        Action(
            "unfreeze", start=("frozen",), end="registered", roles=ADMINISTRATOR, needs=("reason",)
        ),
        resting=("registered", "frozen"),
    )


class Rules(Kind):
    """The edition of the rules by which statements are judged; both nations agree to change it.

    It binds the accepting nation's log from its acceptance on, and the proposer's from its
    confirmation on, which says that it has seen the acceptance.
    """

    title: Line
    counterparty: Nation
    number: Annotated[Count, "the edition"]
    reason: Text | None = None

    lifecycle = Lifecycle(
        Action("propose", end="proposed", roles=ADMINISTRATOR),
        Action("accept", start=("proposed",), end="accepted", by=COUNTERPARTY, roles=ADMINISTRATOR),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=ADMINISTRATOR,
            needs=("reason",),
        ),
        Action("confirm", start=("accepted",), end="in_force", by=OWNER, roles=ADMINISTRATOR),
    )


KINDS: tuple[type[Kind], ...] = (Key, Partner, Rules)
