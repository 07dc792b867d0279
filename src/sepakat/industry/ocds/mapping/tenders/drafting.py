"""A compiled release as a draft of our own need, requirements and tender.

A release binds nobody, and lacks what only the buyer has: who opens the offers, with which keys. So
the buyer gives that beside it, and the draft says what may be said as it is, what is not yet
complete, and what was left out.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator

from sepakat.industry.ocds.mapping.tenders.account import Account, LeftOut
from sepakat.industry.ocds.mapping.tenders.parts import Json
from sepakat.industry.ocds.mapping.values import from_moment, from_number, from_value
from sepakat.industry.procurement.planning.kinds import Need, Requirement
from sepakat.industry.procurement.tendering.kinds import Tender
from sepakat.record.errors import InvalidError
from sepakat.record.fields import TIME_FORMAT
from sepakat.record.kind import Kind

_GONE = ("cancelled", "withdrawn")  # statuses of a lot


class Given(BaseModel):
    """What the buyer gives beside a process: fields of our kinds, each instead of what is read. A
    requirement is the one of its number in the file, or else one more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    need: Json = {}
    requirements: tuple[Json, ...] = ()
    tender: Json = {}

    @field_validator("requirements")
    @classmethod
    def _are_numbered(cls, rows: tuple[Json, ...]) -> tuple[Json, ...]:
        numbers = [row.get("number") for row in rows]
        if any(type(number) is not int for number in numbers) or len(set(numbers)) != len(numbers):
            raise ValueError("each must have its number, and no two the same")
        return rows


class Incomplete(NamedTuple):
    statement: Json
    reason: str  # which fields it lacks, or which do not fit


class Draft(NamedTuple):
    """`statements` and those that are incomplete have the members kind, action, object, role and
    body."""

    ocid: str
    statements: list[Json]
    incomplete: list[Incomplete]
    left_out: list[LeftOut]


def draft(release: Mapping[str, Any], organisation: str, given: Given | None = None) -> Draft:
    """The draft of a process, for `organisation`, which is ours and is to be the one in need."""
    return _Drafting(release, organisation, given or Given()).draft()


