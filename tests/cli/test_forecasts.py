"""From a project to a plan that both accept, a forecast, and the partner that makes it again."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cli.conftest import Node, sepakat, worker_for
from sepakat.outlook.plan.mspdi import write_mspdi
from support.joint import DUE, QUICK, Joint, small_plan


def test_a_forecast_of_the_partners_that_is_not_made_again(
    joint: Joint, forecast: str, tmp_path: Path
) -> None:
    note = tmp_path / "note.json"
    done = joint.kor.do("forecast", "check", forecast, "--draft", note)
    assert (done["agrees"], done["differences"]) == (True, [])
    joint.kor.do("say", "--batch", note)
    joint.mys.do("exchange")
    shown = joint.mys.do("show", forecast)
    assert len(shown["object"]["notes"]) == 1
    fields = shown["object"]["fields"]
    assert done["outcome_digest"] == fields["outcome_digest"]
    (row,) = fields["obligations"]
    assert row["obligation"] == joint.names["obligation"]
    assert row["due"] == DUE
    assert 5 < float(row["on_time"]) < 95
    assert float(row["penalty"]) > 0
    assert fields["risks"] == [joint.names["risk"]]
    assert fields["basis"] == "illustrative"


def test_a_seed_that_somebody_picks_unseen(joint: Joint, plan: str, tmp_path: Path) -> None:
    drafts = [tmp_path / f"{n}.json" for n in (1, 2)]
    seeds = [
        joint.mys.do("forecast", "make", plan, "--draft", draft, joint.mys.new("f"), *QUICK)["body"]
        for draft in drafts
    ]
    assert seeds[0]["seed"] == seeds[1]["seed"]
    assert seeds[0]["outcome_digest"] == seeds[1]["outcome_digest"]
    given = ("--iterations", 200, "--as-of", "2026-03-03")
    other = joint.mys.do("forecast", "make", plan, "--draft", drafts[0], "MYS-f", *given)["body"]
    assert other["seed"] != seeds[0]["seed"]


def test_a_risk_that_changed_since_spoils_an_earlier_forecast(joint: Joint, plan: str) -> None:
    before = joint.issued(plan)
    said = ("say", "risk", "assess", joint.names["risk"])
    joint.mys.do(*said, "--set", "probability=60", "--set", "reason=Again late.")
    joint.kor.do("exchange")
    assert joint.kor.do("forecast", "check", before)["agrees"] is True
    after = joint.issued(plan)
    fields = [joint.mys.do("show", name)["object"]["fields"] for name in (before, after)]
    assert fields[0]["inputs"] != fields[1]["inputs"]
    assert joint.kor.do("forecast", "check", after)["agrees"] is True
    joint.mys.do(*said, "--set", "probability=50", "--set", "reason=As before.")


def test_figures_and_rows_that_are_tampered_with(joint: Joint, plan: str, tmp_path: Path) -> None:
    made, draft = joint.mys.new("forecast"), tmp_path / "forecast.json"
    joint.mys.do("forecast", "make", plan, "--draft", draft, made, *QUICK)
    figures = tmp_path / "forecast-figures.json"
    shown = json.loads(figures.read_bytes())
    shown["activities"][0]["criticality"] = 0
    figures.write_text(json.dumps(shown))
    batch = json.loads(draft.read_bytes())
    batch[1]["body"]["milestones"][0]["on_time"] = "99"
    draft.write_text(json.dumps(batch))
    joint.mys.do("say", "--batch", draft)
    joint.kor.do("exchange")
    note = tmp_path / "note.json"
    done = joint.kor.run("forecast", "check", made, "--draft", note, "--json")
    assert done.code == 1
    assert [each["field"] for each in done.json["differences"]] == ["milestones", "file"]
    told = joint.kor.run("forecast", "check", made)
    assert "not what its inputs come to" in told.out
    joint.kor.do("say", "--batch", note, "--dry-run")  # what it came to is said all the same


def test_its_maker_says_what_it_came_to(joint: Joint, forecast: str, tmp_path: Path) -> None:
    note = tmp_path / "note.json"
    done = joint.mys.run("forecast", "check", forecast, "--draft", note)
    assert done.code == 3
    assert not note.exists()
    assert joint.mys.do("forecast", "check", forecast)["agrees"] is True


def test_a_failing_plan_that_is_forecast_before_the_partner_knows(
    joint: Joint, tmp_path: Path
) -> None:
    made = joint.submitted()
    draft = tmp_path / "forecast.json"
    done = joint.mys.run("forecast", "make", made, "--draft", draft, "MYS-f", *QUICK)
    assert done.code == 3
    assert "only an accepted plan" in done.err
    assert "knowing which checks fail" in done.err
    assert not draft.exists()
    accepted = joint.kor.run("say", "plan", "accept", made, "--role", "approver")
    assert accepted.code == 3
    assert "gating checks" in accepted.err


def test_a_risk_that_the_partner_may_not_see_goes_in(
    joint: Joint, plan: str, tmp_path: Path
) -> None:
    ours = joint.mys.new("risk")
    joint.say(joint.mys, joint.risk(ours, releasable_to=["MYS"]))
    draft = tmp_path / "forecast.json"
    try:
        made = ("forecast", "make", plan, "--draft", draft, joint.mys.new("forecast"), *QUICK)
        done = joint.mys.run(*made)
        assert done.code == 3
        assert f"KOR could not see what is made from {ours}" in done.err
        assert "--without" in done.err
        assert not draft.exists()
        assert joint.mys.do(*made, "--without", ours)["body"]["risks"] == [joint.names["risk"]]
    finally:
        joint.mys.do("say", "risk", "close", ours, "--set", "reason=A test.")


def test_an_outsider_that_sees_a_forecast(
    joint: Joint, forecast: str, plan: str, alone: Callable[[str], Node], tmp_path: Path
) -> None:
    tur = alone("TUR")
    backup, home = tmp_path / "backup", tmp_path / "copy"
    joint.mys.do("backup", backup)
    # On a copy, so that no other test meets this partner.
    done = sepakat("--home", home, "restore", backup)
    assert done.returncode == 0, done.stderr
    with worker_for("MYS", home) as copy:
        copy.do("partner", "register", tur.home / "card", "--compared")
        shown = {whom: _said_to(copy, whom, tmp_path) for whom in ("KOR", "TUR")}
    for name in (forecast, plan, joint.names["project"], joint.names["risk"]):
        assert name.encode() in shown["KOR"]
        assert name.encode() not in shown["TUR"]


def _said_to(node: Node, whom: str, folder: Path) -> bytes:
    """All statements that an export shows a nation."""
    out = folder / f"for-{whom}"
    node.do("export", out, "--for", whom)
    return b"".join(
        base64.b64decode(json.loads(line)["envelope"]["payload"])
        for file in (out / "disclosures").rglob("*.jsonl")
        for line in file.read_bytes().splitlines()
    )


def test_milestones_and_activities_that_the_plan_does_not_have(
    joint: Joint, tmp_path: Path
) -> None:
    file, draft = tmp_path / "plan.xml", tmp_path / "plan.json"
    file.write_bytes(write_mspdi(small_plan("A plan")))
    costs = tmp_path / "costs.json"
    costs.write_text(json.dumps([{"activity": "77", "fixed": "1", "per_day": "1"}]))
    usual = ("plan", "submit", file, "--project", joint.names["project"], "--stage", "concept")
    for more, what in (
        (("--tie", "10=MYS-x"), "no milestone '10'"),
        (("--tie", "900"), "--tie 900"),
        (("--tie", f"900={joint.names['portfolio']}"), "an obligation or a gate"),
        (("--due", "900=2026-02-30"), "due"),
        (("--estimate", "80/100"), "LOW/LIKELY/HIGH"),
        (("--estimate", "77=80/100/120"), "'77'"),
        (("--estimate", "a/b/c"), "estimates"),
        (("--costs", costs), "'77'"),
    ):
        done = joint.mys.run(*usual, *more, "--draft", draft, "MYS-p")
        assert done.code == 2, (more, done.err)
        assert what in done.err, more
        assert not draft.exists()


def test_a_plan_that_leaves_out_what_its_file_says(joint: Joint, plan: str) -> None:
    shown = joint.kor.do("show", plan)["object"]
    fields = shown["fields"]
    assert fields["promises"] == [
        {
            "activity": "900",
            "title": "Delivered",
            "planned": "2026-07-17",
            "due": DUE,
            "obligation": joint.names["obligation"],
        }
    ]
    assert fields["estimates"] == [{"activities": "*", "low": "90", "likely": "100", "high": "130"}]
    assert len(fields["failing"]) == 1
    assert (fields["as_of"], fields["obligations"]) == ("2026-03-02", [joint.names["obligation"]])
    assert set(shown["label"]["permissive"]["releasable_to"]) == {"KOR", "MYS"}


def test_scores_before_and_after_a_milestone_is_reached(joint: Joint, forecast: str) -> None:
    before = joint.mys.do("forecast", "scores")
    assert before["public"] == {"name": "time to finish", "basis": "illustrative", "projects": 0}
    assert before["stages"] == []
    monday, friday = datetime.fromisoformat("2026-03-02T08:00"), "2026-08-21T17:00"
    found = small_plan("Done")
    ended, after_friday = map(datetime.fromisoformat, (friday, "2026-08-24T08:00"))
    activities = tuple(
        replace(
            a,
            actual_start=monday if a.duration else ended,
            actual_finish=ended if a.code in ("10", "30", "900") else None,
            remaining=0 if a.code in ("10", "30", "900") else a.duration // 2,
            percent=100.0 if a.code in ("10", "30", "900") else 50.0,
            baseline_start=monday,
            baseline_finish=datetime.fromisoformat("2026-07-17T17:00"),
        )
        for a in found.activities
    )
    done = replace(found, activities=activities, links=(), data_date=after_friday)
    later = joint.accepted(plan=done)
    after = joint.mys.do("forecast", "scores")
    (stage,) = after["stages"]
    assert stage["stage"] == "production"
    assert stage["count"] >= 1
    assert set(stage["coverage"]) >= {"P50", "P80"}
    assert stage["pinball"] != stage["uncorrected"]
    (standing,) = [row for row in after["plans"] if row["plan"] == later]
    # 135 of 170 days of work are done after 25 weeks, of a plan of 20.
    assert standing["earned"] == 135
    assert 0.5 < standing["spi_t"] < 1
    assert standing["finish"] > standing["planned_duration"]
    page = joint.mys.run("forecast", "scores").out
    assert "time to finish (illustrative)" in page
    joint.mys.do("say", "plan", "withdraw", later, "--set", "reason=A test.")


def test_a_cluster_that_is_spoken_to_openly(joint: Joint, plan: str, tmp_path: Path) -> None:
    made = ("forecast", "make", plan, "--draft", tmp_path / "f.json", "MYS-f", *QUICK)
    done = joint.mys.run(*made, "--cluster", "tcp://127.0.0.1:1", "--tls", tmp_path)
    assert done.code == 2
    assert "TLS" in done.err
    assert joint.mys.run(*made, "--cluster", "tls://127.0.0.1:1").code == 2


def test_a_shell_that_does_not_know_the_forecasts(joint: Joint, forecast: str) -> None:
    env = {
        "_SEPAKAT_COMPLETE": "bash_complete",
        "COMP_CWORD": "3",
        "COMP_WORDS": "sepakat forecast check MYS-",
        "SEPAKAT_HOME": str(joint.mys.home),
    }
    assert f"plain,{forecast}" in sepakat(env=env).stdout.splitlines()
