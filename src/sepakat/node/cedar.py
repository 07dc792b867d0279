"""Cedar policies: which role may see and say what, after the label check has let a record through.

A node's own are in the folder `policies` of its home, if there is one, else those shipped here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import cedarpy

from sepakat.record.errors import InvalidError
from sepakat.record.label import ORGANISATION, Label
from sepakat.vocabulary import REGISTRY

SHIPPED = Path(__file__).parent / "policies"
SCHEMA = "schema.cedarschema"
PUBLIC_ROLE = "public"
_CORRECT = "Correct the policies, or remove the folder to go back to those shipped"
# Answers: those to a dozen hats about every label that a node keeps. With fewer, whoever asks about
# all of them would find none that is kept.
_KEPT = 262_144


@dataclass(frozen=True)
class Hat:
    """A role that a person acts in, for an organisation or, without one, for the nation."""

    nation: str
    role: str
    organisation: str | None = None


class _Marking(NamedTuple):
    """What policies may read of a label: of labels that differ in nothing else they are asked
    once."""

    classification: str
    releasable: tuple[str, ...]
    organisations: tuple[str, ...]

    @classmethod
    def of(cls, label: Label) -> "_Marking":
        return cls(label.classification, label.released, label.permissive.get(ORGANISATION, ()))


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
        # As Cedar's JSON form writes it. Without it one answer does for all kinds.
        self._reads_kind = '"attr":"kind"' in cedarpy.policies_to_json_str(text)
        self._sets: dict[frozenset[str], frozenset[str]] = {}

    @cached_property
    def _schema(self) -> cedarpy.Schema:
        return cedarpy.Schema.from_str(self._schema_text)

    def view(self, hat: Hat, label: Label) -> frozenset[str]:
        """The kinds of which a hat sees the records under a label."""
        return self._view(hat, _Marking.of(label))

    @lru_cache(maxsize=_KEPT)  # noqa: B019 - one object for the life of a process
    def _view(self, hat: Hat, marking: _Marking) -> frozenset[str]:
        if self._reads_kind:
            kinds = [k for k in REGISTRY.kinds if self._ask(hat, "view", _record(k, marking))]
        else:
            kinds = [*REGISTRY.kinds] if self._ask(hat, "view", _record("", marking)) else []
        found = frozenset(kinds)
        return self._sets.setdefault(found, found)  # few sets serve many labels

    def take(self, hat: Hat, kind: str, label: Label, action: str, roles: tuple[str, ...]) -> bool:
        return self._take(hat, kind, _Marking.of(label), action, roles)

    @lru_cache(maxsize=_KEPT)  # noqa: B019
    def _take(
        self, hat: Hat, kind: str, marking: _Marking, action: str, roles: tuple[str, ...]
    ) -> bool:
        context = {"action": action, "roles": list(roles)}
        return self._ask(hat, "take", _record(kind, marking), context)

    @lru_cache(maxsize=1024)  # noqa: B019
    def manage_accounts(self, hat: Hat) -> bool:
        return self._ask(hat, "manage_accounts", _entity("Node", {}))

    def _ask(
        self,
        hat: Hat,
        action: str,
        resource: dict[str, Any],
        context: Mapping[str, Any] | None = None,
    ) -> bool:
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
        if errors := result.diagnostics.errors:
            raise InvalidError("; ".join(map(str, errors)), where=str(self.folder), fix=_CORRECT)
        return bool(result.allowed)


def _record(kind: str, marking: _Marking) -> dict[str, Any]:
    return _entity("Record", {"kind": kind, **marking._asdict()})


def _entity(type_: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {"uid": {"type": type_, "id": "it"}, "attrs": attributes, "parents": []}
