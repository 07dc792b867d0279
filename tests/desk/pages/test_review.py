"""Review packs as a page and as a PDF: the same, for both nations, without a trace of the rest."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from sepakat.desk.jobs.models import Job
from sepakat.desk.notices import telling
from sepakat.desk.notices.models import Notice
from sepakat.desk.pages import pdf
from sepakat.desk.reviews import tasks
from sepakat.desk.reviews.document import Cell, Item, Section, Table
from sepakat.desk.reviews.paper import laid_out
from sepakat.node import rows
from sepakat.node.accounts.models import Membership, User
from sepakat.node.evidence import EvidenceStore
from sepakat.node.models import Log
from sepakat.node.partners import card_of
from sepakat.node.partners import get as get_partner
from sepakat.node.reconcile import shared_digest
from sepakat.outlook.forecasts.figures import Figures, Treated
from sepakat.record.label import Label, make
from sepakat.vocabulary import REGISTRY
from support.case import Case
from support.desks import BOTH, OWN, Desk, queries
from support.jobs import work_off
from support.outlook import FORECAST, MILESTONE
from support.pages import text_of
from support.pdf import read

PLAIN = make("UNCLASSIFIED", ["KOR", "MYS"])
ON, SINCE = "2026-02-28", "2026-01-01"
TODAY = date.today()  # noqa: DTZ011
DATES = {"p10": "2026-10-05", "p50": "2026-10-20", "p80": "2026-11-10", "p90": "2026-11-20"}


class Made:
    """A portfolio with a scale, and projects whose every title begins with one word."""

    def __init__(self, title: str = "Kelapa portfolio") -> None:
        self.case = Case()
        self.portfolio = self.case.make("portfolio", "in_force", title=title)
        scale = {"portfolio": self.portfolio, "title": "Confidence", "number": 3}
        self.scale = self.case.make("rating_scale", "in_force", **scale)
        self.of_word: dict[str, list[str]] = {}

    def add(self, word: str, **forecast: Any) -> str:
        """A project with a plan, a forecast, a rating, a risk and a package with readiness."""
        before = {thing.id for thing in self.case.things}
        make_ = self.case.make
        owed = make_("obligation", "in_force", title=f"{word} obligation")
        given = {"portfolio": self.portfolio, "obligations": [owed]}
        project = make_("project", "under_way", title=f"{word} project", **given)
        row = MILESTONE | {"title": f"{word} milestone"}
        plan = make_(
            "plan", "accepted", project=project, as_of="2026-01-06", title=f"{word} plan",
            promises=[row],
        )  # fmt: skip
        about = {"plan": plan, "project": project, "as_of": "2026-01-20"}
        about["milestones"] = [FORECAST | {"title": f"{word} milestone"}]
        self.forecast = make_("forecast", "issued", **about | forecast)
        rated = {"project": project, "scale": self.scale, "as_of": "2025-11-29"}
        self.rating = make_("rating", "given", reasons=f"{word} is slow.", **rated)
        self.risk = make_("risk", "open", title=f"{word} risk", projects=[project])
        package = make_("transfer_package", "agreed", title=f"{word} package", obligation=owed)
        make_("readiness", "confirmed", package=package, date="2026-02-01", findings=f"{word}!")
        self.of_word[word] = [t.id for t in self.case.things if t.id not in before]
        return project

    def keep(self, desk: Desk, labels: dict[str, Label] | None = None) -> "Made":
        """The objects, those of a word under its label; and what was said of those of no word."""
        owned = {id_: word for word, ids in self.of_word.items() for id_ in ids}
        for thing in self.case.things:
            label = (labels or {}).get(owned.get(thing.id, ""), PLAIN)
            desk.keep([thing], label)
        number = rows.save_labels([BOTH])[BOTH]
        rows.save_statements(
            [
                (entry.nation, 1000 + entry.index, entry.digest, entry.envelope.encode(), number,
                 entry.statement.object, entry.statement.action, entry.statement.at, "standing",
                 "", "")
                for entry in self.case.nations.entries()
                if entry.envelope and entry.statement and entry.statement.object not in owned
            ]
        )  # fmt: skip
        return self

    @property
    def page(self) -> str:
        return f"/outlook/reviews/{self.portfolio}?on={ON}&since={SINCE}"

    @property
    def paper(self) -> str:
        return f"/outlook/reviews/{self.portfolio}/pack.pdf?on={ON}&since={SINCE}"


def get(desk: Desk, who: str, address: str) -> HttpResponse:
    answer = desk.client(who).get(address)
    assert answer.status_code == 200, who
    return answer


def both(desk: Desk, made: Made, who: str = "officer") -> tuple[str, str]:
    """The text of the page, and of the paper."""
    paper = get(desk, who, made.paper)
    assert paper["Content-Type"] == "application/pdf"
    assert "no-store" in paper["Cache-Control"]
    return text_of(get(desk, who, made.page)), " ".join(" ".join(read(paper.content)).split())


def test_page_or_paper_tells_otherwise_than_the_record(desk: Desk) -> None:
    made = Made()
    treated = Treated(
        risk="MYS-risk-1", title="A second source", price=20_000, before="2026-11-10",
        after="2026-10-25", on_time_before=650, on_time_after=880, cost_before=1_200_000,
        cost_after=1_190_000,
    )  # fmt: skip
    figures = Figures(v=1, plan="ab" * 32, activities=(), curves=(), cost=(), scatter=(),
                      frontier=(), treatments=(treated,), notes=())  # fmt: skip
    sha256, size = EvidenceStore(desk.home).add(figures.encode())
    file = made.case.make("evidence", "registered", sha256=sha256, size=size)
    driver = {"title": "Uncertainty of all durations", "days": "12", "p80_days": "15", "cost": "9"}
    made.add("Kelapa", file=file, drivers=[driver], joint="41.5")
    decision = made.case.make("decision", "agreed", question="Shall it go on?", dissent="Too dear.")
    made.case.nations.say("KOR", "decision", decision, "dissent", {"dissent": "Too early."})
    made.case.make("action_item", "undertaken", title="Call the supplier", due="2026-02-20")
    made.keep(desk)
    sizes = dict(Log.objects.values_list("nation", "size"))
    for text in both(desk, made):
        for told in (
            "Kelapa portfolio",
            "UNCLASSIFIED · releasable to KOR, MYS",
            # The milestone: baseline, team's date, due, P50, P80, neither calibrated.
            "Kelapa milestone 1 October 2026 1 October 2026 31 October 2026 20 October 2026 – "
            "10 November 2026 – 65%",
            "20 January 2026 65% Kelapa milestone 20 October 2026 – 10 November 2026 –",
            "Likely: It delivers. Confidence, edition 3 29 November 2025 Kelapa is slow.",
            "Republic of Korea Not rated",
            "The chance that all is on time and within the budget is 41.5%.",
            "Uncertainty of all durations 12 15 9",
            "A second source 20,000 10 November 2026 → 25 October 2026 65% → 88%",
            "Technology readiness 6",
            "Call the supplier 20 February 2026 8 54 Undertaken",
            "Shall it go on? 5 January 2026",
            "Dissent (Malaysia)",
            "Too dear.",
            "Dissent (Republic of Korea, 5 January 2026)",
            "Too early.",
            "Trigger fired, not said",
            "P80 of a milestone is 5 days late, or more",
            "forecast of 20 January 2026: P80 10 days late; not said yet by its owner",
            "The second source delivers.",
            "Malaysia: 91 (stale)",
            "Made from the record by Sepakat",
            shared_digest(REGISTRY, desk.home.card(), card_of(get_partner("KOR")), sizes),
            *(bytes(log.root).hex() for log in Log.objects.all()),
        ):
            assert told in text, told


def test_reader_meets_a_trace_of_a_project_that_is_not_for_them(desk: Desk) -> None:
    made = Made()
    made.add("Kelapa")
    made.add("Zulkarnain")
    made.keep(desk, {"Zulkarnain": BOTH})
    for who in ("officer", "partner"):
        for text in both(desk, made, who):
            assert "Zulkarnain" in text and "Kelapa" in text
    pages = read(get(desk, "officer", made.paper).content)
    assert all(page.count("RESTRICTED · releasable to KOR, MYS") == 2 for page in pages)
    hidden = ("Zulkarnain", *made.of_word["Zulkarnain"])
    for text in (*both(desk, made, "clerk"), get(desk, "clerk", made.page).content.decode()):
        assert "Kelapa" in text
        assert [name for name in hidden if name in text] == []
        assert "RESTRICTED" not in text


def test_what_only_one_nation_may_see_is_handed_over_the_table(desk: Desk) -> None:
    made = Made()
    made.add("Kelapa")
    made.add("Zulkarnain")
    made.keep(desk, {"Zulkarnain": OWN})
    for text in both(desk, made):
        assert "Kelapa project" in text
        assert "Zulkarnain" not in text
        assert "Prepare the position" not in text, "an action of ours alone"


def test_third_nation_company_or_the_public_learns_that_there_is_a_portfolio(desk: Desk) -> None:
    made = Made()
    made.add("Kelapa")
    made.keep(desk)
    user = User(email="tur@mys.example", name="Tur", account="p-tur", clearance="SECRET",
                nation="TUR")  # fmt: skip
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, role="officer", organisation="")
    desk.people["third"] = user
    for who in ("third", "company_a", "public"):
        client = desk.client(who)
        for address in (made.page, made.paper):
            hidden = client.get(address)
            none = client.get(address.replace(made.portfolio, "MYS-none-such"))
            assert hidden.status_code == none.status_code == 404, who
        assert "Kelapa" not in text_of(client.get("/outlook")), who
    assert made.page.partition("?")[0] in desk.client("officer").get("/outlook").content.decode()
    for other in ("MYS-gate-open", "x" * 300, "..%2f..%2fetc"):
        assert desk.client("officer").get(f"/outlook/reviews/{other}").status_code == 404


def test_pack_of_an_earlier_day_tells_what_was_said_later(desk: Desk) -> None:
    made = Made()
    action = made.case.make("action_item", "undertaken", title="Call the supplier")
    made.case.nations.wait_until("2026-03-01T00:00:00Z")
    made.case.say(action, "finish")
    made.case.make("action_item", "undertaken", title="Write to Seoul")
    made.keep(desk)
    then = text_of(get(desk, "officer", made.page))
    assert "Call the supplier" in then and "Write to Seoul" not in then
    now = text_of(get(desk, "officer", f"/outlook/reviews/{made.portfolio}?since={ON}"))
    assert "Call the supplier" not in now and "Write to Seoul" in now


@pytest.mark.parametrize(
    ("on", "since"),
    [
        ((TODAY + timedelta(days=2)).isoformat(), ""),
        (ON, ON),
        ("2026-02-30", ""),
        ("'; --", "1"),
    ],
)
def test_days_that_cannot_be_are_taken(desk: Desk, on: str, since: str) -> None:
    made = Made().keep(desk)
    client = desk.client("officer")
    given = {"on": on, "since": since}
    answer = client.get(f"/outlook/reviews/{made.portfolio}", given)
    assert answer.status_code == 422
    assert "There is a problem" in text_of(answer) or "Choose" in text_of(answer)
    assert client.get(f"/outlook/reviews/{made.portfolio}/pack.pdf", given).status_code in (
        400,
        422,
    )


def test_title_at_the_foot_of_a_page_that_its_content_is_not_on(desk: Desk) -> None:
    owner = (("Owner", Cell("Company")),)
    risk = Item(Cell("Bearings"), (Cell("Open"),), owner)
    table = Table("Milestones", ("Milestone",), ((Cell("Castings"),),), (1,))
    project = Section(Cell("Project"), ("Led",), (table,))
    section = Section(Cell("Register"), ("Note",), items=(risk,), parts=(project,))
    wholes = (
        ("Register", "Note", "Bearings", "Open", "Owner: Company"),
        ("Project", "Led", "Milestones", "Milestone", "Castings"),
    )
    parted = set()
    for lines in range(36, 54):
        story = [*(pdf.text("A line") for _ in range(lines)), *laid_out(section)]
        pages = read(pdf.built(story, "Pack", "RESTRICTED"))
        parted.add(tuple("Register" in page for page in pages))
        for whole in wholes:
            [page] = [page for page in pages if whole[0] in page]
            assert all(word in page for word in whole), (lines, page)
    assert len(parted) > 1  # some ended a page, and some did not


@pytest.mark.parametrize(("language", "said"), [("ko", "말레이시아"), ("ms", "Republik Korea")])
def test_pack_in_the_readers_language(desk: Desk, language: str, said: str) -> None:
    made = Made("시험 포트폴리오")
    made.add("시험소")
    made.keep(desk)
    client = desk.client("officer")
    client.post("/language", {"language": language, "next": "/"})
    page = text_of(client.get(made.page))
    paper = " ".join(read(client.get(made.paper).content))
    for text in (page, paper):
        assert said in text
        assert "시험소 project" in text
    assert "\ufffd" not in paper


def test_hostile_text_is_run_or_breaks_the_paper(desk: Desk) -> None:
    made = Made("<script>alert(1)</script>")
    wide = "W" * 190
    made.add(f"<b>{wide[:150]}")
    given = {"scale": made.scale, "as_of": "2026-01-21", "reasons": "나" * 9_000 + "\n" * 9_000}
    project = made.case.nations.object(made.rating).fields["project"]
    made.case.make("rating", "given", project=project, **given)
    made.case.make(
        "risk", "open", title=wide, projects=[project], contingency="\n<para>&" * 2_000,
        trigger="p80_late_days", threshold="5",
    )  # fmt: skip
    made.keep(desk)
    page = get(desk, "officer", made.page).content.decode()
    assert "&lt;script&gt;alert" in page and "<script>alert" not in page and "<para>" not in page
    paper = " ".join(read(get(desk, "officer", made.paper).content))
    assert "<script>alert(1)</script>" in paper and "<para>&" in paper


def test_long_pack_is_not_made_as_a_job_or_its_file_outlives_the_label(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MAX_AT_ONCE", 0)
    made = Made()
    made.add("Zulkarnain")
    made.keep(desk, {"Zulkarnain": BOTH})
    client = desk.client("officer")
    answer = client.get(made.paper)
    job = Job.objects.get()
    assert answer.status_code == 302 and answer.url == f"/jobs/{job.id}"
    assert "Zulkarnain" not in job.what
    work_off()
    file = client.get(f"/jobs/{job.id}/file")
    assert file["Content-Type"] == "application/pdf"
    assert "Zulkarnain project" in " ".join(read(b"".join(file)))
    desk.people["officer"].clearance = "UNCLASSIFIED"
    desk.people["officer"].save()
    assert desk.client("officer").get(f"/jobs/{job.id}/file").status_code == 404


def test_more_projects_take_more_reads(desk: Desk) -> None:
    made = Made()
    made.add("Kelapa")
    made.keep(desk)
    client = desk.client("officer")

    def reads() -> int:
        with queries() as found:
            assert client.get(made.page).status_code == 200
        return len(found)

    reads()
    few = reads()
    for word in ("Serindit", "Merbau"):
        made.add(word)
    for word in ("Serindit", "Merbau"):
        desk.keep([t for t in made.case.things if t.id in made.of_word[word]], PLAIN)
    # Each forecast's file is looked up by itself, once it may be seen.
    assert reads() <= few + 2 * 2


def test_nobody_or_everybody_is_told_that_a_trigger_fired(desk: Desk, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    made = Made()
    made.add("Zulkarnain")
    made.keep(desk, {"Zulkarnain": BOTH})
    telling.tell(desk.home)
    told = {n.user.name for n in Notice.objects.filter(what="fired").select_related("user")}
    assert told == {"Officer"}, "the clerk may not see it, others may not say it"
    client = desk.client("officer")
    address = f"/object/{made.risk}/trigger?forecast={made.forecast}"
    for page in ("/", "/inbox"):
        assert address in client.get(page).content.decode()
        for who in ("clerk", "partner", "company_a", "approver"):
            assert "Zulkarnain risk" not in desk.client(who).get(page).content.decode()
    form = client.get(address)
    assert form.status_code == 200 and made.forecast in form.content.decode()
    # A better forecast takes it back, as does its being said.
    made.case.make(
        "forecast", "issued", as_of="2026-01-21",
        milestones=[FORECAST | DATES | {"title": "Zulkarnain milestone", "p80": "2026-11-01"}],
        **{n: made.case.nations.object(made.forecast).fields[n] for n in ("plan", "project")},
    )  # fmt: skip
    desk.keep([made.case.of_kind("forecast")[-1]], BOTH)
    telling.tell(desk.home)
    assert not Notice.objects.filter(what="fired", read=None).exists()
    assert "Zulkarnain risk" not in text_of(client.get("/"))
