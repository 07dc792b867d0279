"""What a witness signs of a checkpoint, by the type of its key (C2SP tlog-cosignature)."""

from sepakat.record.errors import InvalidError
from sepakat.record.treehead import Checkpoint

MAX_NAME = 255  # bytes of a witness's name or an origin in the message of type 06


def ed25519_message(text: str, time: int) -> bytes:
    """The message of type 04: the time, and the text of the checkpoint."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def ml_dsa_message(witness: str, checkpoint: Checkpoint, time: int) -> bytes:
    """The message of type 06: the witness, the time, and the tree head as a subtree from leaf 0."""
    size = checkpoint.size.to_bytes(8, "big")
    names = _prefixed(witness) + time.to_bytes(8, "big") + _prefixed(checkpoint.origin)
    return b"subtree/v1\n\0" + names + bytes(8) + size + checkpoint.root


def _prefixed(name: str) -> bytes:
    data = name.encode()
    if len(data) > MAX_NAME:
        raise InvalidError(
            f"a name of {len(data)} bytes cannot be cosigned",
            where=name[:100],
            fix=f"Use a name of at most {MAX_NAME} bytes.",
        )
    return bytes([len(data)]) + data
