"""Objects as the record would have them, with no more than a review looks at."""

from datetime import date
from typing import Any

from sepakat.outlook.reviews.pack import Material, Pack, pack
from sepakat.record.kind import Object
from sepakat.record.label import make

BOTH = make("RESTRICTED", ["KOR", "MYS"])
DAY, SINCE = date(2026, 6, 30), date(2026, 4, 1)


def thing(kind: str, id_: str, state: str, **fields: Any) -> Object:
    owner = id_[:3]
    other = "KOR" if owner == "MYS" else "MYS"
    return Object(id_, kind, owner, other, BOTH, state, fields, "ab" * 32)


PORTFOLIO = thing(
    "portfolio", "MYS-all", "in_force", title="All", currency="USD", domains=["Sensors", "Space"]
)


def project(id_: str = "MYS-radar", **fields: Any) -> Object:
    given = {"title": "Radar", "portfolio": "MYS-all", "domain": "Sensors", "lead": "MYS-co"}
    return thing("project", id_, fields.pop("state", "under_way"), **given | fields)


def promise(planned: str, **fields: Any) -> dict[str, Any]:
    return {"activity": "A900", "title": "Delivered", "planned": planned, **fields}


def plan(id_: str, as_of: str, *promises: dict[str, Any], state: str = "accepted") -> Object:
    return thing("plan", id_, state, project="MYS-radar", as_of=as_of, promises=list(promises))


def forecast(id_: str, as_of: str, **fields: Any) -> Object:
    row = promise("2026-10-01", due="2026-10-31", p50="2026-10-20", p80="2026-11-10")
    row |= {"on_time": "65"} | fields.pop("row", {})
    state = fields.pop("state", "issued")
    given = {"project": "MYS-radar", "as_of": as_of, "milestones": [row]}
    return thing("forecast", id_, state, **given | fields)


def made(*objects: Object, day: date = DAY, **rest: Any) -> Pack:
    given = {"days": {}, "dissents": {}, "treatments": {}} | rest
    return pack(PORTFOLIO, Material(objects, **given), day, SINCE)
