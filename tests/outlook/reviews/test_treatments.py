"""The treatments of a forecast's file, read without the rest of it."""

import pytest

from sepakat.outlook.forecasts import figures
from sepakat.outlook.forecasts.figures import Figures, Treated, read, read_treatments
from sepakat.record.errors import InvalidError

TREATED = Treated(
    risk="MYS-risk",
    title="A second source",
    price=20_000,
    before="2026-11-10",
    after="2026-10-25",
    on_time_before=650,
    on_time_after=880,
    cost_before=1_200_000,
    cost_after=1_190_000,
)
FILE = Figures(
    v=1, plan="ab" * 32, activities=(), curves=(), cost=(), scatter=(), frontier=(),
    treatments=(TREATED, TREATED), notes=(),
).encode()  # fmt: skip


def test_treatments_are_others_than_those_of_the_whole_file() -> None:
    assert read_treatments(FILE) == read(FILE).treatments == (TREATED, TREATED)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"treatments": 1}',
        FILE.replace(b'"price":20000', b'"price":2.5'),
        FILE.replace(b"2026-11-10", b"2026-02-30"),
        b'{"treatments": [' + b"{}," * 300 + b"{}]}",
        b"[" * 100_000,
    ],
)
def test_file_of_a_stranger_is_taken(data: bytes) -> None:
    with pytest.raises(InvalidError, match="file"):
        read_treatments(data)


def test_file_beyond_the_limit_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MAX_FIGURES", len(FILE) - 1)
    with pytest.raises(InvalidError, match="too large"):
        read_treatments(FILE)
