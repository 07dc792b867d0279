"""Options beside the present plan: risks treated, plans levelled, projects chosen, work shared."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from support.joint import MONDAY, TREATMENT, Joint, small_plan, workdays

pytest.importorskip("ortools", reason="the extra `outlook` is not installed")
pytest.importorskip("highspy", reason="the extra `outlook` is not installed")


def effects(body: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """By what changes: present plan, option."""
    return {row["about"]: (row["present"], row["option"]) for row in body["effects"]}


def proposed(joint: Joint, draft: Path, made: str) -> Any:
    """The option, as Korea sees it once it is said."""
    joint.mys.do("say", "--batch", draft)
    joint.kor.do("exchange")
    return joint.kor.do("show", made)["object"]


def test_a_treatment_without_what_it_changes_of_dates_money_credit_and_risk(
    joint: Joint, forecast: str, tmp_path: Path
) -> None:
    made, draft = joint.mys.new("option"), tmp_path / "option.json"
    done = joint.mys.do(
        "option", "treat", forecast, joint.names["risk"], TREATMENT, "--draft", draft, made
    )
    found = effects(done["body"])
    obligation = joint.names["obligation"]
    assert found["Price"] == ("0 USD", "20,000 USD")
    before, after = found["P80 of Delivered"]
    assert after < before
    penalties = [
        float(text.split()[0].replace(",", "")) for text in found[f"Mean penalty on {obligation}"]
    ]
    assert penalties[0] > penalties[1] >= 0
    chances = found[f"Chance to meet {obligation} without a penalty"]
    (row,) = joint.mys.do("show", forecast)["object"]["fields"]["obligations"]
    assert chances[0] == f"{row['on_time']} %"  # the forecast's own, made again
    assert float(chances[1].split()[0]) > float(row["on_time"])
    assert {each["aspect"] for each in done["body"]["effects"]} == {
        "date", "money", "credit", "risk",
    }  # fmt: skip
    thing = proposed(joint, draft, made)
    assert (thing["state"], thing["fields"]["proof"]) == ("proposed", "simulated")


def test_a_treatment_that_the_forecast_does_not_have(
    joint: Joint, forecast: str, tmp_path: Path
) -> None:
    draft = tmp_path / "option.json"
    words = ("option", "treat", forecast, joint.names["risk"], "Prayer", "--draft", draft, "MYS-o")
    done = joint.mys.run(*words)
    assert done.code == 4
    assert TREATMENT in done.err
    assert not draft.exists()


def test_levelled_projects_that_leave_a_resource_short(
    joint: Joint, forecast: str, plan: str, tmp_path: Path
) -> None:
    """The bench is asked for by 110 days of one project's work and as many of the other's."""
    second = joint.accepted(plan=small_plan("Second"), project=joint.project(), tie=False)
    made, draft = joint.mys.new("option"), tmp_path / "option.json"
    words = ("option", "level", plan, second, "--forecast", forecast, "--draft", draft, made)
    done = joint.mys.do(*words, "--capacity", "Bench=1", "--workers", 2, "--limit", 20)
    outcome, body = done["outcome"], done["body"]
    assert outcome["status"] == body["proof"] == "proved"
    assert outcome["objective"] == outcome["bound"]
    assert body["gap"] == "0"
    solution = json.loads((tmp_path / "option-solution.json").read_text())
    _check_starts(solution)
    ends = {row["plan"]: row["finish"] for row in solution["plans"]}
    lasts = [workdays(MONDAY.date(), date.fromisoformat(end)) for end in ends.values()]
    assert sum(lasts) == outcome["objective"]
    found = effects(body)
    assert found[f"Last day of {plan}"] == ("2026-07-17", ends[plan])
    assert found["Days on which Bench is short"][1] == "0"
    assert int(found["Days on which Bench is short"][0]) > 0
    chances = found[f"Chance to meet {joint.names['obligation']} without a penalty"]
    assert float(chances[0].split()[0]) >= float(chances[1].split()[0])
    assert "P80 of Delivered" in found
    thing = proposed(joint, draft, made)
    file = tmp_path / "out.json"
    joint.kor.do("evidence", "get", thing["fields"]["file"], "--file", file)
    assert json.loads(file.read_text()) == solution


def _check_starts(solution: dict[str, Any]) -> None:
    """Worked out from the plan's definition: who holds the bench on which day."""
    days = {"10": 40, "20": 30, "40": 40}
    held: list[int] = []
    for plan in solution["plans"]:
        starts = {
            code: workdays(MONDAY.date(), date.fromisoformat(day)) - 1
            for code, day in plan["starts"].items()
        }
        held += [starts[code] + n for code, length in days.items() for n in range(length)]
        assert starts["30"] >= starts["10"] + 40
        assert starts["40"] >= starts["20"] + 30
    assert len(set(held)) == len(held) == 220


def test_due_days_that_cannot_be_kept_are_not_told(
    joint: Joint, forecast: str, plan: str, tmp_path: Path
) -> None:
    """With no bench at all, and by a day that one bench cannot keep."""
    draft = tmp_path / "option.json"
    words = ("option", "level", plan, "--forecast", forecast, "--draft", draft, "MYS-o", "--by-due")
    none = joint.mys.run(*words, "--capacity", "Bench=0", "--json")
    assert none.code == 1
    assert none.json["outcome"]["status"] == "infeasible"
    assert {row["rule"] for row in none.json["outcome"]["conflicts"]} == {"capacity"}
    told = joint.mys.run(*words, "--capacity", "Bench=0").out
    assert "proved that there is none" in told
    assert f"{plan} 10: Bench" in told
    unknown = joint.mys.run(*words, "--capacity", "Banch=1")
    assert unknown.code == 2
    assert "Bench" in unknown.err
    assert not draft.exists()


