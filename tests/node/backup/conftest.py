"""A node that has been backed up, for all tests of backups."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import postgres
from support.backups import BACKUP, FILL, PEOPLE, SAY_SOME, Node, restore
from support.postgres import NewDatabase
from support.processes import init, run


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A node with a partner, and its backup."""
    folder = tmp_path_factory.mktemp("filled")
    home = init(folder / "mys")
    run(FILL, home)
    run(PEOPLE, home)
    run(SAY_SOME, home, 300)
    run(BACKUP, home, folder / "backup")
    return home, folder / "backup"


@pytest.fixture
def home(filled: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled[0], tmp_path / "mys"))


@pytest.fixture
def file(filled: tuple[Path, Path]) -> Path:
    return filled[1]


@pytest.fixture(scope="module")
def first(
    filled: tuple[Path, Path], new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Node:
    home, file = filled
    if url := new_database():
        home = tmp_path_factory.mktemp("moved") / "mys"
        assert restore(home, file, url=url) == ""
    return Node(home, url)


@pytest.fixture
def node(first: Node, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Node]:
    home = Path(shutil.copytree(first.home, tmp_path / "mys"))
    if not first.url:
        yield Node(home, "")
        return
    server: postgres.Server = request.getfixturevalue("postgresql")
    with server.database(copied_from=first.url) as url:
        yield Node(home, url)
