"""Jobs and workbooks once more, on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import postgres
from support.postgres import INNER

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(INNER in os.environ, reason="this is the run on PostgreSQL")


def test_jobs_and_workbooks_pass() -> None:
    programs = postgres.newest()
    if programs is None:
        pytest.skip(f"no PostgreSQL server of Debian's in {postgres.PACKAGES}")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEPAKAT_")}
    with postgres.running(programs) as server:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "tests/desk/jobs",
                "tests/desk/workbook/test_export.py",
                "tests/desk/workbook/test_importing.py",
                "-q",
                "-p",
                "no:cacheprovider",
            ],
            cwd=ROOT,
            env=kept | {"DATABASE_URL": server.url("sepakat"), INNER: "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, f"on PostgreSQL:\n{done.stdout[-6000:]}{done.stderr[-2000:]}"
    assert " passed" in done.stdout
