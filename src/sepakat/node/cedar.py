"""Cedar policies: which role may see and say what, after the label check has let a record through.

A node's own are in the folder `policies` of its home, if there is one, else those shipped here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import cedarpy

from sepakat.record.errors import InvalidError
from sepakat.record.label import ORGANISATION, Label

SHIPPED = Path(__file__).parent / "policies"
SCHEMA = "schema.cedarschema"
PUBLIC_ROLE = "public"
_CORRECT = "Correct the policies, or remove the folder to go back to those shipped"


@dataclass(frozen=True)
class Hat:
    """A role that a person acts in, for an organisation or, without one, for the nation."""

    nation: str
    role: str
    organisation: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the policies say, and by which of them."""

    allowed: bool
    reasons: tuple[str, ...]


class Policies:
    """The policies of one folder; InvalidError, naming the fault, where they do not fit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._schema_text = (SHIPPED / SCHEMA).read_text(encoding="utf-8")
        text = "\n".join(
            path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.cedar"))
        )
        result = cedarpy.validate_policies(text, self._schema_text)
        if not result.validation_passed:
            raise InvalidError(
                "; ".join(str(error) for error in result.errors),
                where=str(folder),
                fix=_CORRECT,
            )
        self._policies = cedarpy.PolicySet.from_str(text)

    @cached_property
    def _schema(self) -> cedarpy.Schema:
        return cedarpy.Schema.from_str(self._schema_text)

    @lru_cache(maxsize=65536)  # noqa: B019 - one object for the life of a process
    def view(self, hat: Hat, kind: str, label: Label) -> Answer:
        return self._ask(hat, "view", _record(kind, label))

    @lru_cache(maxsize=65536)  # noqa: B019
    def take(
        self, hat: Hat, kind: str, label: Label, action: str, roles: tuple[str, ...]
    ) -> Answer:
        return self._ask(
            hat, "take", _record(kind, label), {"action": action, "roles": list(roles)}
        )

    @lru_cache(maxsize=1024)  # noqa: B019
    def manage_accounts(self, hat: Hat) -> Answer:
        return self._ask(hat, "manage_accounts", _entity("Node", {}))

    def _ask(
        self,
        hat: Hat,
        action: str,
        resource: dict[str, Any],
        context: Mapping[str, Any] | None = None,
    ) -> Answer:
        member = _entity(
            "Member",
            {"nation": hat.nation, "role": hat.role, "organisation": hat.organisation or ""},
        )
        result = cedarpy.is_authorized(
            {
                "principal": member["uid"],
                "action": {"type": "Action", "id": action},
                "resource": resource["uid"],
                "context": dict(context or {}),
            },
            self._policies,
            json.dumps([member, resource]),
            self._schema,
        )
        found = result.diagnostics
        if found.errors:
            raise InvalidError(
                "; ".join(map(str, found.errors)), where=str(self.folder), fix=_CORRECT
            )
        return Answer(result.allowed, tuple(found.id_annotations_by_reason.values()))


def _record(kind: str, label: Label) -> dict[str, Any]:
    return _entity(
        "Record",
        {
            "kind": kind,
            "classification": label.classification,
            "releasable": list(label.released),
            "organisations": list(label.permissive.get(ORGANISATION, ())),
        },
    )


def _entity(type_: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {"uid": {"type": type_, "id": "it"}, "attrs": attributes, "parents": []}
