"""Making a forecast at a desk: a job makes it, its officer looks at it and signs it, or nobody."""

from typing import Any

import pytest

from sepakat.desk.jobs.models import Job, State
from sepakat.desk.pages.outlook import computed
from sepakat.node import rows
from sepakat.node.accounts.models import Membership
from sepakat.record.label import make
from support.desks import BOTH, Desk
from support.forecasted import Forecasted, forecasted
from support.jobs import work_off
from support.pages import text_of

OWN_ONLY = make("RESTRICTED", ["MYS"])
GIVEN = {"as_of": "2026-06-15", "iterations": "100", "seed": "5"}


@pytest.fixture
def made(desk: Desk) -> Forecasted:
    """A plan that both nations know, with a risk, and what they said of them."""
    found = forecasted("Camar").keep(desk, BOTH)
    found.say(desk)
    return found


def asked(desk: Desk, made: Forecasted, who: str = "officer", **other: Any) -> Job:
    answer = desk.client(who).post(f"{made.address}/forecast", GIVEN | other)
    assert answer.status_code == 302, text_of(answer)
    return Job.objects.get()


def worked(job: Job) -> Job:
    work_off()
    job.refresh_from_db()
    return job


def test_forecast_is_signed_unseen_or_not_at_all(desk: Desk, made: Forecasted) -> None:
    before = rows.logs()["MYS"].size
    job = worked(asked(desk, made))
    assert (job.state, job.error) == (State.DONE, "")
    assert rows.logs()["MYS"].size == before, "signed before anybody looked at it"
    client = desk.client("officer")
    page = text_of(client.get(job.link))
    assert "Delivered A900 31 Oct 2026 1 Oct 2026" in page and "Seed 5" in page
    assert "RESTRICTED, releasable to Republic of Korea, Malaysia" in page

    signed = client.post(job.link, follow=True)
    assert "The forecast is signed and recorded." in text_of(signed)
    assert rows.logs()["MYS"].size == before + 2
    latest = computed.computed(desk.access("officer")).of(made.project)
    assert latest is not None
    # As of an earlier day than the forecast that there was: that one stays the latest.
    assert [f.fields["as_of"] for f in latest.forecasts] == ["2026-06-15", "2026-07-01"]
    forecast = latest.forecasts[0]
    assert (forecast.fields["seed"], forecast.fields["risks"]) == (5, [made.risk])
    (row,) = forecast.fields["milestones"]
    # Twenty days of work from 1 June end on the 26th; less than 90 % of that cannot be.
    assert "2026-06-23" < row["p10"] <= row["p50"] <= row["p80"] and row["on_time"] == "100"
    assert client.get(f"/object/{forecast.fields['file']}").status_code == 200
    assert client.get(job.link).status_code == 404, "to be signed twice"


def test_page_does_not_draw_what_was_signed(desk: Desk, made: Forecasted) -> None:
    job = worked(asked(desk, made, as_of="2026-11-01"))
    answer = desk.client("officer").post(job.link, follow=True)
    page = text_of(answer)
    assert "Forecast of 1 Nov 2026" in page and "100 iterations, seed 5" in page
    assert "cannot be shown" not in page and "A100 Task 0 Build 1 June 2026 12 June 2026" in page
    assert "What moves the finish most" in page


def test_forecast_is_for_others_than_officers_of_a_party(desk: Desk, made: Forecasted) -> None:
    link = worked(asked(desk, made)).link
    for who in ("approver", "committee", "company_a", "clerk", "auditor", "partner", "public"):
        client = desk.client(who)
        assert client.get(f"{made.address}/forecast").status_code == 404, who
        assert client.post(f"{made.address}/forecast", GIVEN).status_code == 404, who
        for address in (link, f"{link}/discard"):
            assert client.post(address).status_code in (404, 405), who
    assert Job.objects.count() == 1
    assert "Make a forecast" not in text_of(desk.client("approver").get(made.address))
    assert desk.client("officer").get(link).status_code == 200, "another threw it away"


def test_forecast_that_is_thrown_away_can_be_signed(desk: Desk, made: Forecasted) -> None:
    client, link = desk.client("officer"), worked(asked(desk, made)).link
    before = rows.logs()["MYS"].size
    assert "Nothing was signed." in text_of(client.post(f"{link}/discard", follow=True))
    assert client.post(link).status_code == 404
    assert rows.logs()["MYS"].size == before


def test_job_sees_what_its_owner_may_not_see_any_more(desk: Desk, made: Forecasted) -> None:
    job = asked(desk, made)
    Membership.objects.filter(user=desk.people["officer"]).update(role="inspector")
    worked(job)
    assert job.state == State.FAILED and "you may issue no forecast" in job.error
    assert not list((desk.home.path / "uploads").glob("*"))


def test_what_the_other_nation_may_not_see_goes_into_a_forecast(desk: Desk) -> None:
    made = forecasted("Camar")
    desk.keep(made.case.of_kind("risk"), OWN_ONLY)
    made.keep(desk, BOTH)
    job = worked(asked(desk, made))
    assert job.state == State.FAILED
    assert "is not for KOR to see" in job.error, job.error


def test_forecast_is_signed_of_what_has_changed_since(desk: Desk, made: Forecasted) -> None:
    link = worked(asked(desk, made)).link
    desk.say("risk", made.risk, "assess", reason="It is likelier now.", probability="60")
    client, before = desk.client("officer"), rows.logs()["MYS"].size
    page = text_of(client.get(link))
    assert f"It cannot be signed: {made.risk} has changed since the forecast was made" in page
    assert "Sign and record" not in page
    assert client.post(link).status_code == 409
    assert rows.logs()["MYS"].size == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("as_of", "2026-05-31"),  # before the plan's own day
        ("as_of", "2999-01-01"),
        ("as_of", "tomorrow"),
        ("iterations", "99"),
        ("iterations", "1000001"),
        ("seed", "-1"),
        ("seed", ""),
    ],
)
def test_forecast_of_nonsense_is_begun(desk: Desk, made: Forecasted, name: str, value: str) -> None:
    answer = desk.client("officer").post(f"{made.address}/forecast", GIVEN | {name: value})
    assert answer.status_code == 422 and "There is a problem" in text_of(answer)
    assert not Job.objects.exists()


def test_seed_that_is_proposed_can_be_chosen_by_waiting(desk: Desk, made: Forecasted) -> None:
    pages = [
        desk.client("officer").get(f"{made.address}/forecast").content.decode() for _ in range(2)
    ]
    seeds = [page.partition('name="seed" value="')[2].partition('"')[0] for page in pages]
    assert seeds[0] == seeds[1] and seeds[0].isdigit()
