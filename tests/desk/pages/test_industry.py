"""The pages of industry: true to the record, and without a trace of what is hidden."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest

from sepakat.desk.pages import industry
from sepakat.record.label import Label, make
from support.case import Case
from support.desks import BOTH, OF_A, Desk, queries
from support.pages import text_of

SECRET = make("SECRET", ["KOR", "MYS"])
OFFICES = ("officer", "partner")
EVERYBODY = (*OFFICES, "clerk", "company_a", "company_b", "public")
CONTROLLED = [{"control_list": "A national list", "edition": "2025-07", "code": "3A001"}]
MONTHS = (("2027-01", 3, 3000), ("2027-02", 5, 3600), ("2027-03", 8, 4700))


def day(offset: int) -> str:
    # Asked each time: a run of all tests may go on past midnight.
    return (date.today() + timedelta(days=offset)).isoformat()  # noqa: DTZ011


class Made:
    """All that industry has, made by its rules; each thing's name begins with one word."""

    def __init__(self, word: str) -> None:
        self.word, self.case = word, Case(word.lower())
        self.package = self._package()
        work = self._titled("work_package", "agreed")
        factory = self._titled("factory_plan", "in_production", work_package=work)
        for month, units, hours in MONTHS:
            given = {"factory": factory, "month": month, "units": units, "hours": hours}
            self.case.make("rate_report", "confirmed", **given)
        self.case.make("supplier", "production_applied", product=f"{word} castings")
        self.case.make("certification", "in_force", standard=f"{word} standard", expires=day(9))
        self._bill()
        indicator = self._titled("indicator", "in_force", unit="engineers")
        self.case.make("measurement", "confirmed", indicator=indicator, value="42.5")

    def _titled(self, kind: str, state: str, owner: str = "MYS", **given: Any) -> str:
        return self.case.make(kind, state, owner, title=f"{self.word} {kind}", **given)

    def _package(self) -> str:
        agency = self.case.make("organisation", "registered", "KOR", name=f"{self.word} agency")
        made = self._titled(
            "transfer_package",
            "agreed",
            "KOR",
            obligation=self._titled("obligation", "in_force", "KOR"),
            classifications=CONTROLLED,
            classifier=agency,
            classifier_account=f"{self.word.lower()}-classifier",
            needed=["first_article", "certified_staff", "repaired_failure"],
        )
        self.permit = self.case.make(
            "export_authorisation",
            "in_force",
            "KOR",
            package=made,
            number=f"{self.word}-7",
            conditions=[f"{self.word} site only"],
            expires=day(60),
        )
        self._titled("delivery", "received", "KOR", package=made, authorisation=self.permit)
        for level, on in ((6, "2026-02-01"), (8, "2026-03-01")):
            self.case.make("readiness", "confirmed", package=made, level=level, date=on)
        self._titled("absorption_proof", "witnessed", package=made)
        self._titled("absorption_proof", "shown", package=made, type="repaired_failure")
        return made

    def _bill(self) -> None:
        name = f"{self.word} sensor"
        line = {"assembly": name, "part": "A part", "quantity": "1", "cost": "10"}
        lines = [line | {"origin": "MYS"}, line | {"origin": "KOR", "quantity": "0.5"}]
        given = {"product": name, "lines": lines, "percent": "66.67"}
        self.case.make("bill_of_materials", "confirmed", **given)

    def keep(self, desk: Desk, label: Label) -> "Made":
        desk.keep(self.case.things, label)
        industry._computed.cache_clear()
        return self

    @property
    def address(self) -> str:
        return f"/industry/packages/{self.package}"


@lru_cache
def case_of(word: str) -> Made:
    """One for all tests: nothing is said of it once it is made."""
    return Made(word)


@pytest.fixture
def made(desk: Desk) -> Made:
    """What both nations' offices may see."""
    return case_of("Kelapa").keep(desk, BOTH)


def read(desk: Desk, address: str, who: str = "officer") -> str:
    answer = desk.client(who).get(address)
    assert answer.status_code == 200
    return text_of(answer)


def test_page_shows_a_trace_of_what_is_hidden(desk: Desk, made: Made) -> None:
    secret = case_of("Zulkarnain").keep(desk, SECRET)
    of_company = case_of("Serindit").keep(desk, OF_A)
    for who in EVERYBODY:
        page = desk.client(who).get("/industry").content.decode().lower()
        for each, readers in (
            (made, OFFICES),
            (secret, OFFICES),
            (of_company, (*OFFICES, "company_a")),
        ):
            assert (each.word.lower() in page) is (who in readers), (who, each.word)
            own = desk.client(who).get(each.address)
            assert own.status_code == (200 if who in readers else 404), (who, each.word)
            assert who in readers or f"{each.word} " not in own.content.decode(), who


def test_address_of_a_hidden_package_differs_from_one_of_none(desk: Desk, made: Made) -> None:
    client = desk.client("company_a")
    hidden, none = (
        text_of(client.get(f"/industry/packages/{name}")).replace(name, "")
        for name in (made.package, "KOR-none-such")
    )
    assert hidden == none


def test_hidden_authorisation_is_betrayed_by_a_package_that_one_may_see(desk: Desk) -> None:
    made = case_of("Kelapa")
    permits = made.case.of_kind("export_authorisation")
    desk.keep((thing for thing in made.case.things if thing not in permits), OF_A)
    desk.keep(permits, BOTH)
    page = read(desk, made.address, "company_a")
    assert "Kelapa-7" not in page and "site only" not in page
    assert "no export authorisation that you may see is in force" in page
    assert "Kelapa-7" in read(desk, made.address, "officer")


