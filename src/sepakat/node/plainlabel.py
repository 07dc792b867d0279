"""A label as people and programs give it."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from sepakat.record import label
from sepakat.record.errors import InvalidError
from sepakat.record.label import Classification, Label


def parse_caveats(texts: Iterable[str], where: str) -> dict[str, tuple[str, ...]]:
    """Values by restrictive category, from texts such as code=blue."""
    found: dict[str, set[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise InvalidError(
                "not NAME=VALUE", where=f"{where} {text}", fix="Write both, with = between them"
            )
        found.setdefault(name, set()).add(value)
    return {name: tuple(sorted(values)) for name, values in sorted(found.items())}


def caveat_texts(caveats: Mapping[str, Iterable[str]]) -> list[str]:
    """The texts that `parse_caveats` reads."""
    return [f"{name}={value}" for name, values in caveats.items() for value in values]


class PlainLabel(BaseModel):
    """A label in plain values. Naming an organisation lets its nation see the record as well."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classification: Classification
    releasable_to: tuple[str, ...]
    organisations: tuple[str, ...] = ()
    caveats: dict[str, tuple[str, ...]] = {}

    def make(self) -> Label:
        nations = {name.partition("-")[0] for name in self.organisations}
        return label.make(
            self.classification,
            self.releasable_to,
            organisations=nations | set(self.organisations),
            caveats=self.caveats,
        )
