"""Verifying signatures ahead of the fold, in a pool of processes."""

import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType

from sepakat.record.keys import PublicKey

Job = tuple[bytes, bytes, bytes]
"""A public key, a message and a signature."""

MAX_WAITING = 256
"""Lists of jobs given to the pool and not collected, each with a copy of its messages."""


class VerifyAhead:
    """A pool that verifies signatures while the record is still being read and folded.

    Whatever the pool has not found good, for whatever reason, `verify` checks itself: the pool can
    make an audit faster and never more lenient.
    """

    def __init__(self, workers: int) -> None:
        # Spawned, so that nothing of a caller's threads and connections is inherited.
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        self._waiting: deque[Future[bytes]] = deque()
        self._good: set[bytes] = set()

    def __enter__(self) -> "VerifyAhead":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def submit(self, jobs: Iterable[Job]) -> None:
        try:
            self._waiting.append(self._pool.submit(good_ones, list(jobs)))
        except BrokenProcessPool:
            return
        while len(self._waiting) > MAX_WAITING:
            self._collect()

    def _collect(self) -> None:
        try:
            names = self._waiting.popleft().result()
        except Exception:  # whatever it was, a want of memory too: `verify` checks these itself
            return
        self._good.update(names[i : i + 32] for i in range(0, len(names), 32))

    def verify(self, key: PublicKey, message: bytes, signature: bytes) -> bool:
        name = _name(key.raw, message, signature)
        while name not in self._good and self._waiting:
            self._collect()
        return name in self._good or key.verifies(message, signature)


def good_ones(jobs: Sequence[Job]) -> bytes:
    """The names of those that verify, 32 bytes each."""
    keys = {raw: PublicKey(raw) for raw in {raw for raw, _, _ in jobs}}
    return b"".join(
        _name(raw, message, signature)
        for raw, message, signature in jobs
        if keys[raw].verifies(message, signature)
    )


def _name(raw: bytes, message: bytes, signature: bytes) -> bytes:
    return hashlib.sha256(raw + len(signature).to_bytes(8, "big") + signature + message).digest()
