"""Exported records, for all tests of the audit."""

from pathlib import Path

import pytest

from support import records
from support.audits import tell
from support.nations import Nations


@pytest.fixture(scope="module")
def nations() -> Nations:
    return tell(Nations("MYS", "KOR"))


@pytest.fixture
def record(tmp_path: Path, nations: Nations) -> Path:
    records.write(tmp_path / "record", nations)
    return tmp_path / "record"


@pytest.fixture(scope="module")
def every_sort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with every sort of file: full and partial tiles of two levels, an older cosigned
    checkpoint, and many leaves that stay closed, so that it is audited quickly."""
    directory = tmp_path_factory.mktemp("every-sort")
    nations = tell(Nations("MYS", "KOR"), own=256)
    records.write(
        directory, nations, reader=nations.cards["KOR"].reader, older={"MYS": 258, "KOR": 1}
    )
    return directory
