"""What the releases of all stages have in common."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sepakat.industry.ocds.mapping.history import Step
from sepakat.record.kind import Object

Json = dict[str, Any]


class Part(NamedTuple):
    """What a statement adds to its process: the release's tag, and its members."""

    tag: str
    members: Json


# What a step says in the process of a tender; nothing, where OCDS has no place for it.
Maker = Callable[[Step, str], Part | None]
Makers = Mapping[str, Maker]  # by kind

# The roles of a party are one list, which the next release replaces: each says all up to it.
TENDERER = ("tenderer",)
SUPPLIER = ("tenderer", "supplier")
PAYEE = ("tenderer", "supplier", "payee")


def party(organisation: str, step: Step, *roles: str) -> Json:
    return _named(organisation, step.relied.get(organisation)) | {"roles": list(roles)}


def reference(organisation: str, step: Step) -> Json:
    return _named(organisation, step.relied.get(organisation))


def _named(identifier: str, organisation: Object | None) -> Json:
    """Of one that the statement does not rely on, an earlier release has the name."""
    return {"id": identifier} | ({"name": organisation.fields["name"]} if organisation else {})


def lot(number: int) -> str:
    return str(number)
