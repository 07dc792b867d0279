"""A forecast made again from what its statement relied on, and where the two differ."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from sepakat.outlook.forecasts.gathering import Seen, bounds
from sepakat.outlook.forecasts.making import Made, Request
from sepakat.record.errors import NotFoundError
from sepakat.record.kind import Object

_SAID = ("counterparty", "file", "reason")  # and not computed
# Calibrated dates rest on how all forecasts came out that its maker could see: nobody else can.
_CALIBRATION = ("reference", "basis", "own_outcomes")
_CALIBRATED = ("calibrated_p50", "calibrated_p80")


class Different(NamedTuple):
    """A field of the forecast, as stated and as it is when made again."""

    field: str
    stated: Any
    again: Any


def requested(
    forecast: Object, relied_on: Mapping[str, Object], file: bytes, seen: Seen
) -> Request:
    """What the forecast was made from: the plan's `file`, what its statement `relied_on`, each by
    its identifier as it was then, and the obligations that are `seen`, whose terms stay.

    NotFoundError for what it names without having relied on it, or is not to be seen.
    """
    fields = forecast.fields
    for name in (fields["plan"], fields["project"], *fields.get("risks", ())):
        if name not in relied_on:
            raise NotFoundError(
                "the forecast names it, and it is not to be seen here",
                where=name,
                fix="Ask the nation that made the forecast to let yours see it",
            )
    plan = relied_on[fields["plan"]]
    obligations, _ = bounds(plan, seen)
    return Request(
        plan=plan,
        project=relied_on[fields["project"]],
        file=file,
        as_of=date.fromisoformat(fields["as_of"]),
        seed=fields["seed"],
        iterations=fields["iterations"],
        risks=[relied_on[name] for name in fields.get("risks", ())],
        obligations=obligations,
    )


def differences(forecast: Object, figures: Object, made: Made) -> list[Different]:
    """Where the forecast, and the evidence that is its file, differ from what was made again."""
    fields = forecast.fields
    found = [
        Different(name, fields.get(name), made.body.get(name))
        for name in dict.fromkeys((*made.body, *fields))
        if name not in (*_SAID, *_CALIBRATION)
        and _plain(fields.get(name)) != _plain(made.body.get(name))
    ]
    stated, again = figures.fields["sha256"], sha256(made.file).hexdigest()
    return found if stated == again else [*found, Different("file", stated, again)]


def _plain(value: Any) -> Any:
    """Rows without what is calibrated; no rows are the same as none given."""
    if not isinstance(value, list | tuple):
        return value or ()
    return tuple(
        {name: x for name, x in row.items() if name not in _CALIBRATED and x is not None}
        if isinstance(row, dict)
        else row
        for row in value
    )
