"""What the indicators found."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Group = Literal["OCID", "Buyer", "ProcuringEntity", "Tenderer"]


@dataclass(frozen=True, slots=True)
class Flag:
    """One indicator's finding about one contracting process or organisation.

    What `value` means is on the indicator's page. `ocid` names the process that raised the flag;
    none for what an organisation did across processes.
    """

    code: str
    group: Group
    id: str
    value: Fraction
    ocid: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """All flags, and the fences they were measured against, by code and name.

    Of the releases read, `cancelled`, `excluded` and `nameless` were left out: those of cancelled
    tenders, of a procurement method that the settings exclude, and without an `ocid`.
    """

    flags: tuple[Flag, ...]
    fences: Mapping[str, Mapping[str, Fraction]]
    read: int
    cancelled: int
    excluded: int
    nameless: int

    def as_json(self) -> dict[str, dict[str, dict[str, float]]]:
        """By group, identifier and code, as Cardinal writes them. Floats are for reading only."""
        found: dict[str, dict[str, dict[str, float]]] = {}
        for flag in self.flags:
            by_id = found.setdefault(flag.group, {})
            by_id.setdefault(flag.id, {})[flag.code] = float(flag.value)
        return found
