"""A nation's card: the keys that its partners register, and the height its node is cleared to."""

from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from sepakat.record import canon
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Line, Nation, shape
from sepakat.record.keys import PublicKey, decode_base64
from sepakat.record.label import Categories, Classification, Reader, nation_reader
from sepakat.record.note import KeyType, VerifierKey, parse_vkey
from sepakat.record.statement import from_validation

MAX_BYTES = 16 * 1024
SEALING_KEY_BYTES = 1216  # seal.SealingPublicKey sees to the rest where it is used

Base64 = Annotated[str, StringConstraints(max_length=4096)]
LongKey = Annotated[str, shape(r"^[!-~]+$", "a verifier key, as one word", max_length=4096)]


class Card(BaseModel):
    """What a partner must know of a nation before it can believe a word it says.

    Cards are handed over in person or checked by telephone: the fingerprint is what to read out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    nation: Nation
    name: Line
    url: Line  # where its node answers
    log_key: Line  # verifier keys in the form of signed notes: of its log, and as a witness
    witness_key: Line
    ml_dsa_witness_key: LongKey | None = None  # a second one as a witness, for after Ed25519
    statement_key: Base64  # Ed25519: signs statements for the whole nation
    exchange_key: Base64  # Ed25519: signs HTTP messages
    sealing_key: Base64  # X25519 with ML-KEM-768: what is disclosed to it is sealed to this
    ceiling: Classification
    caveats: Categories = {}

    @field_validator("statement_key", "exchange_key")
    @classmethod
    def _sound(cls, text: str) -> str:
        try:
            PublicKey(decode_base64(text))
        except InvalidError as error:  # a ValueError tells Pydantic, which adds the field
            raise ValueError(str(error)) from error
        return text

    @field_validator("sealing_key")
    @classmethod
    def _whole(cls, text: str) -> str:
        try:
            length = len(decode_base64(text))
        except InvalidError as error:
            raise ValueError(str(error)) from error
        if length != SEALING_KEY_BYTES:
            raise ValueError(f"has {length:,} bytes; a sealing key has {SEALING_KEY_BYTES:,}")
        return text

    @model_validator(mode="after")
    def _one_witness(self) -> Self:
        # Or one nation would pass for two witnesses.
        other = self.ml_dsa_witness_key
        if other and other.partition("+")[0] != self.witness_key.partition("+")[0]:
            raise ValueError("the two witness keys are of different names")
        return self

    @property
    def origin(self) -> str:
        """The name of its log, as checkpoints carry it."""
        return self.log_key.partition("+")[0]

    @property
    def reader(self) -> Reader:
        return nation_reader(self.nation, self.ceiling, self.caveats)

    @property
    def verifier_keys(self) -> list[tuple[str, str, KeyType]]:
        """Those that it has, as text: the member, the key, and the type that it must be of."""
        keys = [
            ("log_key", self.log_key, KeyType.ED25519),
            ("witness_key", self.witness_key, KeyType.COSIGNATURE),
        ]
        if second := self.ml_dsa_witness_key:
            keys.append(("ml_dsa_witness_key", second, KeyType.ML_DSA_COSIGNATURE))
        return keys

    @property
    def cosigners(self) -> list[VerifierKey]:
        """The keys by which it cosigns others' logs."""
        return [parse_vkey(key) for _, key, kind in self.verifier_keys if kind.is_cosignature]

    def plain(self) -> dict[str, Any]:
        """Its members as JSON has them: a key that it does not have is left out."""
        return self.model_dump(exclude_none=True)

    def encode(self) -> bytes:
        return canon.encode(self.plain())

    @property
    def fingerprint(self) -> str:
        """SHA-256 in groups of four hexadecimal digits, to be compared by two people."""
        digest = canon.digest(self.encode())
        return " ".join(digest[i : i + 4] for i in range(0, 64, 4))


def parse(data: bytes) -> Card:
    """A card from its canonical bytes; a line's end, as files have it, may stand around them."""
    data = data.strip()
    if len(data) > MAX_BYTES:
        raise InvalidError(
            f"a card of {len(data):,} bytes; at most {MAX_BYTES:,} are taken",
            fix="Take the file as the partner's node wrote it",
        )
    try:
        card = Card.model_validate(canon.decode(data))
    except ValidationError as error:
        raise from_validation(error, where="card") from error
    if card.encode() != data:  # or its fingerprint would not be that of these bytes
        raise InvalidError("a card states all its members, `caveats` too", fix="State them all")
    return card
