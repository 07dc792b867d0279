"""The red flags, against Cardinal's own cases and what those leave open."""

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sepakat.industry.redflags import INDICATORS, Settings, run
from sepakat.industry.redflags.indicator import quantile

# What the file names of the cases say.
SET: dict[str, dict[str, Any]] = {
    "R003-procurement_method_details-x-5-y-10": {"procurement_method_details": {"x": 5, "y": 10}},
    "R003-procurement_methods-open+selective": {"procurement_methods": ["open", "selective"]},
    "R003-threshold-10": {"threshold": 10},
    "R048-minimum_contracting_processes-1": {"minimum_contracting_processes": 1},
}
CASES = (
    *SET,
    *("R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R058"),
    "R038-tenderer",
)


@pytest.mark.parametrize("case", CASES)
def test_cardinals_case_has_cardinals_answer(case: str, shared: Path) -> None:
    place = shared / "vectors" / "ocds-indicators"
    lines = (place / f"{case}.jsonl").read_text().splitlines()
    expected = json.loads((place / f"{case}.expected").read_text())
    code = case[:4]
    settings = Settings.model_validate(
        {
            "indicators": [code],
            "exclude": ["EXC"],
            "no_price_comparison": ["NPC"],
            **({code: SET[case]} if case in SET else {}),
        }
    )
    assert run((json.loads(line) for line in lines if line), settings).as_json() == expected


def test_no_published_case_is_left_out(shared: Path) -> None:
    files = (shared / "vectors" / "ocds-indicators").glob("*.expected")
    assert sorted(file.stem for file in files) == sorted(CASES)


def test_all_eleven_indicators_run_over_all_cases_at_once(shared: Path) -> None:
    """What one indicator keeps does not disturb another."""
    releases = [
        json.loads(line)
        for case in CASES
        for line in (shared / "vectors" / "ocds-indicators" / f"{case}.jsonl")
        .read_text()
        .splitlines()
        if line
    ]
    together = run(releases).flags
    for one in INDICATORS:
        alone = run(releases, Settings(indicators=frozenset({one.code})))
        assert tuple(flag for flag in together if flag.code == one.code) == alone.flags
    assert len({one.code for one in INDICATORS}) == 11


def test_real_releases_are_read_whole(shared: Path) -> None:
    package = json.loads((shared / "data/ocds/colombia-100-releases.json").read_text())
    found = run(package["releases"])
    assert (found.read, found.nameless) == (100, 0)


@pytest.fixture(scope="module")
def numpy() -> Any:
    return pytest.importorskip("numpy")  # imported once: it takes longer than an example may


@given(
    st.lists(st.fractions(0, 9), min_size=1, max_size=40), st.fractions(0, 1, max_denominator=100)
)
def test_quantiles_are_numpys_by_the_same_definition(
    numpy: Any, values: list[Fraction], at: Fraction
) -> None:
    expected = numpy.quantile([float(v) for v in values], float(at), method="median_unbiased")
    assert float(quantile(values, at)) == pytest.approx(expected, abs=1e-9)


class Release(dict[str, Any]):
    """A release that can be watched."""


def test_no_release_is_kept() -> None:
    """Else a file larger than memory could not be read."""
    seen: list[ref[Release]] = []

    def stream() -> Iterator[Release]:
        for place in range(50):
            assert sum(watched() is not None for watched in seen) <= 1
            release = Release(priced(f"p{place}", a=100, b=100 + place))
            seen.append(ref(release))
            yield release
            del release

    assert run(stream()).read == 50


def priced(ocid: str, status: str = "valid", currency: str = "USD", **amounts: Any) -> Any:
    """A process in which a won, with one valid bid of each tenderer."""
    bids = [
        {
            "status": status,
            "tenderers": [{"id": name}],
            "value": {"amount": amount, "currency": currency},
        }
        for name, amount in amounts.items()
    ]
    awards = [{"status": "active", "suppliers": [{"id": "a"}]}]
    return {"ocid": ocid, "bids": {"details": bids}, "awards": awards}


