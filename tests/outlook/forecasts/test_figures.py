"""The file of a forecast, read as a stranger's: what is refused names its place."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sepakat.outlook.forecasts import figures
from sepakat.outlook.forecasts.making import make
from sepakat.record.errors import InvalidError
from support.forecasting import chain, milestone, request, risk, task

TREATMENT = {"title": "A guard", "probability": "15", "impact": "100", "price": "50"}


@pytest.fixture(scope="module")
def file() -> bytes:
    plan = chain(task("A", 10), milestone("END"))
    return make(request(plan, [risk(treatments=[TREATMENT])], iterations=100)).file


def changed(file: bytes, change: Callable[[Any], object]) -> bytes:
    value = json.loads(file)
    change(value)
    return json.dumps(value).encode()


def test_file_that_is_read_as_another(file: bytes) -> None:
    assert figures.read(file).encode() == file


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda v: v.update(v=2), "v:"),
        (lambda v: v.update(v="1"), "v:"),
        (lambda v: v.update(v=True), "v:"),
        (lambda v: v.update(plan="AB" * 32), "plan:"),
        (lambda v: v.pop("notes"), "notes:"),
        (lambda v: v.update(more=1), "more:"),
        (lambda v: v["activities"][1].update(more=1), r"activities\.1\.more:"),
        (lambda v: v["activities"][1].update(criticality=1001), r"activities\.1\.criticality:"),
        (lambda v: v["activities"][1].update(criticality=0.5), r"activities\.1\.criticality:"),
        (lambda v: v["activities"][1].update(criticality="500"), r"activities\.1\.criticality:"),
        (lambda v: v["activities"][1].update(milestone="yes"), r"activities\.1\.milestone:"),
        (lambda v: v["activities"][1].update(done=1), r"activities\.1\.done:"),
        (lambda v: v["activities"][1].update(name=1), r"activities\.1\.name:"),
        (lambda v: v["activities"][1].update(name="x" * 201), r"activities\.1\.name:"),
        (lambda v: v["activities"][1].update(code="a\nb"), r"activities\.1\.code:"),
        (lambda v: v["activities"][1].update(p50="2026-02-30"), r"activities\.1\.p50:"),
        (lambda v: v["activities"][1].update(p50="soon"), r"activities\.1\.p50:"),
        (lambda v: v["cost"][0].update(cost=1.5), r"cost\.0\.cost:"),
        (lambda v: v["cost"][0].update(cost=2**53), r"cost\.0\.cost:"),
        (lambda v: v["treatments"][0].update(risk="risk-1"), r"treatments\.0\.risk:"),
        (lambda v: v["treatments"][0].update(price=None), r"treatments\.0\.price:"),
        (lambda v: v["curves"][0]["points"][0].update(share=-1), r"curves\.0\.points\.0\.share:"),
        (lambda v: v.update(scatter=v["scatter"] * 21), "scatter:"),
        (lambda v: v.update(notes=["x" * 201]), r"notes\.0:"),
        (lambda v: v.update(activities={"0": v["activities"][0]}), "activities:"),
    ],
)
def test_figure_that_is_none(file: bytes, change: Callable[[Any], object], place: str) -> None:
    with pytest.raises(InvalidError, match=f"forecast's file: .*{place}"):
        figures.read(changed(file, change))


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"\xff", b'{"v": NaN}', b"[" * 100_000, b"<svg/>", b'"\\ud800"'],
    ids=["empty", "cut", "list", "null", "latin", "nan", "deep", "picture", "surrogate"],
)
def test_bytes_that_are_no_file_of_figures(data: bytes) -> None:
    with pytest.raises(InvalidError, match="forecast's file"):
        figures.read(data)


def test_file_that_is_too_large() -> None:
    with pytest.raises(InvalidError, match="too large"):
        figures.read(b" " * (figures.MAX_FIGURES + 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.update(activities=[{"code": 1}] * 20_000),
        lambda v: v.update({f"more-{n}": 1 for n in range(100_000)}),
        lambda v: v["activities"][0].update({f"more-{n}": 1 for n in range(100_000)}),
        lambda v: v.update(notes=[[[[["deep"]]]]]),
    ],
    ids=["rows", "members", "members_of_a_row", "depth"],
)
def test_file_whose_faults_are_all_listed(file: bytes, change: Callable[[Any], object]) -> None:
    with pytest.raises(InvalidError, match="forecast's file") as found:
        figures.read(changed(file, change))
    assert len(str(found.value)) < 2000


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v["treatments"][0].update({f"more-{n}": 1 for n in range(100_000)}),
        lambda v: v["treatments"][0].update(price="50"),
        lambda v: v["treatments"][0].update(price=50.5),
        lambda v: v.update(treatments=[{}] * 200),
    ],
    ids=["members", "text", "float", "rows"],
)
def test_treatments_that_are_read_less_strictly_alone(
    file: bytes, change: Callable[[Any], object]
) -> None:
    assert figures.read_treatments(file) == figures.read(file).treatments
    for read in (figures.read, figures.read_treatments):
        with pytest.raises(InvalidError, match=r"forecast's file: .*treatments") as found:
            read(changed(file, change))
        assert len(str(found.value)) < 2000


def test_figures_that_hold_more_than_pictures_show() -> None:
    """The plan's digest tells which plan; its dates and names are its activities' own."""
    plan = chain(task("A", 10), milestone("END"))
    made = make(request(plan, iterations=100)).figures
    assert len(made.plan) == 64
    assert (len(made.cost), len(made.scatter), made.treatments) == (41, 100, ())
