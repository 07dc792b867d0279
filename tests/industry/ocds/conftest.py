"""The published schemas and releases that the model is held against."""

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def data(shared: Path) -> Path:
    return shared / "data" / "ocds"


@pytest.fixture(scope="session")
def official(data: Path) -> dict[str, Any]:
    """The official schemas by name."""
    return {path.stem: json.loads(path.read_bytes()) for path in (data / "schema").glob("*.json")}


@pytest.fixture(scope="session")
def colombia(data: Path) -> list[Any]:
    return list(json.loads((data / "colombia-100-releases.json").read_bytes())["releases"])


@pytest.fixture(scope="session")
def example(data: Path) -> list[Any]:
    """The releases of the fictional example."""
    paths = sorted((data / "fictional-example").glob("*-0?-*.json"))
    return [release for path in paths for release in json.loads(path.read_bytes())["releases"]]
