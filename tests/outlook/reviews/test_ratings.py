"""Delivery confidence: editions stay apart, and what has no grade is in no figure."""

from datetime import date

from sepakat.outlook.reviews.ratings import Rated
from support.reviewing import made, project, thing

OLD = ("Green", "Amber", "Red")
NEW = ("Likely", "In doubt", "Unlikely", "Lost")


def scale(id_: str, number: int, grades: tuple[str, ...]):
    rows = [{"name": name, "meaning": f"{name} it is."} for name in grades]
    given = {"title": "Confidence", "portfolio": "MYS-all", "number": number, "grades": rows}
    return thing("rating_scale", id_, "in_force" if number == 2 else "retired", **given)


SCALES = (scale("MYS-s1", 1, OLD), scale("MYS-s2", 2, NEW))


def rating(
    id_: str, about: str, as_of: str, grade: str | None, on: str = "MYS-s2", state: str = ""
):
    given = {"project": about, "scale": on, "as_of": as_of, "reasons": "As seen."}
    given |= {"grade": grade} if grade else {}
    return thing("rating", id_, state or ("given" if grade else "exempt"), **given)


def test_rating_on_an_older_edition_is_told_by_the_newer_one() -> None:
    ratings = (
        rating("MYS-r1", "MYS-radar", "2026-01-01", "Amber", "MYS-s1"),
        rating("MYS-r2", "MYS-radar", "2026-05-01", "In doubt"),
        rating("MYS-r3", "MYS-radar", "2026-07-01", "Lost"),  # after the day
        rating("MYS-r4", "MYS-radar", "2026-06-01", "Likely", state="withdrawn"),
        rating("KOR-r1", "MYS-radar", "2026-02-01", "Green", "MYS-s1"),
    )
    [review] = made(project(), *SCALES, *ratings).projects
    korea, malaysia = review.rated
    assert malaysia.latest and korea.latest
    assert (malaysia.latest.grade, malaysia.latest.meaning, malaysia.latest.number) == (
        "In doubt",
        "In doubt it is.",
        2,
    )
    assert [(r.grade, r.number, r.meaning) for r in malaysia.earlier] == [
        ("Amber", 1, "Amber it is.")
    ]
    assert (korea.nation, korea.latest.grade, korea.latest.number) == ("KOR", "Green", 1)
    assert korea.latest.as_of == date(2026, 2, 1)


def test_exempt_counts_as_a_grade_or_as_unrated() -> None:
    names = ("a", "b", "c", "d", "e", "f")
    projects = [project(f"MYS-{name}", title=name) for name in names]
    ratings = (
        rating("MYS-r1", "MYS-a", "2026-05-01", "Likely"),
        rating("MYS-r2", "MYS-b", "2026-05-01", "Likely"),
        rating("MYS-r3", "MYS-c", "2026-05-01", "Unlikely"),
        rating("MYS-r4", "MYS-d", "2026-04-01", "Lost"),
        rating("MYS-r5", "MYS-d", "2026-05-01", None),  # exempt since
        rating("MYS-r6", "MYS-e", "2026-01-01", "Red", "MYS-s1"),
    )
    found = made(*projects, *SCALES, *ratings)
    _korea, malaysia = found.summaries
    new, old = malaysia.standings
    assert new.grades == (
        ("Likely", ("MYS-a", "MYS-b")),
        ("In doubt", ()),
        ("Unlikely", ("MYS-c",)),
        ("Lost", ()),
    )
    assert new.middle == "Likely", "an exempt project counted as the worst would move it"
    assert (old.number, dict(old.grades)["Red"], old.middle) == (1, ("MYS-e",), "Red")
    assert malaysia.exempt == ("MYS-d",)
    assert malaysia.unrated == ("MYS-f",)
    review = found.projects[3]
    latest = review.rated[1].latest
    assert latest and latest.exempt and latest.grade is None and latest.reasons == "As seen."


def test_middle_of_an_even_number_is_the_more_confident() -> None:
    projects = [project(f"MYS-{name}", title=name) for name in "ab"]
    ratings = (
        rating("MYS-r1", "MYS-a", "2026-05-01", "Likely"),
        rating("MYS-r2", "MYS-b", "2026-05-01", "Lost"),
    )
    _korea, malaysia = made(*projects, *SCALES, *ratings).summaries
    assert malaysia.standings[0].middle == "Lost"


def test_nation_that_rated_nothing_has_figures() -> None:
    found = made(project(), *SCALES)
    assert found.projects[0].rated == (Rated("KOR", None), Rated("MYS", None))
    for summary in found.summaries:
        assert (summary.standings, summary.exempt) == ((), ())
        assert summary.unrated == ("MYS-radar",)
