"""Plans that ask for much with few bytes: refused with their place, before it is laid out."""

from dataclasses import replace

import pytest

from sepakat.outlook.plan import calendars as module
from sepakat.outlook.plan import project
from sepakat.outlook.plan.basecalendars import MAX_BASES
from sepakat.outlook.plan.calendars import MAX_SPANS, Calendar
from sepakat.outlook.plan.cpm.schedule import schedule
from sepakat.outlook.plan.model import MAX_DURATION, Activity, Plan
from sepakat.outlook.plan.project import MAX_OUTLINE
from sepakat.outlook.plan.reading import read
from sepakat.outlook.plan.xer import MAX_NOTE
from sepakat.record.errors import InvalidError
from support.plans import MONDAY, OFFICE

DECADES = (
    "<Exception><TimePeriod><FromDate>1950-01-01T00:00:00</FromDate>"
    "<ToDate>2004-10-02T00:00:00</ToDate></TimePeriod><DayWorking>0</DayWorking></Exception>"
)


def calendar(uid: int, exceptions: str = "", base: int = -1) -> str:
    return (
        f"<Calendar><UID>{uid}</UID><BaseCalendarUID>{base}</BaseCalendarUID>"
        f"<Exceptions>{exceptions}</Exceptions></Calendar>"
    )


def mspdi(*calendars: str, tasks: str = "") -> bytes:
    return (
        "<Project><StartDate>2026-01-01T08:00:00</StartDate><CalendarUID>1</CalendarUID>"
        f"<Calendars>{''.join(calendars)}</Calendars><Tasks>{tasks}</Tasks></Project>"
    ).encode()


@pytest.mark.parametrize(
    "calendars",
    [
        [calendar(uid, DECADES) for uid in range(1, 41)],
        [calendar(1, DECADES * 40)],
        [calendar(1, DECADES), *(calendar(uid, base=1) for uid in range(2, 41))],
    ],
    ids=["in each calendar", "the same days again", "by their base"],
)
def test_few_bytes_of_calendars_become_millions_of_days(calendars: list[str]) -> None:
    with pytest.raises(InvalidError, match=r"line 1, Calendar.*500,000 days"):
        read(mspdi(*calendars))


def xer(*tables: tuple[str, str, list[str]]) -> bytes:
    given = (
        ("PROJECT", "proj_id\tproj_short_name\tclndr_id\tplan_start_date", ["1\tP\t0\t2026-01-01"]),
        *tables,
    )
    lines = ["ERMHDR\t20.12"]
    for name, fields, rows in given:
        lines += [f"%T\t{name}", f"%F\t{fields}", *(f"%R\t{row}" for row in rows)]
    return "\n".join([*lines, "%E"]).encode()


HOLIDAY = "(0||CalendarData()((0||Exceptions()((0||0(d|46028)())))))"


def chain(bases: int) -> bytes:
    rows = [f"{n}\t{n + 1}\t" for n in range(bases)]
    fields = "clndr_id\tbase_clndr_id\tclndr_data"
    return xer(("CALENDAR", fields, [*rows, f"{bases}\t\t{HOLIDAY}"]))


def test_each_of_many_calendars_walks_through_all_the_others() -> None:
    found = read(chain(MAX_BASES)).calendars
    assert len({c.exceptions for c in found}) == 1
    assert len(found[0].exceptions) == 1
    with pytest.raises(InvalidError, match=r"line 7, table CALENDAR.* base calendars"):
        read(chain(MAX_BASES + 1))


def test_calendars_that_are_each_others_base_are_walked_for_ever() -> None:
    pair = read(mspdi(calendar(1, base=2), calendar(2, DECADES, base=1), calendar(3, base=3)))
    assert [len(c.exceptions) for c in pair.calendars] == [19_999, 19_999, 0]


def test_activities_of_a_century_lay_out_centuries_of_every_calendar(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_LAID_OUT", 1_000_000)

    def plan(count: int) -> Plan:
        calendars = tuple(replace(OFFICE, code=str(n)) for n in range(count))
        long = MAX_DURATION // 4
        return Plan(
            "P", MONDAY, calendars, tuple(Activity(c.code, "A", c.code, long) for c in calendars)
        )

    assert len(schedule(plan(3)).by_code) == 3
    with pytest.raises(InvalidError, match=r"calendar .*too many years together"):
        schedule(plan(20))


def test_a_day_of_a_thousand_working_times() -> None:
    def day(count: int) -> Calendar:
        return Calendar("c", "", (tuple((2 * n, 2 * n + 1) for n in range(count)), *((),) * 6))  # type: ignore[arg-type]

    assert day(MAX_SPANS)
    with pytest.raises(InvalidError, match="more than 48 working times"):
        day(MAX_SPANS + 1)


def task(uid: int, level: int, rest: str = "") -> str:
    return f"<Task><UID>{uid}</UID><OutlineLevel>{level}</OutlineLevel>{rest}</Task>"


def test_a_few_links_of_summary_tasks_become_millions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "MAX_LINKS", 10_000)
    link = "<PredecessorLink><PredecessorUID>1</PredecessorUID></PredecessorLink>"
    inside = "".join(task(uid, 2) for uid in range(30, 60))
    after = "".join(task(uid, 2) for uid in range(60, 90))
    first = task(1, 1, "<Summary>1</Summary>") + inside
    second = task(2, 1, "<Summary>1</Summary>" + link * 20) + after
    with pytest.raises(InvalidError, match=r"PredecessorUID.*over 10,000 links"):
        read(mspdi(calendar(1), tasks=first + second))


def test_a_task_counts_in_thousands_of_summary_tasks() -> None:
    tasks = [task(level, level, "<Summary>1</Summary>") for level in range(1, MAX_OUTLINE + 2)]
    assert len(read(mspdi(calendar(1), tasks="".join(tasks[:-1]))).phases) == MAX_OUTLINE
    with pytest.raises(InvalidError, match="Task: OutlineLevel is '101'"):
        read(mspdi(calendar(1), tasks="".join(tasks)))


def test_phases_repeat_the_names_of_thousands_above_them() -> None:
    def plan(count: int) -> bytes:
        rows = [f"{n}\t1\t{n - 1 if n else ''}\tW" for n in range(count)]
        fields = "wbs_id\tproj_id\tparent_wbs_id\twbs_short_name"
        return xer(("CALENDAR", "clndr_id", ["0"]), ("PROJWBS", fields, rows))

    assert read(plan(3)).phases[2].code == "W.W.W"
    with pytest.raises(InvalidError, match=r"line .*, table PROJWBS.*too deep"):
        read(plan(6_000))


def test_short_rows_are_noted_at_the_length_of_all_their_fields() -> None:
    fields = "\t".join(f"a_field_with_a_name_{n:0200}" for n in range(400))
    plan = read(xer(("CALENDAR", "clndr_id", ["0"]), ("OTHER", fields, [""] * 100)))
    short = [note for note in plan.notes if note.reason.startswith("the row ends")]
    assert len(short) == 100
    assert all(0 < len(note.field) <= MAX_NOTE for note in short)