def fixed(code: str, threshold: str) -> Settings:
    return Settings.model_validate({"indicators": [code], code: {"threshold": threshold}})


def test_a_price_is_taken_as_it_is_written() -> None:
    """1.1 is 11/10, not the float nearest to it: the gap is 0.1 exactly."""
    for amount in (1.1, Decimal("1.10")):
        found = run([priced("p", a=1, b=amount)], fixed("R024", "0.1"))
        assert found.flags[0].value == Fraction(1, 10)


def test_the_runner_up_is_the_lowest_of_the_others() -> None:
    found = run([priced("p", a=10, b=30, c=20)], fixed("R058", "0.5"))
    assert found.flags[0].value == 1


@pytest.mark.parametrize(
    "release",
    [
        priced("free", a=0, b=1),
        priced("alone", a=1),
        priced("huge", a=Decimal("1E+999999"), b=Decimal("2E+999999")),
        priced("not a number", a=float("nan"), b=float("inf")),
        priced("truth", a=True, b=True),
    ],
    ids=lambda release: release["ocid"],
)
def test_what_has_no_gap_is_left_out(release: Any) -> None:
    settings = Settings(indicators=frozenset({"R024", "R058"}))
    assert run([release], settings).flags == ()


def test_bids_in_two_currencies_are_not_compared() -> None:
    mixed = priced("p", a=1, b=2)
    mixed["bids"]["details"][1]["value"]["currency"] = "MYR"
    codes = frozenset({"R024", "R036", "R058"})
    assert run([mixed], Settings(indicators=codes)).flags == ()
    other = run([priced("q", currency="MYR", a=1, b=1)], fixed("R024", "0"))
    assert [flag.id for flag in other.flags] == ["q", "a", "b"]


def test_the_lowest_bid_is_found_in_either_order() -> None:
    release = priced("p", a=1, b=1)
    release["bids"]["details"][1]["status"] = "disqualified"
    flipped = json.loads(json.dumps(release))
    flipped["bids"]["details"].reverse()
    settings = Settings(indicators=frozenset({"R036"}))
    assert run([release], settings).flags == run([flipped], settings).flags != ()


def test_a_late_bid_is_late_by_the_clock_and_not_by_the_letters() -> None:
    """08:30 at +09:00 is before midnight UTC, though it reads later."""
    release = {
        "ocid": "p",
        "tender": {"tenderPeriod": {"endDate": "2000-03-15T00:00:00Z"}},
        "awards": [{"status": "active", "suppliers": [{"id": "w"}]}],
        "bids": {
            "details": [
                {
                    "status": "valid",
                    "date": "2000-03-15T08:30:00+09:00",
                    "tenderers": [{"id": "w"}],
                }
            ]
        },
    }
    assert run([release]).flags == ()


def test_one_process_alone_is_no_outlier() -> None:
    """Where all values are equal they are all at the fence."""
    items = [{"classification": {"id": f"{digit}0000000"}} for digit in range(5)]
    release = priced("p", a=10, b=11)
    release["awards"][0]["items"] = items
    settings = Settings.model_validate({"R048": {"minimum_contracting_processes": 1}})
    assert run([release], settings).flags == ()


def test_who_never_wins_among_many_who_always_do_is_flagged() -> None:
    """Also where the quartiles are equal."""
    releases = []
    for place in range(30):
        release = priced(f"p{place}", loser=2, **{f"w{place}": 1})
        release["awards"][0]["suppliers"][0]["id"] = f"w{place}"
        releases.append(release)
    (flag,) = run(releases, Settings(indicators=frozenset({"R025"}))).flags
    assert (flag.id, flag.value) == ("loser", 0)


