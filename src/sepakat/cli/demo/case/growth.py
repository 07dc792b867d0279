"""A supplier on its way, what of its product is local, and two outcomes, promised and measured."""

from typing import Any

from sepakat.cli.demo.case.production import LOG
from sepakat.cli.demo.case.words import (
    BOTH,
    COMPANY_M,
    NOTE,
    Said,
    say,
)

CERTIFICATION, SUPPLIER, BILL = "MYS-cert-quality", "MYS-supplier-m", "MYS-bill-housing"
CERTIFICATE = "MYS-ev-certificate"
# What, of which sort, in which unit, from where to where, and what it has come to.
OUTCOMES = (
    ("MYS-outcome-jobs", "Skilled jobs at Company M", "jobs", "people", "20", "60", "42"),
    (
        "MYS-outcome-exports",
        "Exports of housings",
        "exports",
        "MYR million a year",
        "0",
        "12",
        "1.5",
    ),
)
LINES = (
    ("Sensor housing", "Machining and assembly", "1", "900", "MYS"),
    ("Sensor housing", "Casting", "1", "400", "KOR"),
    ("Casting", "Aluminium, kg", "2", "50", "MYS"),
    ("Sensor housing", "Seals", "1", "60", ""),
)
LOCAL = "68.49"  # per cent: 900 + 2 × 50 of 1,460; nobody has shown where the seals are from


def nominated(day: Any, file: Any) -> list[Said]:
    """The supplier with its certification, which applies to be qualified."""
    return [
        say(
            "evidence",
            "register",
            CERTIFICATE,
            label=BOTH,
            title="Quality certificate of Company M",
            attach=file("certificate.txt"),
        ),
        say(
            "certification",
            "register",
            CERTIFICATION,
            label=BOTH,
            organisation=COMPANY_M,
            standard="ISO 9001:2015",
            issuer="A certification body (illustrative)",
            number="C-0001 (illustrative)",
            scope="Machining of housings, one site",
            effective=day(-700),
            expires=day(60),
            evidence=[CERTIFICATE],
        ),
        say(
            "supplier",
            "nominate",
            SUPPLIER,
            label=BOTH,
            organisation=COMPANY_M,
            product="Sensor housings",
            counterparty="KOR",
            obligation="KOR-sd-suppliers",
        ),
        _applies("qualification"),
    ]


def promised(day: Any) -> list[Said]:
    return [
        say(
            "indicator",
            "propose",
            name,
            label=BOTH,
            counterparty="KOR",
            title=title,
            type=sort,
            definition=f"As counted for a year, on its last day. {NOTE}",
            unit=unit,
            source="Company M's returns (illustrative)",
            nation="MYS",
            baseline=baseline,
            effective=day(-200),
            target=target,
            due=day(500),
            obligation="KOR-sd-suppliers",
        )
        for name, title, sort, unit, baseline, target, _value in OUTCOMES
    ]


def agreed() -> list[Said]:
    """Korea qualifies the supplier, and accepts what is to come of it."""
    return [
        say("supplier", "approve_qualification", SUPPLIER, "inspector"),
        *(say("indicator", "accept", name, "approver") for name, *_rest in OUTCOMES),
    ]


def measured(day: Any) -> list[Said]:
    """The next stage, what of the product is local, and how the outcomes stand."""
    return [
        _applies("production"),
        say(
            "bill_of_materials",
            "state",
            BILL,
            label=BOTH,
            organisation=COMPANY_M,
            product="Sensor housing",
            counterparty="KOR",
            currency="MYR",
            date=day(-15),
            lines=[_line(*line) for line in LINES],
            nation="MYS",
            percent=LOCAL,
            evidence=[LOG],
        ),
        *(
            say(
                "measurement",
                "report",
                _measurement(name),
                label=BOTH,
                indicator=name,
                counterparty="KOR",
                value=value,
                date=day(-5),
                findings=f"Counted from the returns. {NOTE}",
                evidence=[LOG],
            )
            for name, *_rest, value in OUTCOMES
        ),
    ]


def confirmed() -> list[Said]:
    return [
        say("supplier", "approve_production", SUPPLIER, "inspector"),
        say("bill_of_materials", "confirm", BILL, "inspector"),
        *(say("measurement", "confirm", _measurement(o[0]), "inspector") for o in OUTCOMES),
    ]


def _applies(stage: str) -> Said:
    return say(
        "supplier",
        f"apply_for_{stage}",
        SUPPLIER,
        certifications=[CERTIFICATION],
        evidence=[CERTIFICATE],
    )


def _line(assembly: str, part: str, quantity: str, cost: str, origin: str) -> Said:
    line = {"assembly": assembly, "part": part, "quantity": quantity, "cost": cost}
    return line | ({"origin": origin} if origin else {})


def _measurement(indicator: str) -> str:
    return indicator.replace("-outcome-", "-measured-")
