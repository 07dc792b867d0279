"""A label as people and programs give it."""

from pydantic import BaseModel, ConfigDict

from sepakat.record import label
from sepakat.record.label import Classification, Label


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
