"""The pages of the outlook: true to the record, and without a trace of what is hidden."""

from typing import Any

import pytest

from sepakat.desk.pages.outlook import computed, files
from sepakat.node.accounts.models import Membership, User
from sepakat.node.evidence import EvidenceStore
from sepakat.record.label import make
from support.desks import BOTH, OF_A, Desk, queries
from support.forecasted import Forecasted, figures_of, forecasted, plan_of
from support.outlook import FORECAST
from support.pages import text_of

SECRET = make("SECRET", ["KOR", "MYS"])
OFFICES = ("officer", "partner")
EVERYBODY = (*OFFICES, "third_nation", "clerk", "company_a", "company_b", "public")
NOTHING = "No portfolio that you may see is in force."


@pytest.fixture
def made(desk: Desk) -> Forecasted:
    """What both nations' offices may see."""
    return forecasted("Camar").keep(desk, BOTH)


def read(desk: Desk, address: str, who: str = "officer") -> str:
    answer = desk.client(who).get(address)
    assert answer.status_code == 200
    return text_of(answer)


def add_third_nation(desk: Desk) -> None:
    """A liaison of a nation that is no party, with as high a clearance as anybody's."""
    user = User(email="t@tur.example", name="T", account="p-t", clearance="SECRET", nation="TUR")
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, role="officer", organisation="")
    desk.people["third_nation"] = user


def test_page_shows_a_trace_of_what_is_hidden(desk: Desk, made: Forecasted) -> None:
    add_third_nation(desk)
    secret = forecasted("Zulkarnain").keep(desk, SECRET)
    of_company = forecasted("Serindit").keep(desk, OF_A)
    for who in EVERYBODY:
        pages = [
            desk.client(who).get(address).content.decode().lower()
            for address in ("/outlook", "/outlook/learning", "/")
        ]
        for each, readers in (
            (made, OFFICES),
            (secret, OFFICES),
            (of_company, (*OFFICES, "company_a")),
        ):
            assert (each.word.lower() in pages[0]) is (who in readers), (who, each.word)
            for page in pages[1:]:
                assert who in readers or each.word.lower() not in page, (who, each.word)
            for address in (each.address, f"{each.address}/schedule"):
                own = desk.client(who).get(address)
                assert own.status_code == (200 if who in readers else 404), (who, address)


@pytest.mark.parametrize("who", ["third_nation", "clerk", "company_a", "company_b", "public"])
def test_what_is_hidden_is_counted(desk: Desk, who: str) -> None:
    add_third_nation(desk)
    addresses = ("/outlook", "/outlook/learning")
    before = [read(desk, address, who) for address in addresses]
    made = Forecasted("Merbuk")
    made.reach("2026-11-01", "2026-11-02")
    made.keep(desk, SECRET)
    assert [read(desk, address, who) for address in addresses] == before
    assert NOTHING in before[0]


def test_address_of_a_hidden_project_differs_from_one_of_none(desk: Desk, made: Forecasted) -> None:
    client = desk.client("company_a")
    hidden, none = (
        text_of(client.get(f"/outlook/projects/{name}")).replace(name, "")
        for name in (made.project, "KOR-none-such")
    )
    assert hidden == none


def test_portfolio_page_tells_otherwise_than_the_record(desk: Desk, made: Forecasted) -> None:
    page = read(desk, "/outlook")
    for told in (
        # P50 is in time and P80 is not; of both nations' ratings, the latest, an exemption as such.
        "Camar project In doubt Sensors A name Delivered promised for 31 Oct 2026 "
        "team’s date 1 Oct 2026 20 Oct 2026 5 Nov 2026 10 Nov 2026 12 Dec 2026 65% 40% "
        "Republic of Korea: Exempt edition 3 Malaysia: In doubt edition 3 "
        "Fired Camar risk Plan of 1 Jun 2026 Forecast of 1 Jul 2026",
        "Camar project Sensors 65% 80% 1,500,000",  # the bubble, as a table
        "30 to 60% Moderate 1 risk · Camar risk · Raised High Highest",
        "2026 300,000.00 USD 1,000,000.00 USD 1,300,000.00 USD",
        "2027 200,000.00 USD – 200,000.00 USD",
    ):
        assert told in page, told
    assert ": Likely" not in page and "Likely late" not in page, (
        "an earlier rating, or lateness that P50 does not say"
    )


