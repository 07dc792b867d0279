"""The statements of an exported record: opened, labelled, held against the logs, and folded."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from sepakat.record import leaf
from sepakat.record.audit.files import Folder
from sepakat.record.audit.logs import Log, Progress
from sepakat.record.audit.report import Findings, Report
from sepakat.record.audit.signatures import Job, VerifyAhead
from sepakat.record.card import Card
from sepakat.record.errors import InvalidError
from sepakat.record.export import decode_line, encode_line, parse_disclosure_path
from sepakat.record.fold import Entry, Fold, read
from sepakat.record.keys import PublicKey
from sepakat.record.kind import Registry
from sepakat.record.label import Reader, may_see
from sepakat.record.rules import PENDING, REJECTED, STANDING
from sepakat.record.statement import Seen
from sepakat.record.tile import WIDTH
from sepakat.record.verifying import Verify

Bundles = Mapping[tuple[str, int], str]
"""The files of disclosures by nation and bundle."""


class StatementAudit:
    """Checks what is disclosed of logs that have been checked; `reader` is whom it is shown to."""

    def __init__(
        self,
        files: Folder,
        findings: Findings,
        report: Report,
        cards: Mapping[str, Card],
        logs: Mapping[str, Log],
        reader: Reader | None,
        progress: Progress,
    ) -> None:
        self._files = files
        self._findings = findings
        self._report = report
        self._cards = cards
        self._logs = logs
        self._reader = reader
        self._progress = progress
        own = cards.get(report.nation)
        self._own_reader = own.reader if own else None
        self.shown: Counter[str] = Counter()  # leaves that have been opened, by nation

    def run(self, registry: Registry, workers: int) -> None:
        bundles = {}
        for path in self._files.names:
            if path.startswith("disclosures/"):
                try:
                    bundles[parse_disclosure_path(path)] = path
                except InvalidError as error:
                    self._findings.add_error(path, error)
        if workers > 1:
            with VerifyAhead(workers) as ahead:
                entries = self._read_all(bundles, ahead.submit)
                self._fold(registry, entries, ahead.verify)
        else:
            entries = self._read_all(bundles, lambda jobs: None)
            self._fold(registry, entries, PublicKey.verifies)

    def _read_all(self, bundles: Bundles, verify: Callable[[Iterable[Job]], None]) -> list[Entry]:
        """All statements that open leaves of their logs; their signatures go to `verify`."""
        entries: list[Entry] = []
        keys: Keys = {}
        for nation, card in self._cards.items():
            _add_key(keys, nation, card.statement_key)
        for done, ((nation, bundle), path) in enumerate(sorted(bundles.items()), 1):
            found = list(self._read_bundle(nation, bundle, path))
            verify(verify_jobs(found, keys))
            entries += found
            self.shown[nation] += len(found)
            self._progress("statements", done, len(bundles))
        self._report.statements = len(entries)
        return entries

    def _read_bundle(self, nation: str, bundle: int, path: str) -> Iterator[Entry]:
        log, first = self._logs.get(nation), bundle * WIDTH
        if log is None or first >= log.size:
            self._findings.add(path, f"there is no log of {nation} to hold it against")
            return
        try:
            *lines, last = self._files.read(path).split(b"\n")
            leaves = log.entries(bundle)
        except InvalidError as error:
            self._findings.add_error(path, error)
            return
        if last or not lines:
            self._findings.add(path, "does not end with a whole line")
        before = first - 1
        for number, line in enumerate(lines, 1):
            try:
                entry = _read_line(nation, line, leaves, first, before)
            except InvalidError as error:
                self._findings.add_error(f"{path}, line {number}", error)
                continue
            before = entry.index
            for within, wrong in self._faults(entry):
                self._findings.add(f"{path}, line {number}{within}", wrong)
            yield entry

    def _faults(self, entry: Entry) -> Iterable[tuple[str, str]]:
        """What is wrong with a label or a mark, by its place in the line."""
        statement, own = entry.statement, self._report.nation
        if statement is None:
            return [("", "is disclosed, yet has no label that can be read")] if self._reader else []
        label, faults = statement.label, []
        if self._reader is not None and not may_see(label, self._reader):
            faults.append((", label", "the reader of this export may not see it"))
        if entry.nation != own and self._own_reader and not may_see(label, self._own_reader):
            faults.append((", label", f"{own} may not see it, nor show it to others"))
        for nation, mark in statement.seen.items():
            if wrong := self._mark_fault(entry.nation, nation, mark):
                faults.append((f", seen.{nation}", wrong))
        return faults

    def _mark_fault(self, author: str, nation: str, mark: Seen) -> str | None:
        log = self._logs.get(nation)
        if log is not None and log.holds and mark.size <= log.size:
            self._report.marks += 1
            if log.root_at(mark.size).hex() != mark.root:
                return f"at size {mark.size} the log of {nation} has another root than this"
        elif log is not None and mark.size > log.size and self._report.nation in (author, nation):
            return f"{author} has seen {mark.size} leaves of {nation}; the export has {log.size}"
        else:
            self._report.unchecked_marks += 1
        return None

    def _fold(self, registry: Registry, entries: list[Entry], verify: Verify) -> None:
        report = self._report
        fold = Fold(registry, self._cards.values(), verify=verify)
        self._progress("state", 0, len(entries))
        try:
            fold.add(entries)
            report.state = fold.digest()
        except Exception as error:  # from a kind's own check, on what a stranger wrote
            self._findings.add("the state", f"the statements cannot be folded ({error!r})")
            return
        finally:
            report.signatures = fold.signatures.good
        self._progress("state", len(entries), len(entries))
        others = [d for d in fold.decisions.values() if d.status is not STANDING]
        report.standing = len(fold.decisions) - len(others)
        report.pending = sum(d.status is PENDING for d in others)
        codes = Counter(d.code for d in others if d.status is REJECTED)
        report.rejected = dict(sorted(codes.items()))


def _read_line(nation: str, line: bytes, leaves: list[bytes], first: int, before: int) -> Entry:
    """The entry in a line, which must open one of `leaves`, after the one at index `before`."""
    disclosure = decode_line(nation, line)
    index = disclosure.index
    if not before < index < first + len(leaves):
        raise InvalidError("is out of order or of another file", where=f"index {index}")
    if leaf.commit(disclosure.salt, disclosure.envelope) != leaves[index - first]:
        raise InvalidError(
            "envelope and salt do not open the leaf that the log holds", where=f"index {index}"
        )
    entry = read(nation, index, disclosure.envelope)
    if entry.statement is None and encode_line(disclosure) != line:
        raise InvalidError("the envelope is not canonical JSON", where=f"index {index}")
    return entry


Keys = dict[tuple[str, str], PublicKey]


def _add_key(keys: Keys, nation: str, text: str) -> None:
    key = PublicKey.parse(text)
    keys.setdefault((nation, key.keyid), key)


def verify_jobs(entries: Iterable[Entry], keys: Keys) -> Iterator[Job]:
    """What there is to verify by the keys known so far; those registered are added to `keys`.

    A key counts only after its registration in the same log, so one pass in the log's order does.
    """
    for entry in entries:
        statement, envelope = entry.statement, entry.envelope
        if statement is None or envelope is None:
            continue
        signed = envelope.signed
        for signature in envelope.signatures:
            if key := keys.get((entry.nation, signature.keyid)):
                yield key.raw, signed, signature.value
        text = statement.body.get("public_key")
        if statement.kind == "key" and isinstance(text, str):
            try:
                _add_key(keys, entry.nation, text)
            except InvalidError:
                continue  # the rules reject it
