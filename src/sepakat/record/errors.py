"""The errors that Sepakat raises on purpose.

Each says what is wrong, where, and what to do next, so that a message can be shown as it is.
"""

from typing import Self


class SepakatError(Exception):
    """Base of all errors that a user may meet.

    `what` is a clause without its full stop, `where` names the place (a file and line, a field,
    a log index), `fix` is a sentence that says what to do next.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what, where, fix)
        self.what = what
        self.where = where
        self.fix = fix

    def at(self, where: str = "", fix: str = "") -> Self:
        """The same, with the place and the next step of a caller that knows them, where it itself
        names none."""
        self.where = self.where or where
        self.fix = self.fix or fix
        return self

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. {self.fix.rstrip('.')}." if self.fix else text


class InvalidError(SepakatError):
    """The input breaks its format or its rules."""


class RefusedError(SepakatError):
    """The one who asks may not do or see this."""


class NotFoundError(SepakatError):
    """There is no such thing, or none that the one who asks may see."""


class ConflictError(SepakatError):
    """The input is well formed but does not fit what is stored: a stale `prev`, a taken name."""


class ProofError(SepakatError):
    """A signature, hash, proof or log does not verify."""