class _Drafting:
    def __init__(self, release: Mapping[str, Any], organisation: str, given: Given) -> None:
        self._of = Account(release)
        self._organisation = organisation
        self._nation = organisation[:3]
        self._given = given
        ocid = str(release.get("ocid"))
        self._name = sha256(ocid.encode()).hexdigest()[:12]  # an ocid may be long, or have capitals
        self._made = Draft(ocid, [], [], [])

    def draft(self) -> Draft:
        self._say(Need, "state", "need", self._need())
        required = [
            self._say(Requirement, "state", f"requirement-{number}", body)
            for number, body in enumerate(self._requirements(), 1)
        ]
        for stated in [*self._made.statements]:
            if stated["object"] in required:  # a tender asks for approved ones only
                self._made.statements.append(_said(Requirement, "approve", stated["object"], {}))
        self._say(Tender, "publish", "tender", {"requirements": required} | self._tender())
        self._made.left_out.extend(self._of.left_out())
        return self._made

    def _say(self, kind: type[Kind], action: str, name: str, body: Json) -> str:
        """Into the draft, complete or not. An incomplete one may be completed by hand."""
        thing = f"{self._nation}-{kind.kind}-{self._name}{name.removeprefix(kind.kind)}"
        body = {field: value for field, value in body.items() if value is not None}
        statement = _said(kind, action, thing, body)
        try:
            kind.check_body(kind.lifecycle.actions[action], body)
            self._check_reliance(body)
        except InvalidError as error:
            self._made.incomplete.append(Incomplete(statement, error.what))
        else:
            self._made.statements.append(statement)
        return thing

    def _check_reliance(self, body: Json) -> None:
        for one in self._made.incomplete:
            if one.statement["object"] in body.get("requirements", ()):
                raise InvalidError(f"it relies on {one.statement['object']}, which lacks something")

    def _filled(self, given: Json, reads: Mapping[str, Callable[[], Any]]) -> Json:
        """Each field as it is given, or else as it is read; a field that no file has, as given."""
        read = {name: self._of.chosen(given.get(name), how) for name, how in reads.items()}
        return given | read

    # What the release says.

    def _need(self) -> Json:
        first, read = self._of.first, self._of.read
        return self._filled(
            self._given.need,
            {
                "title": partial(first, "planning/budget/description", "tender/title"),
                "organisation": lambda: self._organisation,
                "description": partial(first, "planning/rationale", "tender/description"),
                "value": partial(read, from_value, "planning/budget/amount", "tender/value"),
                "due": partial(read, from_moment, "tender/contractPeriod/endDate"),
            },
        )

    def _requirements(self) -> Iterator[Json]:
        """Those of the file, with what is given of them, and then those that only are given."""
        given = {str(row.get("number")): row for row in self._given.requirements}
        for position, (place, criterion) in enumerate(self._required(), 1):
            number = self._of.get(f"{place}/number")
            number = position if number is None else number
            reads = {
                name: partial(self._of.get, f"{place}/{field}")
                for name, field in _REQUIREMENT.items()
            }
            reads["title"] = partial(self._of.first, f"{place}/title", f"{criterion}/title")
            yield self._filled(given.pop(str(number), {}), reads) | {"number": number}
        yield from given.values()

    def _required(self) -> Iterator[tuple[str, str]]:
        """The place of each requirement, and that of the criterion that it is of."""
        for place, criterion in self._of.items("tender/criteria"):
            groups = list(self._of.items(f"{place}/requirementGroups"))
            if len(groups) > 1:
                why = "an offer needs to meet one of its groups only; here all is required"
                self._of.leave(place, why)
                continue
            for within, _ in groups:
                for at, required in self._of.items(f"{within}/requirements"):
                    if not required.get("title") and not required.get("description"):
                        self._of.leave(place, "it is no longer required")
                        continue
                    self._of.take(f"{place}/id", f"{within}/id", f"{at}/id")
                    if criterion.get("title") == required.get("title"):
                        self._of.take(f"{place}/title")
                    if criterion.get("relatesTo") == "item":  # not what the bidder must be
                        self._of.take(f"{place}/relatesTo")
                    yield at, place

    def _tender(self) -> Json:
        self._of.take("tender/id", "tender/status")
        get, read = self._of.get, self._of.read
        tender = self._filled(
            self._given.tender,
            {
                "title": partial(get, "tender/title"),
                "description": self._description,
                "method": partial(get, "tender/procurementMethod"),
                "lots": lambda: list(self._lots()),
                "criteria": lambda: list(self._criteria()),
                "questions_until": partial(read, _time, "tender/enquiryPeriod/endDate"),
                "closes": partial(read, _time, "tender/tenderPeriod/endDate"),
                "opens": partial(read, _time, "tender/awardPeriod/startDate"),
            },
        )
        if not tender["lots"] and not self._of.at("tender/lots"):
            tender["lots"] = [{"number": 1, "title": tender["title"]}]  # what has none is one
        return {"version": 1} | tender

    def _description(self) -> Any:
        """The description, and below it the items, which our tenders have no table for."""
        text = self._of.get("tender/description")
        items = [line for place, _ in self._of.items("tender/items") if (line := self._item(place))]
        if not items or not isinstance(text, str | None):
            return text
        return "\n".join([*([text, ""] if text else []), *items])

    def _item(self, place: str) -> str | None:
        """Such as `- 8 Miles: Cycle lane improvements`."""
        text = self._of.at(f"{place}/description")
        if not isinstance(text, str) or not text:
            return None
        self._of.take(f"{place}/id", f"{place}/description")
        quantity = self._of.read(from_number, f"{place}/quantity")
        unit = self._of.at(f"{place}/unit/name")
        if quantity is None or not isinstance(unit, str | None):
            return f"- {text}"
        self._of.take(f"{place}/unit/name")
        return f"- {' '.join(filter(None, (quantity, unit)))}: {text}"

    def _lots(self) -> Iterator[Json]:
        for number, (place, lot) in enumerate(self._of.items("tender/lots"), 1):
            if lot.get("status") in _GONE:
                self._of.leave(place, f"the lot is {lot['status']}")
                continue
            own = str(lot.get("id"))
            is_number = own.isascii() and own.isdigit() and len(own) < 10
            self._of.take(f"{place}/status", *([f"{place}/id"] if is_number else []))
            yield {
                "number": int(own) if is_number else number,
                "title": self._of.get(f"{place}/title"),
            }

    def _criteria(self) -> Iterator[Json]:
        """Those of the first lot; others' must be the same."""
        first: Any = None
        for place, lot in self._of.items("tender/lots"):
            criteria = lot.get("awardCriteria")
            if lot.get("status") in _GONE or criteria is None:
                continue
            at = f"{place}/awardCriteria"
            if first is None:
                first = criteria
                yield from (self._criterion(p) for p, _ in self._of.items(f"{at}/criteria"))
                self._of.take(f"{at}/weightingDescription")
            elif criteria == first:
                self._of.take(at)
            else:
                self._of.leave(at, "here all lots are scored by the same criteria")

    def _criterion(self, place: str) -> Json:
        weight = f"{place}/numbers/0"
        is_percent = self._of.at(f"{weight}/weight") == "percentageExact"
        if is_percent:
            self._of.take(f"{weight}/weight")
        found = {
            "name": self._of.get(f"{place}/name"),
            "title": self._of.get(f"{place}/description"),
            "type": self._of.get(f"{place}/type"),
            "weight": self._of.read(from_number, f"{weight}/number") if is_percent else None,
            "scale_min": self._of.read(from_number, f"{place}/scale/minimum"),
            "scale_max": self._of.read(from_number, f"{place}/scale/maximum"),
            "best": self._of.get(f"{place}/scale/best"),
        }
        return {name: value for name, value in found.items() if value is not None}


def _said(kind: type[Kind], action: str, thing: str, body: Json) -> Json:
    role = kind.lifecycle.actions[action].roles[0]
    return {"kind": kind.kind, "action": action, "object": thing, "role": role, "body": body}


_REQUIREMENT = {
    "text": "description",
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
