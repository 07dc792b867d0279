"""An audit from end to end. It believes nothing in the directory but the cards, and those only as
far as the reader finds their fingerprints to be the ones that the nations read out."""

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sepakat.record.audit.files import Folder
from sepakat.record.audit.logs import Log, LogAudit, Progress, is_tile_of
from sepakat.record.audit.report import Findings, Report
from sepakat.record.audit.statements import StatementAudit
from sepakat.record.card import Card
from sepakat.record.dsse import Envelope
from sepakat.record.errors import InvalidError
from sepakat.record.export import (
    CHECKPOINT,
    COSIGNED,
    KEYS,
    LOG_KEY,
    MANIFEST,
    ML_DSA_WITNESS_KEY,
    README,
    WITNESS_KEY,
    Manifest,
    log_folder,
    parse_cards,
    parse_disclosure_path,
    parse_manifest,
)
from sepakat.record.keys import PublicKey
from sepakat.record.kind import Registry

SMALL = 40  # bundles of at most 256 statements: audited as soon as another process has started


def audit(
    directory: Path,
    registry: Registry,
    *,
    pins: Mapping[str, str] | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> Report:
    """Re-check an exported record. Whatever is wrong with it becomes a finding of the report.

    `pins` are the fingerprints that the reader has from elsewhere, by nation. More than one worker
    verifies signatures in as many processes, and none in as many as there are processors if the
    record is large enough; the report is the same.
    """
    whole = _Audit(Path(directory), progress or (lambda step, done, total: None))
    with _uncollected():
        return whole.run(registry, pins or {}, workers)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Statements have no cycles; to look for them again and again costs a sixth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Audit:
    def __init__(self, directory: Path, progress: Progress) -> None:
        self.progress = progress
        self.report = Report()
        self.findings = Findings()
        self.files = Folder(directory, self.findings)
        self.manifest: Manifest | None = None
        self.cards: dict[str, Card] = {}
        self.logs: dict[str, Log] = {}

    def run(self, registry: Registry, pins: Mapping[str, str], workers: int | None) -> Report:
        report = self.report
        if workers is None:
            bundles = sum(path.startswith("disclosures/") for path in self.files.names)
            workers = len(os.sched_getaffinity(0)) if bundles > SMALL else 1
        report.files = len(self.files.names)
        envelope = self._read_manifest()
        self._read_cards(pins)
        report.nation = self._exporter()
        if envelope is not None:
            self._check_signature(envelope)
        nations = self._nations()
        self._check_logs(nations)
        self._check_names(nations)
        stated = self.manifest.reader if self.manifest else None
        statements = StatementAudit(
            self.files,
            self.findings,
            report,
            self.cards,
            self.logs,
            stated.reader if stated else None,
            self.progress,
        )
        statements.run(registry, workers)
        if self.manifest and stated is None:
            self._check_whole(statements.shown)
        if self.manifest and report.state and report.state != self.manifest.state:
            self.findings.add(
                f"{MANIFEST}, state", f"the statements come to another state, {report.state}"
            )
        self.files.check_rest()
        report.findings = self.findings.all()
        return report

    def _check_whole(self, shown: Mapping[str, int]) -> None:
        """An export for no reader shows all of its nation's log: no statement is ever erased."""
        nation = self.report.nation
        log = self.logs.get(nation)
        if log is not None and (hidden := log.size - shown.get(nation, 0)):
            self.findings.add(
                f"disclosures/{nation}",
                f"{hidden:,} of {log.size:,} statements are not shown, though no reader is named",
            )

    def _read_manifest(self) -> Envelope | None:
        try:
            self.manifest, envelope = parse_manifest(self.files.read(MANIFEST))
        except InvalidError as error:
            self.findings.add_error(MANIFEST, error)
            return None
        self.report.at = self.manifest.at
        self.files.expect(self.manifest.files)
        return envelope

    def _read_cards(self, pins: Mapping[str, str]) -> None:
        try:
            self.cards = parse_cards(self.files.read(KEYS))
        except InvalidError as error:
            self.findings.add_error(KEYS, error)
        known = {nation: card.fingerprint for nation, card in self.cards.items()}
        self.report.fingerprints = known
        for nation, pin in sorted(pins.items()):
            if nation not in known:
                self.findings.add(f"{KEYS}, {nation}", "has no card of it, though you have one")
            elif known[nation].replace(" ", "") != "".join(pin.split()).lower():
                self.findings.add(f"{KEYS}, {nation}", "the card is not the one that you have")

    def _exporter(self) -> str:
        """The nation that made the export; where the manifest is no help, whose log is its own."""
        if self.manifest is not None:
            return self.manifest.nation
        try:
            key = self.files.read(LOG_KEY).decode("ascii", "replace").strip()
        except InvalidError:
            return ""
        return next((n for n, card in self.cards.items() if card.log_key == key), "")

    def _check_signature(self, envelope: Envelope) -> None:
        nation, place = self.report.nation, f"{MANIFEST}, signatures"
        card = self.cards.get(nation)
        if card is None:
            self.findings.add(f"{MANIFEST}, nation", f"{KEYS} has no card of {nation}")
            return
        root = PublicKey.parse(card.statement_key)
        first, *more = envelope.signatures
        if more:
            self.findings.add(place, "has more than one signature")
        if first.keyid != root.keyid:
            self.findings.add(f"{place}, keyid", f"is not the root key on {nation}'s card")
        if not root.verifies(envelope.signed, first.value):
            self.findings.add(
                f"{place}, sig", f"the signature of {nation}'s root key does not verify"
            )

    def _nations(self) -> set[str]:
        """The nations whose logs there should be."""
        own = {self.report.nation} - {""}
        if self.manifest is not None:
            return own | self.manifest.sizes.keys()
        return own | {n for n in self.cards if f"partners/{n}/{CHECKPOINT}" in self.files.names}

    def _check_logs(self, nations: set[str]) -> None:
        checks = LogAudit(self.files, self.findings, self.cards, self.progress)
        for nation in sorted(nations):
            if nation not in self.cards:
                self.findings.add(f"{MANIFEST}, sizes.{nation}", f"{KEYS} has no card of {nation}")
                continue
            log = checks.check(nation, log_folder(nation, self.report.nation))
            if log is None:
                continue
            self.logs[nation] = log
            self.report.sizes[nation] = log.size
            self.report.roots[nation] = log.root.hex()
            self.report.leaves += log.size if log.holds else 0
            self.report.cosignatures += log.cosignatures
            stated = self.manifest.sizes.get(nation) if self.manifest else log.size
            if stated != log.size:
                self.findings.add(
                    f"{MANIFEST}, sizes.{nation}", f"is {stated}, the checkpoint's {log.size}"
                )

    def _check_names(self, nations: set[str]) -> None:
        for path in sorted(self.files.names - {README, KEYS, MANIFEST}):
            try:
                belongs = self._belongs(path, nations)
            except InvalidError:
                belongs = False
            if not belongs:
                self.findings.add(path, "is no part of an exported record")

    def _belongs(self, path: str, nations: set[str]) -> bool:
        """Whether a log of these nations gives reason for a file; a log not known gives it any."""
        if path.startswith("disclosures/"):
            nation, _ = parse_disclosure_path(path)
            return nation in nations
        nation, name = self.report.nation, path
        if path.startswith("partners/"):
            nation, _, name = path.removeprefix("partners/").partition("/")
        if nation not in nations or path != log_folder(nation, self.report.nation) + name:
            return False
        if name in (LOG_KEY, WITNESS_KEY, CHECKPOINT, COSIGNED) or nation not in self.logs:
            return True
        if name == ML_DSA_WITNESS_KEY:
            return self.cards[nation].ml_dsa_witness_key is not None
        return is_tile_of(name, self.logs[nation].size)
