"""The kinds that the record itself needs: keys, partners, and the edition of the rules."""

from typing import Annotated

from pydantic import Field

from sepakat.record.card import Base64
from sepakat.record.errors import InvalidError
from sepakat.record.fields import (
    Count,
    Counterparty,
    Digest,
    Line,
    Name,
    Nation,
    ObjectId,
    Reason,
    Ref,
)
from sepakat.record.keys import PublicKey
from sepakat.record.kind import COUNTERPARTY, OWNER, Action, Context, Kind, Lifecycle

ADMINISTRATOR = ("administrator",)


def _sound_key(context: Context) -> str | None:
    """The key is a sound Ed25519 public key."""
    try:
        PublicKey.parse(context.fields["public_key"])
    except InvalidError as error:
        return str(error)
    return None


class Key(Kind):
    """A key that may sign statements, for a whole nation or for one of its organisations."""

    name: Line = Field(title="Name", description="What the key is called.")
    public_key: Base64 = Field(title="Public key", description="The Ed25519 key, in base64.")
    organisation: Annotated[ObjectId | None, Ref("organisation")] = Field(
        default=None,
        title="Organisation",
        description="The only organisation that it may sign for, if it is one's.",
    )
    sign_as: tuple[Name, ...] = Field(
        default=(),
        title="Sign as",
        description="The roles that it may sign in; none named, any.",
    )
    reason: Reason = None

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

    name: Line = Field(title="Name", description="What the partner calls itself.")
    nation: Nation = Field(title="Nation", description="The partner's nation.")
    card: Digest = Field(title="Card", description="The fingerprint of the card it gave.")
    reason: Reason = None

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

    title: Line = Field(title="Title", description="What the edition is called.")
    counterparty: Counterparty
    # Under edition 0 there would be no kind left to say anything with.
    number: Annotated[Count, Field(ge=1)] = Field(
        title="Number", description="The number of the edition."
    )
    reason: Reason = None

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
