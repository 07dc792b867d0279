"""What a witness signs of a checkpoint, by the type of its key (C2SP tlog-cosignature)."""

from sepakat.record.errors import InvalidError
from sepakat.record.lines import parse_hash, parse_size

MAX_NAME = 255  # bytes of a witness's name or an origin in the message of type 06


def ed25519_message(text: str, time: int) -> bytes:
    """The message of type 04: the time, and the text of the checkpoint."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def ml_dsa_message(witness: str, text: str, time: int) -> bytes:
    """The message of type 06: the witness, the time, and the checkpoint as a subtree from leaf 0.

    `InvalidError` if the text is no checkpoint without extension lines.
    """
    where = "checkpoint"
    origin, found, rest = text.partition("\n")
    lines = rest.split("\n")
    if not found or len(lines) != 3 or lines[2]:
        raise InvalidError("the text does not have exactly three lines", where=where)
    size, root = parse_size(lines[0], where), parse_hash(lines[1], where)
    names = _prefixed(witness) + time.to_bytes(8, "big") + _prefixed(origin)
    return b"subtree/v1\n\0" + names + bytes(8) + size.to_bytes(8, "big") + root


def _prefixed(name: str) -> bytes:
    data = name.encode()
    if not 0 < len(data) <= MAX_NAME:
        raise InvalidError(
            f"a name of {len(data)} bytes cannot be cosigned",
            where=name[:100],
            fix=f"Use a name of 1 to {MAX_NAME} bytes.",
        )
    return bytes([len(data)]) + data