def test_who_supplies_seldom_sets_no_fence_but_is_held_to_it() -> None:
    def award(ocid: str, supplier: str, *classes: str) -> Any:
        items = [{"classification": {"id": f"{code}000000"}} for code in classes]
        awards = [{"status": "active", "suppliers": [{"id": supplier}], "items": items}]
        return {"ocid": ocid, "awards": awards}

    often = [award(f"{name}{n}", name, "10", "11") for name in ("s", "t") for n in range(2)]
    seldom = [award(f"u{n}", f"u{n}", "10") for n in range(9)]
    settings = Settings.model_validate(
        {"indicators": ["R048"], "R048": {"minimum_contracting_processes": 2}}
    )
    found = run([*often, *seldom, award("v", "v", "10", "11", "12")], settings)
    assert found.fences == {"R048": {"upper": 2}}
    assert [(flag.id, flag.value) for flag in found.flags] == [("v", 3)]


def test_nobody_is_flagged_for_what_they_never_did() -> None:
    """A fence at nothing would flag all that were never disqualified."""
    bids = {"details": [{"status": "valid", "tenderers": [{"id": "t"}]}] * 3}
    items = [{"classification": {"id": "10000000"}}]
    awards = [{"status": "active", "suppliers": [{"id": "t"}], "items": items}]
    settings = Settings.model_validate(
        {"indicators": ["R038", "R048"], "R048": {"minimum_contracting_processes": 1}}
    )
    release = {"ocid": "p", "buyer": {"id": "b"}, "bids": bids, "awards": awards}
    assert run([release], settings).flags == ()


def test_what_is_left_out_is_counted() -> None:
    releases = [
        {"ocid": "cancelled", "tender": {"status": "cancelled"}},
        {"ocid": "excluded", "tender": {"procurementMethodDetails": "EXC"}},
        {"ocid": 7},
        {"ocid": "kept"},
    ]
    found = run(releases, Settings(exclude=frozenset({"EXC"})))
    assert (found.read, found.cancelled, found.excluded, found.nameless) == (4, 1, 1, 1)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
PATHS = (
    ("tender",),
    ("tender", "tenderPeriod"),
    ("tender", "tenderPeriod", "endDate"),
    ("tender", "procurementMethodDetails"),
    ("tender", "procurementMethod"),
    ("tender", "status"),
    ("tender", "numberOfTenderers"),
    ("tender", "procuringEntity"),
    ("buyer", "id"),
    ("bids",),
    ("bids", "details"),
    ("bids", "details", 0),
    ("bids", "details", 0, "status"),
    ("bids", "details", 0, "date"),
    ("bids", "details", 0, "tenderers"),
    ("bids", "details", 0, "tenderers", 0, "id"),
    ("bids", "details", 0, "value"),
    ("bids", "details", 0, "value", "amount"),
    ("bids", "details", 0, "value", "currency"),
    ("awards",),
    ("awards", 0, "status"),
    ("awards", 0, "suppliers"),
    ("awards", 0, "suppliers", 0, "id"),
    ("awards", 0, "items"),
    ("awards", 0, "items", 0, "classification", "id"),
    ("ocid",),
)


def full() -> Any:
    release = priced("p", a=1, b=2)
    release["awards"][0]["items"] = [{"classification": {"id": "10000000"}}]
    release["bids"]["details"][0]["date"] = "2000-03-15T00:00:00Z"
    release["buyer"] = {"id": "b"}
    release["tender"] = {
        "tenderPeriod": {"startDate": "2000-01-01T00:00:00Z", "endDate": "2000-03-15T00:00:00Z"},
        "procuringEntity": {"id": "e"},
    }
    return release


@given(st.sampled_from(PATHS), JUNK)
def test_junk_anywhere_stops_no_run(path: tuple[Any, ...], junk: Any) -> None:
    release = full()
    *above, last = path
    holder = release
    for step in above:
        holder = holder[step]
    holder[last] = junk
    loose = Settings.model_validate(
        {
            "R003": {"procurement_methods": ["open"], "procurement_method_details": {"x": 1}},
            "R048": {"minimum_contracting_processes": 1},
        }
    )
    for settings in (None, loose):
        assert run([release, full()], settings).read == 2


def test_a_setting_that_is_misspelt_is_refused() -> None:
    with pytest.raises(ValidationError, match="treshold"):
        Settings.model_validate({"R003": {"treshold": 3}})
