"""Verifying a node's whole record as a job."""

import logging
import shutil
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from sepakat.desk.jobs.progress import Progress
from sepakat.node import clock, integrity
from sepakat.node.authorisation import Access
from sepakat.node.export import export
from sepakat.node.home import Home
from sepakat.node.snapshot import snapshot
from sepakat.record.audit import audit
from sepakat.record.errors import ProofError, RefusedError
from sepakat.vocabulary import REGISTRY

logger = logging.getLogger(__name__)

_PARTS = 3
_PREFIX = "verify-"  # of a folder in the node's own, with a plain export


def may_verify(access: Access) -> bool:
    """Whether somebody belongs to the nation's own offices, whose record as a whole it is."""
    return access.speaks and any(not hat.organisation for hat in access.person.hats)


def sweep(home: Home) -> None:
    """Remove what a killed worker has left of the record in plain: for whoever knows that no job
    runs."""
    for folder in home.path.glob(f"{_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            logger.error("an export in plain cannot be removed: %s", folder)


def verify_record(progress: Progress) -> None:
    """Check that tables and files fit the signed logs, then audit an export of the whole record
    as anybody else would: each signature, leaf, cosignature and label, and the state that follows.

    What does not hold is named to the operator alone, for not everybody may know of every record,
    and the log names none.
    """
    access = progress.access()
    if not may_verify(access):
        raise RefusedError(_("the whole record is verified by the nation’s own offices"))
    progress.step(0, _PARTS, _("Comparing tables and files with the signed logs"))
    _check_tables(access.home)
    progress.step(1, _PARTS, _("Writing out the record"))
    _audit(access.home, progress)


def _check_tables(home: Home) -> None:
    try:
        with snapshot():
            integrity.check(home, REGISTRY)
    except ProofError as error:
        logger.error("the tables and files do not fit the signed logs")
        raise ProofError(
            _("the tables and files of this node do not fit its signed logs"),
            fix=_("The operator finds what does not fit with `sepakat rebuild --check`"),
        ) from error


def _audit(home: Home, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=home.path) as folder:
        export(home, REGISTRY, Path(folder) / "record", at=clock.now())
        progress.step(2, _PARTS, _("Auditing what was written out"))
        report = audit(
            Path(folder) / "record",
            REGISTRY,
            progress=lambda step, done, total: progress.step(
                2 * total + done, _PARTS * total, _("Auditing what was written out")
            ),
        )
    if not report.ok:
        logger.error("the audit of the record has %s findings", len(report.findings))
        raise ProofError(
            _("{} findings").format(len(report.findings)),
            fix=_("The operator sees them with `sepakat export` and `sepakat audit`"),
        )
    progress.finish(
        _("Everything holds: {} statements, {} signatures, {} cosignatures.").format(
            report.statements, report.signatures, report.cosignatures
        )
    )
