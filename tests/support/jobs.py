"""Jobs for workers in processes of their own, which must be able to name them."""

import time
from pathlib import Path

from sepakat.desk.jobs.progress import Progress


def wait_for(progress: Progress, file: str) -> None:
    """Go on, step by step, until a file is there."""
    while not Path(file).exists():
        progress.step(1, 2, "waiting")
        time.sleep(0.02)
    progress.finish("it is there")


def hang(progress: Progress, file: str) -> None:
    """Never come to a next step."""
    progress.step(1, 2, "hanging")
    while not Path(file).exists():
        time.sleep(0.02)
    progress.finish("it is there")
