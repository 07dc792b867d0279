"""Plans in files: what mpxj writes we read, what we write it reads, and bad files are refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sepakat.outlook.plan.calendars import Calendar
from sepakat.outlook.plan.cpm.schedule import schedule
from sepakat.outlook.plan.model import Activity, Phase, Plan, Saved, Tool
from sepakat.outlook.plan.mspdi import write_mspdi
from sepakat.outlook.plan.primavera import read_xer
from sepakat.outlook.plan.reading import read
from sepakat.outlook.plan.verifying import verify
from sepakat.record.errors import InvalidError
from support.planners import convert, needs_java
from support.plans import MONDAY, OFFICE, random_plan


def saved(plan: Plan) -> Plan:
    """The plan with our dates saved in it, on numbered calendars, in two phases."""
    dates = schedule(plan).by_code
    numbers = {calendar.code: str(n) for n, calendar in enumerate(plan.calendars, 1)}
    activities = tuple(
        replace(
            activity,
            calendar=numbers[activity.calendar],
            phase="inner" if place % 2 else "",
            baseline_start=MONDAY,
            baseline_finish=MONDAY,
            resources=("Fitters",) if place % 3 else (),
            saved=Saved(
                dates[activity.code].early_start,
                dates[activity.code].early_finish,
                dates[activity.code].late_start,
                dates[activity.code].late_finish,
                dates[activity.code].total_float or None,  # mpxj writes no zero
                None,
            ),
        )
        for place, activity in enumerate(plan.activities)
    )
    return replace(
        plan,
        calendars=tuple(
            Calendar(numbers[c.code], c.name, c.week, c.exceptions, 480) for c in plan.calendars
        ),
        calendar="1",
        activities=activities,
        phases=(Phase("outer", "Outer & <over>"), Phase("inner", "Inner", "outer")),
    )


def links_of(plan: Plan) -> set[tuple[object, ...]]:
    return {(a.predecessor, a.successor, a.type, a.lag) for a in plan.links}


@pytest.mark.parametrize("seed", range(20))
def test_something_lost_when_we_read_what_we_wrote(seed: int) -> None:
    plan = saved(random_plan(seed, Tool.PROJECT))
    again = read(write_mspdi(plan))
    assert links_of(again) == links_of(plan)
    one, other = (sorted(p.activities, key=lambda a: a.code) for p in (plan, again))
    plain = [replace(a, type=b.type) for a, b in zip(one, other, strict=True)]
    assert [replace(a, remaining=None) for a in other] == plain
    assert [a.type for a in other] == [a.type for a in one]
    assert set(again.calendars) == set(plan.calendars)
    assert set(again.phases) == set(plan.phases)
    assert verify(again).holds


@needs_java
def test_mpxj_reads_otherwise_what_we_wrote_or_we_what_it_wrote(tmp_path: Path) -> None:
    plans = [saved(random_plan(seed, Tool.PROJECT)) for seed in range(15)]
    jobs = []
    for number, plan in enumerate(plans):
        source, xml = tmp_path / f"{number}.xml", tmp_path / f"{number}-again.xml"
        source.write_bytes(write_mspdi(plan))
        jobs += [(source, xml, "MSPDI"), (source, tmp_path / f"{number}.xer", "XER")]
    convert(jobs)
    for number, plan in enumerate(plans):
        again = read((tmp_path / f"{number}-again.xml").read_bytes())
        assert links_of(again) == links_of(plan)
        assert verify(again).differences == ()
        ours, theirs = (
            {a.code: (a.name, a.duration, a.constraint, a.saved.early_start) for a in p.activities}
            for p in (plan, again)
        )
        assert theirs == ours
        assert [c.week for c in again.calendars] == [c.week for c in plan.calendars]
        assert [c.exceptions for c in again.calendars] == [c.exceptions for c in plan.calendars]

        xer = read((tmp_path / f"{number}.xer").read_bytes())
        assert xer.tool == Tool.PRIMAVERA
        assert sorted((a.name, a.duration) for a in xer.activities) == sorted(
            (a.name, a.duration) for a in plan.activities
        )
        assert [c.exceptions for c in xer.calendars] == [c.exceptions for c in plan.calendars]


XER = (
    "ERMHDR\t20.12\t2026-01-05\tProject\n"
    "%T\tPROJECT\n%F\tproj_id\tproj_short_name\tclndr_id\tlast_recalc_date\tplan_start_date\n"
    "%R\t1\tAERO\t7\t2026-01-05 08:00\t2026-01-05 08:00\n"
    "%T\tCALENDAR\n%F\tclndr_id\tclndr_name\tday_hr_cnt\tclndr_data\n"
    "%R\t7\tOffice\t8\t(0||CalendarData()(\x7f\x7f(0||DaysOfWeek()("
    "(0||2()((0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())))"
    "(0||3()((0||0(s|00:00|f|00:00)())))))"
    "(0||Exceptions()((0||0(d|46028)())))))\n"
    "%T\tTASK\n%F\ttask_id\tproj_id\tclndr_id\ttask_type\ttask_code\ttask_name\t"
    "total_float_hr_cnt\ttarget_drtn_hr_cnt\tremain_drtn_hr_cnt\tcstr_type\tcstr_date\n"
    "%R\t10\t1\t7\tTT_Task\tA10\tEntwurf \xdc\t\t8,5\t8,5\t\t\n"
    "%R\t11\t1\t7\tTT_Odd\tA20\tBuild\t0\t16\t16\tCS_WHAT\t\n"
    "%T\tTASKPRED\n%F\ttask_id\tpred_task_id\tproj_id\tpred_proj_id\tpred_type\tlag_hr_cnt\n"
    "%R\t11\t10\t1\t1\tPR_SS\t4\n"
    "%T\tUDFVALUE\n%F\tudf_type_id\n%R\t1\n"
    "%E\n"
)


def test_an_empty_float_read_as_zero_or_an_unknown_code_forgotten() -> None:
    plan = read(XER.encode("cp1252"))
    first, second = plan.activities
    assert (first.name, first.duration) == ("Entwurf Ü", 510)
    assert first.saved.total_float is None
    assert second.saved.total_float == 0
    assert plan.calendars[0].week[:3] == (((480, 720), (780, 1020)), ((0, 1440),), ())
    assert plan.calendars[0].exceptions == ((date(2026, 1, 6), ()),)
    told = " ".join(f"{note.place} {note.field} {note.reason}" for note in plan.notes)
    for kept in ("line 11", "'TT_Odd'", "'CS_WHAT'", "table UDFVALUE"):
        assert kept in told


@pytest.mark.parametrize(
    ("old", "new", "where", "field"),
    [
        ("\t8,5\t8,5", "\teight\t8,5", "line 10", "target_drtn_hr_cnt"),
        ("2026-01-05 08:00\t2026", "05.01.2026\t2026", "line 4", "last_recalc_date"),
        ("%R\t11\t10\t1", "%R\t11\t99\t1", "line 14", "pred_task_id"),
        ("(s|13:00", "(s|11:00", "line 7", "clndr_data"),
        ("(0||DaysOfWeek", "(0|DaysOfWeek", "line 7", "clndr_data"),
        ("%F\tproj_id", "%F\tproj_id\tproj_id", "line 3", "fields"),
        ("%R\t1\tAERO", "%R\t1\tAERO\t\t\t\tmore", "line 4", "values"),
        ("ERMHDR", "HEADER", "line 1", ""),
        ("Entwurf \xdc", "Entwurf \x00", "line 10", "zero byte"),
        ("%R\t11\t1\t7\tTT_Odd\tA20", "%R\t11\t1\t7\tTT_Odd\tA10", "A10", "two activities"),
        ("%T\tPROJECT", "%T\tPROJEKT", "PROJECT", "projects"),
    ],
)
def test_a_bad_xer_that_is_read_or_refused_without_its_place(
    old: str, new: str, where: str, field: str
) -> None:
    assert old in XER
    content = XER.replace(old, new, 1).encode("cp1252")
    with pytest.raises(InvalidError) as refused:
        read_xer(content)
    assert where in str(refused.value)
    assert field in str(refused.value)


def test_bytes_that_are_no_text_in_the_encoding() -> None:
    content = XER.replace("Entwurf \xdc", "설계").encode("cp949")
    assert read(content, encoding="cp949").activities[0].name == "설계"
    with pytest.raises(InvalidError, match=r"line 10.*cp949"):
        read(content.replace("설계".encode("cp949"), b"\x81\x8d"))


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    "<Project><Title>&b;</Title></Project>"
)
OUTSIDE = '<!DOCTYPE p SYSTEM "file:///etc/passwd"><Project/>'
MINIMAL = write_mspdi(
    Plan("Small", MONDAY, (replace(OFFICE, code="1"),), (Activity("5", "Design", "1", 480),))
).decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BILLION_LAUGHS, "document type"),
        (OUTSIDE, "document type"),
        ("<a>" * 100, "too deeply"),
        ("<Project>", "no XML"),
        ("no plan at all", "no XML"),
        ("<Invoice/>", "Invoice"),
        (MINIMAL.replace("PT8H0M0S", "eight"), "line .*, Task: Duration is 'eight'"),
        (MINIMAL.replace("<UID>5</UID>", ""), "UID is missing"),
        (MINIMAL.replace("<StartDate>2024", "<StartDate>20x4"), "StartDate is"),
        (MINIMAL.replace("<CalendarUID>1", "<CalendarUID>9", 1), "no such calendar"),
        (MINIMAL.replace("T08:00:00</StartDate>", "T08:00:00Z</StartDate>"), "without a zone"),
    ],
)
def test_hostile_or_broken_xml_that_is_read(content: str, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        read(content.encode())


def test_an_exception_that_recurs_falls_on_another_day() -> None:
    period = (
        "<TimePeriod><FromDate>2024-01-31T00:00:00</FromDate>"
        "<ToDate>2033-03-01T00:00:00</ToDate></TimePeriod>"
    )
    spans = (
        "<DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>06:00:00</FromTime>"
        "<ToTime>07:00:00</ToTime></WorkingTime></WorkingTimes>"
    )
    weeks = "".join(f"<WeekDay><DayType>{day}</DayType>{spans}</WeekDay>" for day in (1, 4))
    works = f"<WorkWeeks><WorkWeek>{period}<WeekDays>{weeks}</WeekDays></WorkWeek></WorkWeeks>"
    recurring = "".join(
        f"<Exception>{period}<DayWorking>0</DayWorking>{form}</Exception>"
        for form in (
            "<Type>6</Type><DaysOfWeek>96</DaysOfWeek>",
            "<Type>2</Type><Month>1</Month><MonthDay>29</MonthDay>",
            "<Type>2</Type><Month>0</Month><MonthDay>30</MonthDay>",
        )
    )
    for after in ("</WorkWeeks>", "</Exceptions>"):
        assert after not in MINIMAL
    content = MINIMAL.replace(
        "</Calendar>", f"{works}<Exceptions>{recurring}</Exceptions></Calendar>"
    )
    expected = {}
    for number in range(date(2024, 1, 31).toordinal(), date(2033, 3, 1).toordinal() + 1):
        day = date.fromordinal(number)
        if f"{day:%a}" in ("Sun", "Wed"):
            expected[day] = ((360, 420),)
        if f"{day:%a}" in ("Fri", "Sat") or f"{day:%d %b}" in ("29 Feb", "30 Jan"):
            expected[day] = ()
    assert dict(read(content.encode()).calendars[0].exceptions) == expected


def test_a_date_that_differs_from_the_file_goes_unseen() -> None:
    plan = saved(random_plan(4, Tool.PROJECT))
    assert verify(plan).holds
    first = plan.activities[0]
    moved = replace(first.saved, early_finish=MONDAY, total_float=1)
    wrong = replace(plan, activities=(replace(first, saved=moved), *plan.activities[1:]))
    found = verify(wrong)
    assert {(d.activity, d.field) for d in found.differences} == {
        (first.code, "early_finish"),
        (first.code, "total_float"),
    }
    bare = replace(plan, activities=tuple(replace(a, saved=Saved()) for a in plan.activities))
    assert not verify(bare).holds
