"""How many processors this process may use, which can be fewer than the machine has."""

import os


def processors() -> int:
    return len(os.sched_getaffinity(0))
