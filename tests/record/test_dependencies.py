"""What the record needs: few libraries, and nothing else of ours (CONTRIBUTING.md)."""

import ast
import sys
from collections.abc import Iterator

import pytest

from support.markdown import ROOT

RECORD = ROOT / "src" / "sepakat" / "record"
LIBRARIES = {"pydantic", "orjson", "nacl", "cryptography"}


def imported(source: str) -> Iterator[str]:
    """The modules that a file imports, also where it does so within a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            # `from sepakat import desk` names a module of ours after the word `import`.
            whole = node.module or ""
            yield from (f"{whole}.{name.name}" for name in node.names)


def is_strange(module: str) -> bool:
    top = module.partition(".")[0]
    if top == "sepakat":
        return not f"{module}.".startswith("sepakat.record.")
    return top not in sys.stdlib_module_names | LIBRARIES


@pytest.mark.parametrize(
    "source",
    [
        "import httpx",
        "import sepakat.node",
        "from sepakat import desk",
        "from sepakat.recording import x",
        "def f():\n    from django.db import models",
        "from . import canon",  # nobody here writes it so, and it would hide what is imported
    ],
)
def test_another_import_is_taken(source: str) -> None:
    assert any(map(is_strange, imported(source)))


def test_the_record_imports_more_than_it_may() -> None:
    files = sorted(RECORD.rglob("*.py"))
    assert len(files) > 20
    strange = {
        f"{file.relative_to(RECORD)}: {module}"
        for file in files
        for module in imported(file.read_text(encoding="utf-8"))
        if is_strange(module)
    }
    assert not strange
