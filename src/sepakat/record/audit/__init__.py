"""Re-checking a whole exported record, offline, from its files alone."""

from sepakat.record.audit.main import audit
from sepakat.record.audit.report import Finding, Report

__all__ = ["Finding", "Report", "audit"]