def test_domain_does_not_choose(desk: Desk, made: Forecasted) -> None:
    forecasted("Punai", "Space").keep(desk, BOTH)
    both, space = read(desk, "/outlook"), read(desk, "/outlook?domain=Space")
    assert "Camar project" in both and "Punai project" in both
    assert "Camar project" not in space and "Punai project" in space


def test_project_page_tells_otherwise_than_the_record(desk: Desk, made: Forecasted) -> None:
    page = read(desk, made.address)
    for told in (
        "Budget 1,500,000.00 USD Cost P50 1,000,000.00 USD P80 1,200,000.00 USD",
        "Joint confidence 40% that all milestones are on time",
        "1,000 iterations, seed 7 Calibrated by the class “time to finish” (Illustrative), with 0",
        "Delivered A900 31 Oct 2026 1 Oct 2026 20 Oct 2026 10 Nov 2026 5 Nov 2026 12 Dec 2026 65%",
        "A100 Task 0 Build 1 June 2026 12 June 2026 19 June 2026 26 June 2026 100%",
        # Of four iterations, one in each corner.
        "In time and within budget ≤ 31 October 2026 ≤ 1,500,000 25%",
        "Late and over budget > 31 October 2026 > 1,500,000 25%",
        "Driver On average At P80 Camar risk 3.5 8",
        "P80 late days ≥ 5 now 10 Fired Open",
        "A second source Camar risk 20,000.00 USD 10 Nov 2026 29 Oct 2026 65% 82.5%",
        "Camar option Proposed Treatment · Simulated, not searched for",
        "Delivered Date 10 Nov 20 Oct",
        "What the model leaves out constraints other than on the start are not simulated: A100",
    ):
        assert told in page, told


def test_figure_leads_to_no_record(desk: Desk, made: Forecasted) -> None:
    page = desk.client("officer").get(made.address).content.decode()
    ratings = [thing for thing in made.case.of_kind("rating") if thing.fields["as_of"] > "2026-07"]
    named = [made.portfolio, made.project, made.plan, made.forecast, made.risk, made.option]
    for id_ in (*named, *(thing.id for thing in ratings)):
        assert f'href="/object/{id_}"' in page, id_


def test_record_does_not_lead_to_the_page_of_its_project(desk: Desk, made: Forecasted) -> None:
    client = desk.client("officer")
    for id_ in (made.project, made.plan, made.forecast, made.risk, made.option):
        assert f'href="{made.address}"' in client.get(f"/object/{id_}").content.decode(), id_
    assert made.address not in client.get("/object/MYS-gate-open").content.decode()


def test_record_leads_to_a_project_that_is_hidden(desk: Desk) -> None:
    made = forecasted("Camar")
    desk.keep(made.case.of_kind("risk"), OF_A)
    made.keep(desk, BOTH)
    answer = desk.client("company_a").get(f"/object/{made.risk}")
    assert answer.status_code == 200 and made.address not in answer.content.decode()


def test_forecasts_are_not_told_one_after_another(desk: Desk) -> None:
    made = Forecasted("Tiong")
    later = [FORECAST | {"p50": "2026-11-05", "p80": "2026-11-15", "on_time": "30"}]
    latest = made.issue("2026-08-01", made.figures.encode(), milestones=later)
    made.keep(desk, BOTH)
    page = read(desk, made.address)
    assert (
        "Delivered 1 Jul 2026 1 Oct 2026 20 Oct 2026 10 Nov 2026 65% "
        "1 Aug 2026 1 Oct 2026 5 Nov 2026 15 Nov 2026 30%"
    ) in page
    assert "Likely late" in read(desk, "/outlook")
    assert f"/object/{latest}" in desk.client("officer").get("/outlook").content.decode()


def test_plan_without_a_forecast_is_not_drawn_by_its_own_dates(desk: Desk) -> None:
    made = Forecasted("Pipit", forecast=False).keep(desk, BOTH)
    page = read(desk, made.address)
    assert "None is issued that you may see." in page
    # Ten days of work from Monday, and ten more.
    assert "A100 Task 0 Build 1 June 2026 12 June 2026 – – – " in page
    assert "A101 Task 1 Build 15 June 2026 26 June 2026 – – – " in page
    assert "No forecast" in read(desk, "/outlook")


LOOSE = plan_of(loose=True)
FAILING = "Activities without a predecessor or a successor"


