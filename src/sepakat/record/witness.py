"""What a witness checks before it cosigns a checkpoint (C2SP tlog-witness)."""

from dataclasses import dataclass
from typing import NamedTuple

from sepakat.record.checkpoint import open_checkpoint
from sepakat.record.errors import InvalidError, ProofError, SepakatError
from sepakat.record.lines import encode_proof, parse_proof, parse_size, split_proof
from sepakat.record.merkle import EMPTY_ROOT, verify_consistency
from sepakat.record.note import VerifierKey, parse_note
from sepakat.record.treehead import Checkpoint

_WHERE = "add-checkpoint"


class WitnessError(SepakatError):
    """A refusal, with the HTTP status of the answer.

    With status 409, `size` is what the witness has stored: the answer's body is that number and a
    newline, of the type `text/x.tlog.size`.
    """

    def __init__(self, status: int, what: str, fix: str, size: int | None = None) -> None:
        super().__init__(what, where=_WHERE, fix=fix)
        self.status = status
        self.size = size


class ForkError(WitnessError):
    """A log has signed two roots for one size: keep both notes, they prove it to anyone."""

    def __init__(self, size: int, stored_note: bytes, note: bytes) -> None:
        super().__init__(
            409,
            f"the log has signed two roots for size {size}",
            "Keep both notes as proof and take nothing more from this log.",
            size,
        )
        self.stored_note = stored_note
        self.note = note


class WitnessState(NamedTuple):
    """The latest checkpoint of a log that the witness has cosigned, and its note as stored.

    Without the note the check is the same, but a ForkError carries only one side of the proof.
    """

    size: int
    root: bytes
    note: bytes = b""


@dataclass(frozen=True)
class AddCheckpoint:
    """A request to cosign a checkpoint that extends the one of size `old` (0 if there is none)."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """The body of the request."""
        return encode_proof([f"old {self.old}"], self.proof, self.checkpoint)

    @property
    def origin(self) -> str:
        """The log that the checkpoint names, not yet verified: which key to check it with."""
        return parse_note(self.checkpoint).text.partition("\n")[0]


def parse_add_checkpoint(data: bytes) -> AddCheckpoint:
    """Reads the body of a request, refusing with status 400 what is malformed."""
    try:
        lines, note = split_proof(data, _WHERE)
        if not lines[0].startswith("old "):
            raise InvalidError("the first line does not give the old size")
        old = parse_size(lines[0].removeprefix("old "), _WHERE)
        request = AddCheckpoint(old, parse_proof(lines[1:], _WHERE), note)
        parse_note(note)
    except InvalidError as error:
        raise WitnessError(400, error.what, error.fix) from error
    return request


def check_add_checkpoint(
    request: AddCheckpoint,
    log_vkey: VerifierKey,
    stored: WitnessState | None,
) -> Checkpoint:
    """Gives the checkpoint if it may be cosigned and stored in place of `stored`.

    Checking and storing must be one atomic step. Raises ForkError for a second root at the stored
    size, and otherwise WitnessError: 400 malformed, 403 signature, 409 another size is stored, 422
    proof. An unknown origin (404) is for the caller to find, who looks the key up.
    """
    state = stored or WitnessState(0, EMPTY_ROOT)
    try:
        new = open_checkpoint(request.checkpoint, log_vkey).checkpoint
    except InvalidError as error:
        raise WitnessError(400, error.what, error.fix) from error
    except ProofError as error:
        raise WitnessError(403, error.what, error.fix) from error
    if new.size == state.size and new.root != state.root:
        raise ForkError(new.size, state.note, request.checkpoint)
    if request.old > new.size:
        raise WitnessError(
            400,
            f"the old size {request.old} is above the checkpoint's {new.size}",
            "Send the log's newest checkpoint.",
        )
    if request.old != state.size:
        raise WitnessError(
            409,
            f"the old size is {request.old}, but the witness has stored {state.size}",
            "Send a checkpoint that is not smaller, with a proof from the stored size.",
            state.size,
        )
    _check_proof(request, state, new)
    return new


def _check_proof(request: AddCheckpoint, state: WitnessState, new: Checkpoint) -> None:
    """From size 0 there is nothing to prove, so the proof must be empty."""
    fix = "Make the proof anew from the log's tiles; if it stays so, the log was rewritten."
    if request.old == 0:
        if request.proof:
            raise WitnessError(422, "a proof is given from size 0", "Leave the proof out.")
        return
    try:
        verify_consistency(state.size, new.size, request.proof, state.root, new.root)
    except ProofError as error:
        raise WitnessError(422, error.what, fix) from error
