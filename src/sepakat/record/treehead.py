"""What a checkpoint says of a log: its tree head (C2SP tlog-checkpoint, without the signatures)."""

from dataclasses import dataclass

from sepakat.record.errors import InvalidError
from sepakat.record.lines import MAX_SIZE, encode_hash, parse_hash, parse_size
from sepakat.record.merkle import EMPTY_ROOT, HASH_SIZE


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: its origin, how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin:
            raise _malformed("the origin is empty or has a newline")
        if not 0 <= self.size <= MAX_SIZE:
            raise _malformed(f"the size {self.size} is out of range")
        if len(self.root) != HASH_SIZE:
            raise _malformed(f"the root has {len(self.root)} bytes and not {HASH_SIZE}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise _malformed("an empty log has another root than that of nothing")

    def encode(self) -> str:
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{encode_hash(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Reads the text of a note. Extension lines, which no audit can check, are refused."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise _malformed("the text does not have exactly three lines")
    origin, size, root, _ = lines
    return Checkpoint(origin, parse_size(size, "checkpoint"), parse_hash(root, "checkpoint"))


def _malformed(what: str) -> InvalidError:
    return InvalidError(what, where="checkpoint", fix="Ask its sender for a new one.")