def test_who_accepted_a_failing_schedule_is_not_told(desk: Desk) -> None:
    made = Forecasted("Layang", forecast=False)
    given = {"project": made.project, "file": made.file(LOOSE), "as_of": "2026-06-02"}
    plan = made.case.make("plan", "submitted", failing=[FAILING], **given)
    made.case.say(plan, "accept_knowingly", {"reason": "The supplier’s plan comes in August."})
    made.keep(desk, BOTH).say(desk)
    page = read(desk, made.address)
    assert f"Gating checks that it does not pass: {FAILING}" in page
    assert "Accepted knowingly by Republic of Korea (Approver)" in page
    assert "The supplier’s plan comes in August." in page
    checks = read(desk, f"{made.address}/schedule")
    assert f"1. {FAILING} Gating" in checks and "75% ≤ 5% Fails" in checks
    assert UNNAMED not in checks


UNNAMED = "It fails gating checks that its record does not name: "


def test_gating_check_that_a_record_keeps_quiet_about_passes(desk: Desk) -> None:
    made = Forecasted("Merpati", forecast=False)
    given = {"project": made.project, "file": made.file(LOOSE), "as_of": "2026-06-02"}
    made.case.make("plan", "accepted", **given)
    made.keep(desk, BOTH)
    assert UNNAMED + FAILING in read(desk, f"{made.address}/schedule")


def test_figures_that_are_not_here_break_the_page(desk: Desk) -> None:
    made = forecasted("Camar")
    desk.keep(made.case.things, BOTH)
    computed._computed.cache_clear()
    page = read(desk, made.address)
    assert "The forecast’s pictures cannot be shown: " in page and "not kept here" in page
    assert "Delivered A900 31 Oct 2026" in page, "what the statement says is not shown"


def test_damaged_figures_break_the_page(desk: Desk) -> None:
    made = Forecasted("Murai").keep(desk, BOTH)
    store = EvidenceStore(desk.home)
    sha256, _size = store.add(made.figures.encode())
    store.path(sha256).write_bytes(b"something else")
    page = read(desk, made.address)
    assert "the evidence file is damaged" in page and "Delivered A900 31 Oct 2026" in page


def test_file_that_was_refused_is_read_again_at_each_look(desk: Desk) -> None:
    made = Forecasted("Enggang", forecast=False)
    plan = made.file(b"<Project><StartDate>soon</StartDate></Project>")
    made.case.make("plan", "submitted", project=made.project, file=plan, as_of="2026-06-02")
    made.issue("2026-07-01", b"no figures")
    made.keep(desk, BOTH)
    for address, cached in (
        (f"{made.address}/schedule", files._planned),
        (made.address, files._drawn),
    ):
        cached.cache_clear()
        first = read(desk, address)
        assert cached.cache_info().currsize == 1
        assert read(desk, address) == first
        assert cached.cache_info().misses == 1
        assert "cannot be" in first


FAR = {"start": "0001-01-01", "finish": "9999-12-31", "p50": "0001-01-01", "p80": "9999-12-31"}


def hostile(name: str, plan: bytes, risk: str) -> bytes:
    known = figures_of(plan, risk)
    row = known.activities[0]
    changed: dict[str, Any] = {
        "no JSON": b"\xff\xfe",
        "another's": b"{}",
        "deep": b"[" * 200_000,
        "another plan's": known.model_copy(update={"plan": "ab" * 32}),
        "far": known.model_copy(update={"activities": (row.model_copy(update=FAR),)}),
        "script": known.model_copy(update={"notes": ("<script>alert(1)</script>",)}),
        "empty": known.model_copy(
            update=dict.fromkeys(("activities", "curves", "cost", "scatter", "frontier"), ())
        ),
    }
    found = changed[name]
    return found if isinstance(found, bytes) else bytes(found.encode())


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ("no JSON", True),
        ("another's", True),
        ("deep", True),
        ("another plan's", True),
        ("far", False),
        ("script", False),
        ("empty", False),
    ],
)
def test_hostile_figures_break_the_page(desk: Desk, name: str, is_told: bool) -> None:
    made = Forecasted("Gagak", forecast=False)
    made.issue("2026-07-01", hostile(name, plan_of(), made.risk))
    made.keep(desk, BOTH)
    answer = desk.client("officer").get(made.address)
    page = text_of(answer)
    assert answer.status_code == 200
    assert ("The forecast’s pictures cannot be shown" in page) is is_told
    assert "Delivered A900 31 Oct 2026" in page
    assert "<script>alert" not in answer.content.decode()


