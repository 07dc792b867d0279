"""The ledgers' page: computed over what its reader may see, and over nothing else."""

import re
from datetime import date

import pytest

from sepakat.desk.pages import ledgers
from sepakat.node.models import Object
from sepakat.record.label import Label
from support.case import TERMS
from support.desks import BOTH, OF_A, Desk, queries
from support.pages import text_of

AGREEMENT = "MYS-agreement-g2g"
RULES = """
[[rule]]
id = "training"
type = "multiplier"
when = 'activity == "training"'
factor = "3"
"""
EVERYBODY = ("officer", "clerk", "company_a", "company_b", "partner", "public")


def owe(desk: Desk, number: int, label: Label, amount: str) -> None:
    """An obligation in force with a claim on it, as a partner's acceptance would leave it."""
    about, claim = f"MYS-owed-{number}", f"MYS-claimed-{number}"
    desk.say(
        "obligation",
        about,
        "propose",
        label,
        title=f"Obligation {number}",
        agreement=AGREEMENT,
        terms="MYS-terms",
        counterparty="KOR",
        obligor="MYS",
        category="training",
        value={"amount": amount, "currency": "USD"},
        due="2027-01-01",
        description="Illustrative.",
    )
    Object.objects.filter(id=about).update(state="in_force")
    desk.say(
        "evidence",
        f"MYS-file-{number}",
        "register",
        label,
        title="A report",
        sha256="ab" * 32,
        size=12,
        media_type="text/plain",
        filename="report.txt",
    )
    desk.say(
        "claim",
        claim,
        "file",
        label,
        obligation=about,
        counterparty="KOR",
        value={"amount": "100", "currency": "USD"},
        description="Delivered.",
        evidence=[f"MYS-file-{number}"],
        delivered="2026-05-01",
        activity="training",
    )


@pytest.fixture
def owing(desk: Desk) -> Desk:
    ledgers._computed.cache_clear()
    desk.say(
        "edition",
        "MYS-terms",
        "propose",
        BOTH,
        agreement=AGREEMENT,
        counterparty="KOR",
        number=1,
        effective="2026-01-01",
        source=TERMS.format(agreement=AGREEMENT) + RULES,
    )
    Object.objects.filter(id="MYS-terms").update(state="accepted")
    owe(desk, 1, BOTH, "1000")
    owe(desk, 2, OF_A, "7777")
    return desk


def test_a_ledger_shows_what_its_reader_may_not_see(owing: Desk) -> None:
    for name in EVERYBODY:
        client = owing.client(name)
        page = text_of(client.get("/ledgers?as_of=2026-11-24"))
        for id_, title, amount in (
            ("MYS-owed-1", "Obligation 1", "1,000"),
            ("MYS-owed-2", "Obligation 2", "7,777"),
        ):
            may = all(
                client.get(f"/object/{name}").status_code == 200 for name in ("MYS-terms", id_)
            )
            assert (title in page) is may, (name, title)
            assert (amount in page) is may, (name, amount)


def test_the_page_computes_otherwise_than_the_engine(owing: Desk) -> None:
    (found,) = ledgers.computed(owing.access("officer"), date(2026, 11, 24))
    assert [item.claimed for item in found.ledgers] == [100, 100]
    page = text_of(owing.client("officer").get("/ledgers?as_of=2026-11-24"))
    assert "Obligation 1 1 January 2027 1,000 100 0 0 0 0 1,000" in page


def test_a_figure_does_not_lead_to_what_it_came_from(owing: Desk) -> None:
    """To the steps of its arithmetic, or where there are none to the record that states it."""
    page = owing.client("officer").get("/ledgers?as_of=2026-11-24").content.decode()
    for number in (1, 2):
        (row,) = (r for r in page.split("<tr>") if f">Obligation {number}</a>" in r)
        _name, nominal, *figures = re.findall(r'<a href="([^"]+)">', row)
        record, steps = f"/object/MYS-owed-{number}", f"steps-MYS-owed-{number}"
        assert nominal == record
        assert figures == [f"#{steps}"] * 6
        assert page.count(f'id="{steps}"') == 1
        unfolded = page[page.index(f'id="{steps}"') :]
        assert f'href="/object/MYS-claimed-{number}"' in unfolded
    unclaimed = owing.client("officer").get("/ledgers?as_of=2026-01-01").content.decode()
    assert "steps-" not in unclaimed
    assert unclaimed.count('<a href="/object/MYS-owed-1">') == 8


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-31", "9" * 500])
def test_a_day_that_is_none_breaks_the_page(owing: Desk, day: str) -> None:
    assert owing.client("officer").get("/ledgers", {"as_of": day}).status_code == 200


def test_a_longer_record_takes_more_reads(owing: Desk) -> None:
    client = owing.client("officer")
    client.get("/ledgers")
    with queries() as before:
        client.get("/ledgers")
    owe(owing, 3, BOTH, "30")
    client.get("/ledgers")
    with queries() as after:
        client.get("/ledgers")
    assert len(after) == len(before)
