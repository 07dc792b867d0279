"""Absorption: what counts as proven, by the fault that is caught."""

from typing import Any

import pytest

from sepakat.industry.transfer.absorption import Absorption, Shown, absorption
from support.case import Case


@pytest.fixture
def case() -> Case:
    return Case()


def package(case: Case, *needed: str) -> str:
    """A package that Korea provides to Malaysia."""
    return case.make("transfer_package", "agreed", "KOR", needed=needed or ["first_article"])


def proof(case: Case, about: str, state: str = "witnessed", **given: Any) -> str:
    return case.make("absorption_proof", state, "MYS", package=about, **given)


def found(case: Case, about: str) -> Absorption:
    kinds = ("absorption_proof", "readiness", "delivery")
    return absorption(case.nations.object(about), *(case.of_kind(kind) for kind in kinds))


@pytest.mark.parametrize("state", ["shown", "contested", "witnessed"])
def test_proof_that_nobody_witnessed_counts(case: Case, state: str) -> None:
    made = package(case)
    proof(case, made, state)
    (needed,) = found(case, made).needed
    assert needed.standing == state
    assert found(case, made).missing == (() if state == "witnessed" else ("first_article",))


def test_later_contested_proof_takes_a_witnessed_one_away(case: Case) -> None:
    made = package(case)
    proofs = [proof(case, made), proof(case, made, "contested", date="2026-04-01")]
    (needed,) = found(case, made).needed
    assert needed.standing is Shown.WITNESSED
    assert [thing.id for thing in needed.proofs] == proofs


def test_proof_of_one_sort_stands_for_another(case: Case) -> None:
    made = package(case, "repaired_failure", "first_article")
    proof(case, made)
    assert [needed.sort for needed in found(case, made).needed] == [
        "repaired_failure",
        "first_article",
    ]
    assert found(case, made).missing == ("repaired_failure",)


def test_proof_level_or_delivery_of_another_package_counts(case: Case) -> None:
    made, other = package(case), package(case)
    proof(case, other)
    case.make("readiness", "confirmed", "MYS", package=other)
    case.make("delivery", "received", "KOR", package=other)
    nothing = found(case, made)
    assert (nothing.missing, nothing.levels, nothing.deliveries) == (("first_article",), (), ())


def level(case: Case, about: str, number: int, day: str, state: str = "confirmed") -> None:
    given = {"package": about, "level": number, "date": day}
    case.make("readiness", state, "MYS", **given)


def test_level_that_nobody_confirmed_or_an_older_one_stands(case: Case) -> None:
    made = package(case)
    level(case, made, 7, "2026-03-01")
    level(case, made, 6, "2026-02-01")
    level(case, made, 9, "2026-04-01", "assessed")
    level(case, made, 8, "2026-04-02", "contested")
    assert [(each.day, each.level) for each in found(case, made).levels] == [
        ("2026-02-01", 6),
        ("2026-03-01", 7),
    ]
    assert [each.level for each in found(case, made).latest] == [7]


def test_fall_of_a_level_is_hidden_by_its_height_before(case: Case) -> None:
    made = package(case)
    level(case, made, 7, "2026-02-01")
    level(case, made, 5, "2026-03-01")
    assert [each.level for each in found(case, made).latest] == [5]
