"""How confident each nation is that projects deliver, on the edition of the scale it was said on.

Grades are an order and no numbers: they are counted and have a middle, and never a mean. An exempt
project has no grade and is in no figure; one that nobody has rated is not exempt.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sepakat.outlook.dated import in_order
from sepakat.record.kind import Object


@dataclass(frozen=True)
class Rating:
    """A rating on the edition of its scale. `grade` and `meaning` are None where it is exempt."""

    id: str
    nation: str
    scale: str
    scale_title: str
    number: int | None  # of the edition
    grade: str | None
    meaning: str | None
    as_of: date
    reasons: str
    forecast: str | None

    @property
    def exempt(self) -> bool:
        return self.grade is None


@dataclass(frozen=True)
class Rated:
    """One nation's ratings of one project: the latest, and the earlier ones, newest first."""

    nation: str
    latest: Rating | None
    earlier: tuple[Rating, ...] = ()


@dataclass(frozen=True)
class Standing:
    """The projects whose latest rating by a nation is on one edition of a scale.

    `grades` has every grade, best first, with the projects that have it. `middle` is the median
    grade; between two, the less confident one.
    """

    scale: str
    title: str
    number: int | None
    grades: tuple[tuple[str, tuple[str, ...]], ...]
    middle: str


@dataclass(frozen=True)
class Summary:
    """One nation's view of all projects: the newest edition first; then who has no grade."""

    nation: str
    standings: tuple[Standing, ...]
    unrated: tuple[str, ...]
    exempt: tuple[str, ...]


def rated(
    nations: Iterable[str], ratings: Iterable[Object], scales: Mapping[str, Object]
) -> tuple[Rated, ...]:
    """The ratings of one project by nation. Those that were withdrawn do not count."""
    held = in_order(thing for thing in ratings if thing.state in ("given", "exempt"))
    found = []
    for nation in nations:
        own = [_rating(thing, scales) for thing in reversed(held) if thing.owner == nation]
        found.append(Rated(nation, own[0] if own else None, tuple(own[1:])))
    return tuple(found)


def summaries(
    by_project: Mapping[str, Sequence[Rated]], scales: Mapping[str, Object]
) -> tuple[Summary, ...]:
    """One for each nation that rates; `by_project` are the `rated` of each project."""
    by_nation: dict[str, dict[str, Rating | None]] = {}
    for project, each in by_project.items():
        for one in each:
            by_nation.setdefault(one.nation, {})[project] = one.latest
    return tuple(_summary(nation, given, scales) for nation, given in by_nation.items())


def _summary(
    nation: str, given: Mapping[str, Rating | None], scales: Mapping[str, Object]
) -> Summary:
    on_scale: dict[str, dict[str, Rating]] = {}
    for project, rating in given.items():
        if rating and not rating.exempt:
            on_scale.setdefault(rating.scale, {})[project] = rating
    standings = [_standing(scale, ratings, scales) for scale, ratings in on_scale.items()]
    standings.sort(key=lambda one: (-(one.number or 0), one.scale))
    return Summary(
        nation,
        tuple(standings),
        unrated=tuple(project for project, rating in given.items() if rating is None),
        exempt=tuple(project for project, rating in given.items() if rating and rating.exempt),
    )


def _standing(scale: str, ratings: Mapping[str, Rating], scales: Mapping[str, Object]) -> Standing:
    known = scales.get(scale)
    names = [row["name"] for row in known.fields["grades"]] if known else []
    names += sorted({str(r.grade) for r in ratings.values()} - set(names))
    grades = tuple(
        (name, tuple(project for project, rating in ratings.items() if rating.grade == name))
        for name in names
    )
    in_grades = [name for name, projects in grades for _project in projects]
    one = next(iter(ratings.values()))
    return Standing(scale, one.scale_title, one.number, grades, in_grades[len(in_grades) // 2])


def _rating(thing: Object, scales: Mapping[str, Object]) -> Rating:
    fields = thing.fields
    scale = scales.get(fields["scale"])
    grade = fields.get("grade") if thing.state == "given" else None
    rows = scale.fields["grades"] if scale else ()
    return Rating(
        id=thing.id,
        nation=thing.owner,
        scale=fields["scale"],
        scale_title=scale.fields["title"] if scale else fields["scale"],
        number=scale.fields["number"] if scale else None,
        grade=grade,
        meaning=next((row["meaning"] for row in rows if row["name"] == grade), None),
        as_of=date.fromisoformat(fields["as_of"]),
        reasons=fields["reasons"],
        forecast=fields.get("forecast"),
    )
