"""How many requests a token or an address may make: a token bucket for each, in each process.

Counting in the database would make a write of every read; so each worker process counts for
itself, and the limits are for one of them.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

MAX_KEYS = 10_000  # buckets kept; the longest unused is forgotten first, and it was full again


@dataclass
class _Bucket:
    left: float
    at: float  # seconds of the monotonic clock


class Limit:
    """`burst` requests at once, filled up again by `per_second`."""

    def __init__(self, burst: int, per_second: float) -> None:
        self.burst, self.per_second = burst, per_second
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, now: float | None = None) -> float:
        """Take one; the seconds to wait where none is left, else 0. `now` is for tests."""
        now = time.monotonic() if now is None else now
        with self._lock:
            bucket = self._buckets.pop(key, None) or _Bucket(self.burst, now)
            bucket.left = min(self.burst, bucket.left + (now - bucket.at) * self.per_second)
            bucket.at = now
            self._buckets[key] = bucket
            while len(self._buckets) > MAX_KEYS:
                self._buckets.popitem(last=False)
            if bucket.left >= 1:
                bucket.left -= 1
                return 0.0
            return (1 - bucket.left) / self.per_second


TOKEN = Limit(burst=600, per_second=20)
ADDRESS = Limit(burst=300, per_second=5)  # of whoever brings no token, or a wrong one
