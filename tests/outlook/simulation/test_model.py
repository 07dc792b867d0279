"""Models that cannot be simulated, each with the place of its fault."""

import pytest

from sepakat.outlook.network import network
from sepakat.outlook.simulation.correlation import Correlation
from sepakat.outlook.simulation.model import (
    MAX_RISKS,
    Branch,
    Cost,
    Model,
    Risk,
    Triangular,
    Uniform,
)
from sepakat.record.errors import InvalidError

NET = network({"a": 1.0, "b": 1.0}, [])
NAN = float("nan")


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"uncertainty": {"x": Uniform(0, 1)}}, "uncertainty"),
        ({"uncertainty": {"a": Triangular(3, 2, 4)}}, "uncertainty of a"),
        ({"uncertainty": {"a": Triangular(-1, 2, 4)}}, "uncertainty of a"),
        ({"uncertainty": {"a": Uniform(2, 1)}}, "uncertainty of a"),
        ({"uncertainty": {"a": Uniform(NAN, 1)}}, "uncertainty of a"),
        ({"uncertainty": {"a": Uniform(0, 1e13)}}, "uncertainty of a"),
        ({"risks": (Risk("r", 1.1, ("a",)),)}, "risk r"),
        ({"risks": (Risk("r", NAN, ("a",)),)}, "risk r"),
        ({"risks": (Risk("r", 0.1, ("x",)),)}, "risk r"),
        ({"risks": (Risk("r", 0.1, ("a", "a")),)}, "risk r"),
        ({"risks": (Risk("r", 0.1, ("a",)), Risk("r", 0.2, ("b",)))}, "risk r"),
        ({"risks": (Risk("r", 0.1, ("a",), factor=Uniform(-0.5, 1)),)}, "risk r, factor"),
        ({"risks": (Risk("r", 0.1, ("a",), days=Uniform(1, -1)),)}, "risk r, days"),
        ({"risks": tuple(Risk(f"{n}", 0, ()) for n in range(MAX_RISKS + 1))}, ""),
        ({"branches": (Branch("t", -0.1, ("a",)),)}, "branch t"),
        ({"branches": (Branch("t", 0.1, ("a",), ("a",)),)}, "branch t"),
        ({"branches": (Branch("t", 0.1, ("a",), ("x",)),)}, "branch t"),
        ({"costs": {"x": Cost()}}, "costs"),
        ({"costs": {"a": Cost(fixed=-1)}}, "cost of a"),
        ({"costs": {"a": Cost(fixed=Uniform(2, 1))}}, "cost of a"),
        ({"costs": {"a": Cost(per_day=NAN)}}, "cost of a"),
        ({"not_before": {"a": -1.0}}, "not before, of a"),
        ({"price": -1.0}, "price"),
        ({"correlation": Correlation(("a", "b"), ((1, 0), (0, 1)))}, "correlation"),
    ],
)
def test_model_that_cannot_be(given: dict[str, object], where: str) -> None:
    with pytest.raises(InvalidError) as refused:
        Model(NET, **given)  # type: ignore[arg-type]
    assert refused.value.where == where


def test_network_of_nothing() -> None:
    with pytest.raises(InvalidError):
        Model(network({}, []))