def test_industry_tells_otherwise_than_the_record(desk: Desk, made: Made) -> None:
    page = read(desk, "/industry")
    for told in (
        "Kelapa indicator engineers 0 42.5 100 31 October 2026 42.5%",
        "Kelapa transfer_package Republic of Korea Agreed Certified staff Repaired failure",
        "Technology readiness 8 Ends on",
        "Republic of Korea: 50%, 500,000.00 USD Malaysia: 50%, 500,000.00 USD",
        "A name Passed",
        # Four and eight were planned, and nothing more in the third month.
        "16 made of 12 planned, up to 2027-03. It keeps to its plan.",
        "Kelapa castings Production applied",
        "Kelapa standard , A name",
        "Kelapa sensor : 66.67%, Malaysia",
    ):
        assert told in page, told


def test_learning_is_not_the_engines(desk: Desk, made: Made) -> None:
    ((each, _gates),) = industry.computed(
        desk.access("officer"), date.fromisoformat(day(0))
    ).factories
    assert each.learning is not None
    assert f"fall to {100 * each.learning.curve.slope:.2f}%" in read(desk, "/industry")


def test_month_of_which_nothing_is_known_is_told_as_nothing_made(desk: Desk) -> None:
    case = Case()
    months = [f"{year}-{month:02}" for year in (2027, 2028) for month in range(1, 13)]
    rates = [{"month": month, "units": 5} for month in months]
    plan = case.make("factory_plan", "in_production", rates=rates)
    for month in ("2027-01", "2027-03"):
        case.make("rate_report", "confirmed", factory=plan, month=month, units=4)
    desk.keep(case.things, BOTH)
    industry._computed.cache_clear()
    page = read(desk, "/industry")
    assert "8 made of 15 planned, up to 2027-03. It is 2 months behind its plan." in page
    assert "counted as nothing: 2027-02" in page
    assert "2027-02 5 – 2027-03 5 4" in page
    assert "2028-03" in page and "2028-04" not in page, "a hundred months would be drawn"


def test_package_tells_otherwise_than_the_record(desk: Desk, made: Made) -> None:
    page = read(desk, made.address)
    for told in (
        "Drawings Intangible",
        "Background IP Each keeps its own.",
        "Foreground IP Both own it.",
        "Licence To make and to repair, in Malaysia.",
        "A national list 2025-07 3A001",
        "Classified by Kelapa agency Classifying person kelapa-classifier",
        "Obligation Kelapa obligation",
        "Kelapa-7 The Cabinet Kelapa site only 1 June 2025",
        "First article Witnessed Kelapa absorption_proof , 2 March 2026 Witnessed",
        "Certified staff Not shown yet –",
        "Repaired failure Shown Kelapa absorption_proof",
        "1 February 2026 TRL 6 1 March 2026 TRL 8",
        "Kelapa delivery 2 March 2026 Kelapa-7 Received",
        "Export authorisation Kelapa-7 ends on",
    ):
        assert told in page, told


def test_figure_of_a_package_leads_to_no_record(desk: Desk, made: Made) -> None:
    page = desk.client("officer").get(made.address).content.decode()
    kinds = ("export_authorisation", "delivery", "readiness", "absorption_proof", "obligation")
    for kind in (*kinds, "transfer_package"):
        for thing in made.case.of_kind(kind):
            assert f'href="/object/{thing.id}"' in page, thing.id


def test_record_of_a_package_does_not_lead_to_its_page(desk: Desk, made: Made) -> None:
    answer = desk.client("officer").get(f"/object/{made.package}")
    assert f'href="{made.address}"' in answer.content.decode()
    assert b"/industry/packages" not in desk.client("officer").get("/object/MYS-gate-open").content


UNCOVERED, ENDS = "no export authorisation that you may see is in force", "ends on"


@pytest.mark.parametrize(("expires", "said"), [(-1, UNCOVERED), (90, ENDS), (91, "")])
def test_authorisation_that_ends_is_not_warned_of(desk: Desk, expires: int, said: str) -> None:
    case = Case()
    agency = case.make("organisation", "registered", "KOR")
    given = {"classifications": CONTROLLED, "classifier": agency, "classifier_account": "a-1"}
    package = case.make("transfer_package", "agreed", "KOR", **given)
    case.make("export_authorisation", "in_force", "KOR", package=package, expires=day(expires))
    desk.keep(case.things, BOTH)
    page = read(desk, f"/industry/packages/{package}")
    assert [warning for warning in (UNCOVERED, ENDS) if warning in page] == ([said] if said else [])
    assert ("Not in force today" in page) is (expires < 0)


@pytest.mark.parametrize("name", ["MYS-no-such", "MYS-gate-open", "x" * 300, "..%2f..%2fetc"])
def test_address_that_names_no_package_has_a_page(desk: Desk, name: str) -> None:
    assert desk.client("officer").get(f"/industry/packages/{name}").status_code == 404


def test_longer_record_takes_more_reads(desk: Desk, made: Made) -> None:
    client = desk.client("officer")

    def reads(address: str) -> int:
        industry._computed.cache_clear()
        with queries() as found:
            assert client.get(address).status_code == 200
        return len(found)

    addresses = ("/industry", made.address)
    few = [reads(address) for address in addresses]
    for word in ("Zulkarnain", "Serindit"):
        case_of(word).keep(desk, BOTH)
    assert [reads(address) for address in addresses] == few


def test_hostile_title_is_run(desk: Desk) -> None:
    case = Case()
    package = case.make("transfer_package", "agreed", title="<script>alert(1)</script>")
    desk.keep(case.things, BOTH)
    industry._computed.cache_clear()
    for address in ("/industry", f"/industry/packages/{package}"):
        page = desk.client("officer").get(address).content.decode()
        assert "&lt;script&gt;alert" in page
        assert "<script>alert" not in page
