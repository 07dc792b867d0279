"""What stays in memory after its last use, as it is part of a cycle."""

import gc
from collections.abc import Callable


def left_by(do: Callable[[], object], kind: type) -> int:
    """How many things of a type are left when something is done, and wait for the collector."""
    gc.collect()
    gc.disable()
    try:
        before = _count(kind)
        do()
        return _count(kind) - before
    finally:
        gc.enable()


def _count(kind: type) -> int:
    return sum(type(thing) is kind for thing in gc.get_objects())
