"""What an audit reports."""

from dataclasses import dataclass, field

from sepakat.record.errors import SepakatError

MAX_FINDINGS = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and where: a file, with the line, index or field within it."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


class Findings:
    """Findings as they come up: each once, and so many that people can still read them."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}
        self._more = 0

    def add(self, place: str, what: str) -> None:
        finding = Finding(_printable(place), _printable(what))
        if len(self._found) < MAX_FINDINGS:
            self._found.setdefault(finding)
        else:
            self._more += finding not in self._found

    def add_error(self, place: str, error: SepakatError) -> None:
        """An error's own place follows the file's; what to do about it is not the auditor's."""
        within = f", {error.where}" if error.where and error.where != place else ""
        self.add(place + within, error.what)

    def all(self) -> list[Finding]:
        found = list(self._found)
        if self._more:
            found.append(Finding("the record", f"{self._more:,} more findings are not listed"))
        return found


@dataclass
class Report:
    """What an audit has found. Statements that the rules reject are a part of the record and no
    findings; they are counted by the code of the rule."""

    findings: list[Finding] = field(default_factory=list)
    nation: str = ""  # that made the export
    at: str = ""  # when it says it did
    fingerprints: dict[str, str] = field(default_factory=dict)  # of the cards, by nation
    sizes: dict[str, int] = field(default_factory=dict)  # of the logs, by nation
    roots: dict[str, str] = field(default_factory=dict)
    state: str = ""  # the digest of what the statements come to
    files: int = 0
    leaves: int = 0
    statements: int = 0
    standing: int = 0
    pending: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    signatures: int = 0  # over statements, that verify
    cosignatures: int = 0
    marks: int = 0  # `seen` marks held against the log that they name
    unchecked_marks: int = 0  # beyond what the exporter had of a third nation's log

    @property
    def ok(self) -> bool:
        return not self.findings


def _printable(text: str) -> str:
    """File names and error texts are the record's: they must not steer a terminal or fill it."""
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:2000])
    return safe.encode("utf-8", "backslashreplace").decode()
