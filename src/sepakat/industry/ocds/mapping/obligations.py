"""Obligations as releases with the extension of docs/ocds.md, and back.

A release is made for each agreement. The caller gives the objects that its readers may see.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sepakat.industry.ocds.mapping.values import from_moment, from_value, to_moment, to_value
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Object

KINDS = ("agreement", "obligation", "milestone", "claim", "verification")

_STATUS = {
    "proposed": "proposed",
    "in_force": "inForce",
    "fulfilment_proposed": "inForce",
    "fulfilled": "fulfilled",
    "declined": "declined",
}
_STEP = {"planned": "scheduled", "reached": "met"}  # others are not agreed


def releases(objects: Iterable[Object], *, prefix: str, at: str) -> Iterator[dict[str, Any]]:
    """A release of each agreement under which something is owed, by its identifier.

    `prefix` is the publisher's registered ocid prefix, `at` the time of the release
    (`2026-10-01T09:00:00Z`). Raises InvalidError for an amount that OCDS cannot carry.
    """
    known = {thing.id: thing for thing in objects if thing.kind in KINDS}
    under: dict[str, list[Object]] = {}
    for thing in known.values():
        if thing.kind == "obligation":
            under.setdefault(thing.fields["agreement"], []).append(thing)
    for agreement in sorted(under):
        yield _release(sorted(under[agreement], key=_id), known, f"{prefix}-{agreement}", at)


def _release(
    things: list[Object], known: Mapping[str, Object], ocid: str, at: str
) -> dict[str, Any]:
    parties = sorted({party for thing in things for party in thing.parties})
    return {
        "ocid": ocid,
        "id": f"{ocid}-{at}",
        "date": at,
        "tag": ["implementation"],
        "initiationType": "tender",
        "language": "en",
        "parties": [{"id": party, "name": party} for party in parties],
        "obligations": [_obligation(thing, known) for thing in things],
    }


def owed(thing: Object) -> dict[str, Any]:
    """What an obligation says by itself, without what has been claimed and verified of it."""
    return {
        "id": thing.id,
        "title": thing.fields["title"],
        "description": thing.fields["description"],
        "category": thing.fields["category"],
        "agreement": thing.fields["agreement"],
        "obligor": {"id": thing.fields["obligor"], "name": thing.fields["obligor"]},
        "value": to_value(thing.fields["value"]),
        "due": to_moment(thing.fields["due"]),
        "status": _STATUS[thing.state],
        "statement": _statement(thing),
    }


def _obligation(thing: Object, known: Mapping[str, Object]) -> dict[str, Any]:
    claims = _of(thing, "claim", known)
    found = [_claim(claim, known) for claim in claims]
    currency = thing.fields["value"]["currency"]
    verified = sum((_verified(claim, known, currency) for claim in claims), Decimal(0))
    return owed(thing) | {
        "verified": to_value({"amount": str(verified), "currency": currency}),
        "milestones": [
            _milestone(step) for step in _of(thing, "milestone", known) if step.state in _STEP
        ],
        "claims": found,
    }


def _of(obligation: Object, kind: str, known: Mapping[str, Object]) -> list[Object]:
    found = (thing for thing in known.values() if thing.kind == kind)
    return sorted(
        (thing for thing in found if thing.fields["obligation"] == obligation.id), key=_id
    )


def _id(thing: Object) -> str:
    return thing.id


def _milestone(step: Object) -> dict[str, Any]:
    return {
        "id": step.id,
        "title": step.fields["title"],
        "type": "delivery",
        "dueDate": to_moment(step.fields["due"]),
        "status": _STEP[step.state],
    }


def _claim(claim: Object, known: Mapping[str, Object]) -> dict[str, Any]:
    verification = _verification(claim, known)
    found = {
        "id": claim.id,
        "description": claim.fields["description"],
        "status": claim.state,
        "claimed": to_value(claim.fields["value"]),
        "statement": _statement(claim),
    }
    if claim.state == "verified" and verification is not None:
        found["status"] = verification.fields["outcome"]
        found["verified"] = to_value(verification.fields["value"])
    if delivered := claim.fields.get("delivered"):
        found["date"] = to_moment(delivered)
    return found


def _verification(claim: Object, known: Mapping[str, Object]) -> Object | None:
    return known.get(claim.fields.get("verification") or "")


def _verified(claim: Object, known: Mapping[str, Object], currency: str) -> Decimal:
    verification = _verification(claim, known)
    if claim.state != "verified" or verification is None:
        return Decimal(0)
    value = verification.fields["value"]
    return Decimal(value["amount"]) if value["currency"] == currency else Decimal(0)


def _statement(thing: Object) -> dict[str, str]:
    return {"nation": thing.owner, "digest": thing.head}


# --- and back -------------------------------------------------------------------------------------


def obligations(release: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a release says is owed, as the fields of our kind `obligation` have it.

    They are plain values, from which a nation may make proposals of its own; a release binds
    nobody. Raises InvalidError with the place of what does not fit.
    """
    listed = release.get("obligations") or []
    if not isinstance(listed, list):
        raise InvalidError(
            "it is no list", where="obligations", fix="Put what is owed into a JSON list"
        )
    return [_read(given, f"obligations/{number}") for number, given in enumerate(listed)]


def _read(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InvalidError(
            "it is no JSON object", where=where, fix="Make each obligation a JSON object"
        )
    obligor, value = given.get("obligor"), given.get("value")
    if not isinstance(obligor, dict) or not isinstance(obligor.get("id"), str):
        raise InvalidError(
            "it does not say who owes it",
            where=f"{where}/obligor/id",
            fix="Give the nation that owes it, such as KOR",
        )
    if not isinstance(value, dict):
        raise InvalidError(
            "it does not say how much",
            where=f"{where}/value",
            fix="Give an object with amount and currency",
        )
    return {
        "title": given.get("title"),
        "agreement": given.get("agreement"),
        "obligor": obligor["id"],
        "category": given.get("category"),
        "value": from_value(value, f"{where}/value"),
        "due": from_moment(given.get("due"), f"{where}/due"),
        "description": given.get("description"),
    }
