"""Rate ramps, by hand and by what must hold of every one."""

from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.production.ramps import ramp

PLANNED = {"2027-01": 2, "2027-02": 4, "2027-03": 6}


def test_ramp_that_falls_behind() -> None:
    found = ramp(PLANNED, {"2027-01": 1, "2027-02": 2})
    assert [month.gap for month in found.months] == [-1, -3, -9]
    assert found.latest and found.latest.month == "2027-02"
    assert found.months_behind == 1  # three are made: January's two, not yet February's six


def test_month_that_nobody_reported_is_named() -> None:
    assert ramp(PLANNED, {"2027-01": 1, "2027-03": 2}).unreported == ("2027-02",)


def test_nothing_reported_is_not_behind() -> None:
    found = ramp(PLANNED, {})
    assert (found.latest, found.months_behind, found.unreported) == (None, 0, ())


def test_month_beyond_the_plan_counts() -> None:
    found = ramp(PLANNED, {"2027-04": 5})
    assert (found.months[-1].planned, found.months[-1].actual_so_far) == (0, 5)


months = st.dictionaries(
    st.integers(1, 12).map(lambda month: f"2027-{month:02}"), st.integers(0, 50), min_size=1
)


@given(months, months)
def test_end_of_the_ramp_is_all_of_both(planned: dict[str, int], actual: dict[str, int]) -> None:
    last = ramp(planned, actual).months[-1]
    assert (last.planned_so_far, last.actual_so_far) == (
        sum(planned.values()),
        sum(actual.values()),
    )


@given(months)
def test_plan_that_is_kept_is_never_behind(planned: dict[str, int]) -> None:
    assert ramp(planned, planned).months_behind == 0
