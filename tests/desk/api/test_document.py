"""docs/api.md says what the API does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sepakat.desk.api import idempotency, rates, schemas
from sepakat.desk.api.problems import PROBLEMS
from sepakat.vocabulary import REGISTRY
from support.programs import Program

TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def test_a_problem_that_is_not_explained() -> None:
    for name, (status, _) in PROBLEMS.items():
        assert f"| `/problems/{name}` | {status} |" in TEXT


def test_an_address_that_is_not_explained(program: Callable[[str], Program]) -> None:
    paths = program("public").get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        short = path.removeprefix("/api/v1").replace("{object_id}", "{id}")
        first, *rest = short.strip("/").split("/")
        if first in REGISTRY.kinds and short != "/evidence/{id}/file":
            short = "/".join(["/{kind}", *rest])
        if "post" in methods and short.startswith("/{kind}"):
            short = "/{kind}/{id}/{action}"
        for method in methods:
            assert f"| `{method.upper()} {short}` |" in TEXT


def test_a_limit_that_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the limits as they are outside of tests
    flat = " ".join(TEXT.split())
    assert f"{rates.TOKEN.burst} requests at once and {rates.TOKEN.per_second} more" in flat
    assert f"good token {rates.ADDRESS.burst} and {rates.ADDRESS.per_second}." in flat
    assert f"batch {schemas.MAX_STATEMENTS} statements" in flat
    assert f"at most {schemas.MAX_SIZE}" in flat
    assert idempotency.DEAD_AFTER.total_seconds() == 90
    assert idempotency.KEPT.total_seconds() == 24 * 3600
