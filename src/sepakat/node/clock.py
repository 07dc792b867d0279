"""The time, as statements and messages state it. Nothing's validity depends on it."""

import time
from datetime import UTC, datetime

from sepakat.record.fields import TIME_FORMAT


def now() -> str:
    return datetime.now(UTC).strftime(TIME_FORMAT)


def unix() -> int:
    return int(time.time())
