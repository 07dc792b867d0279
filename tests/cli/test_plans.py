"""`sepakat plan`, over files that it writes and files that are broken."""

from dataclasses import replace
from pathlib import Path

import orjson
from click.testing import CliRunner, Result

from sepakat.cli.program import program
from sepakat.outlook.plan.cpm.schedule import schedule
from sepakat.outlook.plan.model import Activity, Dependency, Plan, Saved
from sepakat.outlook.plan.mspdi import write_mspdi
from support.plans import MONDAY, OFFICE


def run(*words: object) -> Result:
    return CliRunner().invoke(program, ["plan", *map(str, words)])


def written(path: Path, *, late: int = 0) -> Path:
    calendar = replace(OFFICE, code="1")
    activities = tuple(Activity(str(n), f"Step {n}", "1", 2400) for n in (1, 2, 3))
    links = (Dependency("1", "2"), Dependency("2", "3"))
    plan = Plan("Small", MONDAY, (calendar,), activities, links)
    dates = schedule(plan).by_code
    saved = tuple(
        replace(
            a,
            saved=Saved(
                early_start=dates[a.code].early_start, total_float=dates[a.code].total_float + late
            ),
        )
        for a in activities
    )
    path.write_bytes(write_mspdi(replace(plan, activities=saved)))
    return path


def test_dates_that_differ_from_the_file_and_exit_zero(tmp_path: Path) -> None:
    assert run("verify", written(tmp_path / "same.xml")).exit_code == 0
    differing = run("verify", written(tmp_path / "late.xml", late=60), "--json")
    assert differing.exit_code == 1
    assert len(orjson.loads(differing.stdout)["differences"]) == 3


def test_a_converted_plan_that_is_another(tmp_path: Path) -> None:
    source, target = written(tmp_path / "a.xml"), tmp_path / "b.xml"
    assert run("convert", source, "--to", target).exit_code == 0
    assert target.read_bytes() == source.read_bytes()


def test_a_plan_without_what_its_gates_need_that_exits_zero(tmp_path: Path) -> None:
    found = run("check", written(tmp_path / "a.xml"), "--json")
    assert found.exit_code == 1
    assert orjson.loads(found.stdout)["blocking"] == [9]  # no data date
    assert len(orjson.loads(found.stdout)["practices"]) == 10


def test_an_option_for_another_format_that_is_taken_and_ignored(tmp_path: Path) -> None:
    file = written(tmp_path / "a.xml")
    for option, value in (("--project", "NOPE"), ("--encoding", "nope")):
        refused = run("check", file, option, value)
        assert refused.exit_code == 2
        assert "--project, --encoding" in refused.output


def test_a_broken_file_refused_without_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.xer"
    file.write_bytes(b"ERMHDR\t1\n%R\t1\n")
    refused = run("verify", file)
    assert refused.exit_code not in (0, 1)
    assert "bad.xer" in refused.output
    assert "line 2" in refused.output