def test_plan_of_thousands_is_drawn_whole(desk: Desk) -> None:
    made = Forecasted("Helang", count=5000).keep(desk, BOTH)
    answer = desk.client("officer").get(made.address)
    page = text_of(answer)
    assert "5,000 of 5,000 activities · Page 1 of 100" in page
    assert page.count(" 19 June 2026 ") == 50 and len(answer.content) < 300_000
    assert "1 of 5,000 activities" in read(desk, f"{made.address}?q=a5099")
    last = read(desk, f"{made.address}?critical=1&page=999999")
    assert "Page 100 of 100" in last and "Task 0 " not in last
    assert "No activity is like that." in read(desk, f"{made.address}?q=nothing&phase=none&page=x")


def test_longer_record_takes_more_reads(desk: Desk, made: Forecasted) -> None:
    client = desk.client("officer")

    def reads(address: str) -> int:
        computed._computed.cache_clear()
        with queries() as found:
            assert client.get(address).status_code == 200
        return len(found)

    addresses = ("/outlook", "/outlook/learning", made.address, "/")
    [reads(address) for address in addresses]  # files are read once
    few = [reads(address) for address in addresses]
    for word in ("Zulkarnain", "Serindit"):
        forecasted(word).keep(desk, SECRET)
    assert [reads(address) for address in addresses] == few


def test_trigger_that_was_said_is_shown_as_unsaid(desk: Desk, made: Forecasted) -> None:
    assert "Fired Camar risk" in read(desk, "/outlook")
    unsaid = "The latest forecast fires the trigger of the risk “Camar risk”"
    assert unsaid in read(desk, made.address)
    (risk,) = made.case.of_kind("risk")
    desk.keep([risk._replace(state="triggered")], BOTH)
    computed._computed.cache_clear()
    assert "Triggered Camar risk" in read(desk, "/outlook")
    assert unsaid not in read(desk, made.address)


def test_option_of_the_other_nation_waits_for_others_than_the_committee(desk: Desk) -> None:
    made = Forecasted("Kuau", forecast=False)
    case = made.case
    plan = case.make("plan", "accepted", "KOR")
    forecast = case.make("forecast", "issued", "KOR", plan=plan)
    option = case.make("option", "proposed", "KOR", forecast=forecast)
    made.keep(desk, BOTH)
    for who in ("officer", "committee", "company_a"):
        page = desk.client(who).get("/").content.decode()
        assert (f"/object/{option}/take" in page) is (who == "committee"), who


def test_outcome_is_not_scored_as_it_came(desk: Desk) -> None:
    made = Forecasted("Belatuk")
    made.reach("2026-11-01", "2026-11-02")
    made.keep(desk, BOTH)
    page = read(desk, "/outlook/learning")
    # From 1 January: 292 days to P50, 304 to the day that it was reached. With one outcome the
    # class alone corrects: its median is 1.3 / sqrt(1 + (0.4 / 1.3)^2) = 1.2425, so 363 days.
    assert "Belatuk project A900 Production 1 Jul 2026 292 363 " in page
    assert " 304 12 2 Nov 2026" in page
    assert "Own outcomes 1 At a stage with fewer than 5 they weigh nothing" in page
    assert "Public class time to finish Illustrative" in page
    assert "Production 1 0% 100% 100% 100% " in page
    # And the page of a project that has been reached says so.
    assert "Reached Delivered: 1 Nov 2026 promised for 31 Oct 2026" in read(desk, made.address)
    assert "Belatuk project Reached Sensors A name – – – – " in read(desk, "/outlook")


@pytest.mark.parametrize("name", ["MYS-no-such", "MYS-gate-open", "x" * 300, "..%2f..%2fetc"])
def test_address_that_names_no_project_has_a_page(desk: Desk, name: str) -> None:
    for page in ("", "/schedule", "/forecast"):
        assert desk.client("officer").get(f"/outlook/projects/{name}{page}").status_code == 404


def test_hostile_title_is_run(desk: Desk) -> None:
    made = Forecasted("<script>alert(1)</script>".replace("/", "")).keep(desk, BOTH)
    for address in ("/outlook", made.address, "/"):
        page = desk.client("officer").get(address).content.decode()
        assert "&lt;script&gt;alert" in page
        assert "<script>alert" not in page
