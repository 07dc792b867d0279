"""Technology transfer: what its declarations cannot say, by the fault that is caught."""

from typing import Any

import pytest

from support.case import Case

CONTROLLED = [{"control_list": "A national list", "edition": "2025", "code": "3A001"}]


@pytest.fixture
def case() -> Case:
    return Case()


def package(case: Case, **given: Any) -> str:
    """A package that Korea provides to Malaysia."""
    return case.make("transfer_package", "agreed", "KOR", **given)


def controlled(case: Case) -> str:
    classifier = case.make("organisation", "registered", "KOR")
    given = {"classifier": classifier, "classifier_account": "classifier-1"}
    return package(case, classifications=CONTROLLED, **given)


def test_provider_that_is_no_party(case: Case) -> None:
    assert case.refused("KOR", "transfer_package", "propose", provider="TUR") == "check"


def test_obligation_of_the_receiver(case: Case) -> None:
    owed = case.make("obligation", "in_force", "MYS")
    assert case.refused("KOR", "transfer_package", "propose", obligation=owed) == "check"


@pytest.mark.parametrize("missing", ["classifier", "classifier_account"])
def test_classification_by_nobody(case: Case, missing: str) -> None:
    given = {"classifications": CONTROLLED, "classifier": case.organisation("KOR")}
    given = {**given, "classifier_account": "classifier-1", missing: None}
    assert case.refused("KOR", "transfer_package", "propose", **given) == "check"


def test_export_authorised_by_the_receiver(case: Case) -> None:
    made = package(case)
    assert case.refused("MYS", "export_authorisation", "issue", package=made) == "check"


def test_controlled_delivery_without_authorisation(case: Case) -> None:
    assert case.refused("KOR", "delivery", "send", package=controlled(case)) == "check"


@pytest.mark.parametrize("date", ["2025-05-31", "2026-01-01"])
def test_controlled_delivery_outside_its_authorisation(case: Case, date: str) -> None:
    made = controlled(case)
    permit = case.make("export_authorisation", "in_force", "KOR", package=made)
    given = {"package": made, "authorisation": permit, "date": date}
    assert case.refused("KOR", "delivery", "send", **given) == "check"


@pytest.mark.parametrize("date", ["2025-06-01", "2025-12-31"])
def test_controlled_delivery_on_the_first_and_last_day(case: Case, date: str) -> None:
    made = controlled(case)
    permit = case.make("export_authorisation", "in_force", "KOR", package=made)
    given = {"package": made, "authorisation": permit, "date": date}
    assert case.refused("KOR", "delivery", "send", **given) == ""


def test_delivery_under_another_packages_authorisation(case: Case) -> None:
    permit = case.make("export_authorisation", "in_force", "KOR", package=package(case))
    given = {"package": package(case), "authorisation": permit, "date": "2025-07-01"}
    assert case.refused("KOR", "delivery", "send", **given) == "check"


def test_delivery_under_a_revoked_authorisation(case: Case) -> None:
    made = package(case)
    permit = case.make("export_authorisation", "revoked", "KOR", package=made)
    given = {"package": made, "authorisation": permit, "date": "2025-07-01"}
    assert case.refused("KOR", "delivery", "send", **given) == "requires"


def test_delivery_by_the_receiver(case: Case) -> None:
    assert case.refused("MYS", "delivery", "send", package=package(case)) == "check"


@pytest.mark.parametrize(
    ("scale", "level", "code"),
    [
        ("technology_readiness", 0, "check"),
        ("technology_readiness", 9, ""),
        ("technology_readiness", 10, "check"),
        ("manufacturing_readiness", 10, ""),
        ("manufacturing_readiness", 11, "check"),
    ],
)
def test_level_that_its_scale_does_not_have(case: Case, scale: str, level: int, code: str) -> None:
    given = {"package": package(case), "scale": scale, "level": level}
    assert case.refused("MYS", "readiness", "assess", **given) == code


def test_absorption_shown_by_the_provider(case: Case) -> None:
    assert case.refused("KOR", "absorption_proof", "show", package=package(case)) == "check"


def test_absorption_with_a_proof_missing(case: Case) -> None:
    made = package(case, needed=["first_article", "repaired_failure"])
    proofs = [case.make("absorption_proof", "witnessed", "MYS", package=made)]
    name = "propose_absorption"
    assert case.refused("KOR", "transfer_package", name, made, proofs=proofs) == "check"
    sort = {"type": "repaired_failure"}
    proofs.append(case.make("absorption_proof", "witnessed", "MYS", package=made, **sort))
    assert case.refused("KOR", "transfer_package", name, made, proofs=proofs) == ""


def test_absorption_by_a_proof_of_another_package(case: Case) -> None:
    proofs = [case.make("absorption_proof", "witnessed", "MYS", package=package(case))]
    name = "propose_absorption"
    assert case.refused("KOR", "transfer_package", name, package(case), proofs=proofs) == "check"


def test_absorption_by_a_proof_that_nobody_witnessed(case: Case) -> None:
    made = package(case)
    proofs = [case.make("absorption_proof", "shown", "MYS", package=made)]
    name = "propose_absorption"
    assert case.refused("KOR", "transfer_package", name, made, proofs=proofs) == "requires"
