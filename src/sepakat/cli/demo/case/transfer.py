"""A technology-transfer package, from its proposal to its absorption."""

from typing import Any

from sepakat.cli.demo.case.words import (
    BOTH,
    COMPANY_M,
    NOTE,
    Said,
    say,
)

PACKAGE = "KOR-package-bench"
PERMIT, DELIVERY = "KOR-permit-bench", "KOR-delivery-bench"
HANDOVER, ALONE = "KOR-ev-handover", "MYS-ev-absorption"
# What Malaysia did alone: the sort of proof, what was done, and when.
PROOFS = (
    ("first_article", "First housing made and measured by its own staff", -50),
    ("certified_staff", "Twelve engineers certified on the bench", -40),
    ("repaired_failure", "A failed pressure sensor found and replaced", -12),
)
LEVELS = (
    ("manufacturing_readiness", 4, -70),
    ("technology_readiness", 8, -35),
    ("manufacturing_readiness", 8, -10),
)


def proposed() -> Said:
    return say(
        "transfer_package",
        "propose",
        PACKAGE,
        label=BOTH,
        counterparty="MYS",
        provider="KOR",
        title="Pressure test bench for sensor housings (illustrative)",
        items=[
            {"title": "Test bench, one", "form": "tangible"},
            {"title": "Drawings and process sheets", "form": "intangible"},
            {"title": "Training of operators and maintainers", "form": "intangible"},
        ],
        background_ip=f"Each keeps the rights to what it brings. {NOTE}",
        foreground_ip=f"What is improved together is owned in equal parts. {NOTE}",
        licence=f"To use, maintain and build on, in Malaysia, for twenty years. {NOTE}",
        end_user=COMPANY_M,
        needed=[sort for sort, *_rest in PROOFS],
        obligation="MYS-tt-maintenance",
        classifications=[
            {"control_list": "A national list (illustrative)", "edition": "2026", "code": "0X000"}
        ],
        classifier="KOR-company-k",
        classifier_account="classifier-1",
    )


def delivered(day: Any, file: Any) -> list[Said]:
    """Korea authorises the export of what is controlled, and hands it over."""
    return [
        say(
            "export_authorisation",
            "issue",
            PERMIT,
            "approver",
            label=BOTH,
            package=PACKAGE,
            number="EA-0001 (illustrative)",
            authority="Export control authority (illustrative)",
            conditions=["No re-export without consent", "Use at the named site only"],
            effective=day(-100),
            expires=day(75),
        ),
        _evidence(HANDOVER, "Handover record, test bench", file("handover.txt")),
        say(
            "delivery",
            "send",
            DELIVERY,
            label=BOTH,
            counterparty="MYS",
            package=PACKAGE,
            title="Test bench, drawings and training",
            date=day(-80),
            authorisation=PERMIT,
            evidence=[HANDOVER],
        ),
    ]


def shown(day: Any, file: Any) -> list[Said]:
    """Malaysia receives it, does without help, and assesses how ready it is."""
    about: dict[str, Any] = {
        "label": BOTH,
        "counterparty": "KOR",
        "package": PACKAGE,
        "evidence": [ALONE],
    }
    return [
        say("delivery", "receive", DELIVERY),
        _evidence(ALONE, "Absorption: article, certificates, repair", file("absorption.txt")),
        *(
            say(
                "absorption_proof",
                "show",
                _proof(sort),
                type=sort,
                title=title,
                date=day(offset),
                findings=f"Done without the provider's help. {NOTE}",
                **about,
            )
            for sort, title, offset in PROOFS
        ),
        *(
            say(
                "readiness",
                "assess",
                _level(scale, level),
                "inspector",
                scale=scale,
                level=level,
                date=day(offset),
                findings=f"By the published scale, criterion by criterion. {NOTE}",
                **about,
            )
            for scale, level, offset in LEVELS
        ),
    ]


def witnessed() -> list[Said]:
    """Korea stands by the proofs and the levels, and proposes that it counts as absorbed."""
    proofs = [_proof(sort) for sort, *_rest in PROOFS]
    levels = [_level(scale, level) for scale, level, _day in LEVELS]
    return [
        *(say("absorption_proof", "witness", proof, "inspector") for proof in proofs),
        *(say("readiness", "confirm", level, "inspector") for level in levels),
        say("transfer_package", "propose_absorption", PACKAGE, proofs=proofs),
    ]


def _evidence(object_id: str, title: str, path: str) -> Said:
    return say("evidence", "register", object_id, label=BOTH, title=title, attach=path)


def _proof(sort: str) -> str:
    return f"MYS-proof-{sort.replace('_', '-')}"


def _level(scale: str, level: int) -> str:
    return f"MYS-{scale.replace('_', '-')}-{level}"
