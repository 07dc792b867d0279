"""A compiled release as a draft of our own need, requirements and tender.

A release binds nobody, and lacks what only the buyer has: who opens the offers, with which keys. So
a draft says what may be said as it is, what is not yet complete, and what was left out.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sepakat.industry.ocds.mapping.tenders.parts import Json
from sepakat.industry.ocds.mapping.values import from_moment, from_number, from_value
from sepakat.industry.procurement.planning.kinds import Need, Requirement
from sepakat.industry.procurement.tendering.kinds import Tender
from sepakat.record.errors import InvalidError
from sepakat.record.fields import TIME_FORMAT
from sepakat.record.kind import Kind

NOWHERE = "the draft has no place for it"
_ENVELOPE = ("ocid", "id", "date", "tag", "initiationType", "language")


class LeftOut(NamedTuple):
    place: str  # a path in the compiled release
    reason: str


class Incomplete(NamedTuple):
    statement: Json
    reason: str  # which fields it lacks, or which do not fit


class Draft(NamedTuple):
    """`statements` and those that are incomplete have the members kind, action, object and body."""

    ocid: str
    statements: list[Json]
    incomplete: list[Incomplete]
    left_out: list[LeftOut]


def draft(release: Mapping[str, Any], organisation: str) -> Draft:
    """The draft of a process, for `organisation`, which is ours and is to be the one in need."""
    return _Drafting(release, organisation).draft()


class _Drafting:
    def __init__(self, release: Mapping[str, Any], organisation: str) -> None:
        self._release = release
        self._organisation = organisation
        self._nation = organisation[:3]
        ocid = str(release.get("ocid"))
        self._name = sha256(ocid.encode()).hexdigest()[:12]  # an ocid may be long, or have capitals
        self._taken: set[str] = {*_ENVELOPE}
        self._made = Draft(ocid, [], [], [])

    def draft(self) -> Draft:
        self._say(Need, "state", "need", self._need())
        required = [
            self._say(Requirement, "state", f"requirement-{number}", body)
            for number, body in enumerate(self._requirements(), 1)
        ]
        self._say(Tender, "publish", "tender", self._tender() | {"requirements": required})
        self._made.left_out.extend(self._untaken(self._release, ""))
        return self._made

    def _say(self, kind: type[Kind], action: str, name: str, body: Json) -> str:
        """Into the draft, complete or not. An incomplete one may be completed by hand."""
        body = {field: value for field, value in body.items() if value is not None}
        thing = f"{self._nation}-{kind.kind}-{self._name}{name.removeprefix(kind.kind)}"
        statement = {"kind": kind.kind, "action": action, "object": thing, "body": body}
        try:
            kind.check_body(kind.lifecycle.actions[action], body)
        except InvalidError as error:
            self._made.incomplete.append(Incomplete(statement, error.what))
        else:
            self._made.statements.append(statement)
        return thing

    # What the release says.

    def _need(self) -> Json:
        return {
            "title": self._first("planning/budget/description", "tender/title"),
            "organisation": self._organisation,
            "description": self._first("planning/rationale", "tender/description"),
            "value": self._read(from_value, "planning/budget/amount", "tender/value"),
            "due": self._read(from_moment, "tender/contractPeriod/endDate"),
        }

    def _requirements(self) -> Iterator[Json]:
        for place, criterion in self._items("tender/criteria"):
            groups = list(self._items(f"{place}/requirementGroups"))
            if len(groups) > 1:
                why = "an offer needs to meet one of its groups only; here all is required"
                self._leave(place, why)
                continue
            for within, _ in groups:
                for at, required in self._items(f"{within}/requirements"):
                    if not required.get("title") and not required.get("description"):
                        self._leave(place, "it is no longer required")
                        continue
                    self._take(f"{place}/id", f"{place}/title", f"{place}/relatesTo")
                    self._take(f"{within}/id", f"{at}/id")
                    yield {
                        name: self._get(f"{at}/{field}") for name, field in _REQUIREMENT.items()
                    } | {"title": self._get(f"{at}/title") or criterion.get("title")}

    def _tender(self) -> Json:
        self._take("tender/id", "tender/status")
        return {
            "title": self._get("tender/title"),
            "description": self._get("tender/description"),
            "method": self._get("tender/procurementMethod"),
            "lots": list(self._lots()),
            "criteria": list(self._criteria()),
            "questions_until": self._read(_time, "tender/enquiryPeriod/endDate"),
            "closes": self._read(_time, "tender/tenderPeriod/endDate"),
            "opens": self._read(_time, "tender/awardPeriod/startDate"),
            "version": 1,
        }

    def _lots(self) -> Iterator[Json]:
        for number, (place, lot) in enumerate(self._items("tender/lots"), 1):
            if lot.get("status") in ("cancelled", "withdrawn"):
                self._leave(place, f"the lot is {lot['status']}")
                continue
            self._take(f"{place}/id", f"{place}/status")
            own = str(lot.get("id"))
            is_number = own.isascii() and own.isdigit() and len(own) < 10
            yield {
                "number": int(own) if is_number else number,
                "title": self._get(f"{place}/title"),
            }

    def _criteria(self) -> Iterator[Json]:
        """Those of the first lot; others' must be the same."""
        first: Any = None
        for place, lot in self._items("tender/lots"):
            criteria = lot.get("awardCriteria")
            if lot.get("status") in ("cancelled", "withdrawn") or criteria is None:
                continue
            at = f"{place}/awardCriteria"
            if first is None:
                first = criteria
                yield from (self._criterion(p) for p, _ in self._items(f"{at}/criteria"))
                self._take(f"{at}/weightingDescription")
            elif criteria == first:
                self._take(at)
            else:
                self._leave(at, "here all lots are scored by the same criteria")

    def _criterion(self, place: str) -> Json:
        weight = f"{place}/numbers/0"
        is_percent = self._at(f"{weight}/weight") == "percentageExact"
        if is_percent:
            self._take(f"{weight}/weight")
        found = {
            "name": self._get(f"{place}/name"),
            "title": self._get(f"{place}/description"),
            "type": self._get(f"{place}/type"),
            "weight": self._read(from_number, f"{weight}/number") if is_percent else None,
            "scale_min": self._read(from_number, f"{place}/scale/minimum"),
            "scale_max": self._read(from_number, f"{place}/scale/maximum"),
            "best": self._get(f"{place}/scale/best"),
        }
        return {name: value for name, value in found.items() if value is not None}

    # Reading, and keeping account of it.

    def _get(self, place: str) -> Any:
        value = self._at(place)
        if value is not None:
            self._take(place)
        return value

    def _at(self, place: str) -> Any:
        value: Any = self._release
        for step in place.split("/"):
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                return None
        return value

    def _first(self, *places: str) -> Any:
        return next((v for v in map(self._get, places) if v is not None), None)

    def _read(self, reads: Any, *places: str) -> Any:
        """The first of these values, as ours; what does not fit is left out, with the reason."""
        for place in places:
            value = self._at(place)
            if value is None:
                continue
            try:
                found = reads(value, place)
            except (InvalidError, AttributeError) as error:
                reason = error.what if isinstance(error, InvalidError) else "it is no JSON object"
                self._leave(place, reason)
                continue
            self._take(place)
            return found
        return None

    def _items(self, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        listed = self._at(place)
        for number, item in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(item, dict):
                yield f"{place}/{number}", item

    def _take(self, *places: str) -> None:
        self._taken.update(places)

    def _leave(self, place: str, reason: str) -> None:
        self._take(place)
        self._made.left_out.append(LeftOut(place, reason))

    def _untaken(self, value: Any, place: str) -> Iterator[LeftOut]:
        """The highest places of which nothing was read."""
        if place in self._taken:
            return
        below = f"{place}/" if place else ""
        is_read = any(taken.startswith(below) for taken in self._taken)
        if not is_read or not isinstance(value, dict | list):
            yield LeftOut(place, NOWHERE)
            return
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in inner:
            yield from self._untaken(item, f"{below}{name}")


_REQUIREMENT = {
    "text": "description",
    "number": "number",
    "type": "type",
    "priority": "priority",
    "method": "method",
}


def _time(moment: Any, where: str) -> str:
    try:
        found = datetime.fromisoformat(str(moment))
    except ValueError as error:
        raise InvalidError(f"{moment!r} is no date and time", where=where) from error
    if found.tzinfo is None:
        raise InvalidError(f"{moment!r} has no offset from UTC", where=where)
    return found.astimezone(UTC).strftime(TIME_FORMAT)
