"""Export authorisations on a day, by the fault that is caught."""

from datetime import date

import pytest

from sepakat.industry.transfer.authorisations import Authorised, authorised
from support.case import Case

CONTROLLED = [{"control_list": "A national list", "edition": "2025", "code": "3A001"}]


@pytest.fixture
def case() -> Case:
    return Case()


def controlled(case: Case, state: str = "agreed") -> str:
    classifier = case.make("organisation", "registered", "KOR")
    given = {"classifications": CONTROLLED, "classifier": classifier}
    person = "classifier-1"
    return case.make("transfer_package", state, "KOR", classifier_account=person, **given)


def found(case: Case, package: str, day: str) -> Authorised:
    things = case.of_kind("export_authorisation")
    return authorised(case.nations.object(package), things, date.fromisoformat(day))


def permit(case: Case, package: str, state: str = "in_force") -> str:
    """From 1 June to 31 December 2025."""
    return case.make("export_authorisation", state, "KOR", package=package)


@pytest.mark.parametrize(
    ("day", "holds", "ends"),
    [
        ("2025-05-31", False, False),
        ("2025-06-01", True, False),
        ("2025-10-01", True, False),
        ("2025-10-02", True, True),
        ("2025-12-31", True, True),
        ("2026-01-01", False, False),
    ],
)
def test_day_on_which_an_authorisation_does_not_hold(
    case: Case, day: str, holds: bool, ends: bool
) -> None:
    """The ninetieth day after 2 October is its last."""
    made = controlled(case)
    permit(case, made)
    on = found(case, made, day)
    assert (bool(on.holding), bool(on.ending), on.is_uncovered) == (holds, ends, not holds)


def test_revoked_authorisation_holds(case: Case) -> None:
    made = controlled(case)
    permit(case, made, "revoked")
    on = found(case, made, "2025-07-01")
    assert (on.holding, on.is_uncovered, len(on.authorisations)) == ((), True, 1)


def test_another_packages_authorisation_holds(case: Case) -> None:
    made = controlled(case)
    permit(case, controlled(case))
    assert found(case, made, "2025-07-01").authorisations == ()


def test_package_that_needs_none_is_said_to_lack_one(case: Case) -> None:
    plain = case.make("transfer_package", "agreed", "KOR")
    assert not found(case, plain, "2025-07-01").is_uncovered


def test_package_that_nothing_more_is_sent_of_is_said_to_lack_one(case: Case) -> None:
    assert found(case, controlled(case), "2025-07-01").is_uncovered
    assert not found(case, controlled(case, "absorbed"), "2025-07-01").is_uncovered
    assert not found(case, controlled(case, "proposed"), "2025-07-01").is_uncovered