CHOICE = """
unit = 1000
risk = 100

[[budgets]]
nation = "MYS"
year = 2026
amount = {budget}

[[budgets]]
nation = "KOR"
year = 2026
amount = 1000

[[candidates]]
name = "Radar"
value = 5
risk = 10
cost = [{{ nation = "MYS", year = 2026, amount = 300 }}]
"""


def choice(joint: Joint, path: Path, budget: int, *, committed: bool = False) -> Path:
    """A file in which each project of the portfolio is worth 8."""
    found = joint.mys.do("list", "project")
    names = [row["id"] for row in found if joint.names["portfolio"] in str(row)]
    rows = "".join(f'\n[[candidates]]\nname = "{name}"\nvalue = 8\n' for name in names)
    head = f"committed = {json.dumps(names)}\n" if committed else ""
    path.write_text(head + CHOICE.format(budget=budget) + rows)
    return path


def test_a_portfolio_over_its_budget(joint: Joint, forecast: str, tmp_path: Path) -> None:
    """The project costs Malaysia 700 thousand, by the record."""
    made, draft = joint.mys.new("option"), tmp_path / "option.json"
    file = choice(joint, tmp_path / "candidates.toml", 800)
    words = ("option", "choose", file, "--portfolio", joint.names["portfolio"])
    given = (*words, "--forecast", forecast, "--draft", draft)
    done = joint.mys.do(*given, made)
    assert len(done["chosen"]) == 1
    assert done["chosen"][0].startswith("MYS-project")
    assert done["outcome"]["status"] == "proved"
    found = effects(done["body"])
    assert found["Radar"] == ("candidate", "left")
    assert found[done["chosen"][0]] == ("under way", "chosen")
    assert found["MYS pays in 2026, of 800; all beside those chosen"][1] == "700"
    assert proposed(joint, draft, made)["fields"]["type"] == "portfolio"
    draft.unlink()
    choice(joint, file, 500, committed=True)
    none = joint.mys.run(*given, "MYS-o", "--json")
    assert none.code == 1
    assert none.json["outcome"]["status"] == "infeasible"
    assert "MYS 2026" in [row["of"] for row in none.json["outcome"]["conflicts"]]
    assert not draft.exists()


def test_a_project_without_a_value_is_left_unsaid(
    joint: Joint, forecast: str, tmp_path: Path
) -> None:
    file = tmp_path / "candidates.toml"
    file.write_text(CHOICE.format(budget=800))
    words = ("option", "choose", file, "--forecast", forecast, "--draft", tmp_path / "d", "MYS-o")
    done = joint.mys.run(*words, "--portfolio", joint.names["portfolio"])
    assert done.code == 2
    assert joint.names["project"] in done.err
    file.write_text("budgets = [")
    broken = joint.mys.run(*words)
    assert broken.code == 2
    assert "candidates.toml" in broken.err


def test_shares_under_a_floor(joint: Joint, forecast: str, tmp_path: Path) -> None:
    """The cheaper offer has no work in Malaysia, so the other takes what the floor asks for."""
    offers = [
        {"package": "Hull", "organisation": "KOR-a", "price": 100, "content": {"KOR": 100}},
        {"package": "Hull", "organisation": "MYS-b", "price": 120, "content": {"MYS": 100}},
    ]
    made, draft, file = joint.mys.new("option"), tmp_path / "option.json", tmp_path / "offers.json"
    file.write_text(json.dumps({"offers": offers, "floors": {"MYS": 30}}))
    words = ("option", "allot", file, "--forecast", forecast, "--draft", draft)
    done = joint.mys.do(*words, made)
    shares = {row["organisation"]: row["percent"] for row in done["shares"]}
    # 120 x / (120 x + 100 (1 - x)) is at least 0.3 from x = 26.3 % on.
    assert shares == {"KOR-a": 73, "MYS-b": 27}
    found = effects(done["body"])
    assert found["Price of all"][1] == "105.40"
    assert found["Content of MYS, at least 30 %"][1] == "30.7 %"
    assert proposed(joint, draft, made)["fields"]["objective"] == "10540"
    file.write_text(json.dumps({"offers": offers[:1], "floors": {"MYS": 30}}))
    none = joint.mys.run(*words, "MYS-o", "--json")
    assert none.code == 1
    assert [row["rule"] for row in none.json["outcome"]["conflicts"]] == ["floor"]


@pytest.mark.parametrize("command", ["treat", "level", "choose", "allot"])
def test_an_option_of_a_forecast_that_was_withdrawn(
    joint: Joint, plan: str, command: str, tmp_path: Path
) -> None:
    gone = joint.names.get("gone") or joint.issued(plan)
    if "gone" not in joint.names:
        joint.names["gone"] = gone
        joint.mys.do("say", "forecast", "withdraw", gone, "--set", "reason=A test.")
    file = tmp_path / "file.json"
    file.write_text("{}")
    words: dict[str, tuple[object, ...]] = {
        "treat": (gone, joint.names["risk"], TREATMENT),
        "level": (plan, "--capacity", "Bench=1", "--forecast", gone),
        "choose": (file, "--forecast", gone),
        "allot": (file, "--forecast", gone),
    }
    done = joint.mys.run("option", command, *words[command], "--draft", tmp_path / "d", "MYS-o")
    assert done.code == 3
    assert "withdrawn" in done.err
