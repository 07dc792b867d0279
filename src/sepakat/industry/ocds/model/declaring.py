"""The words in which the release model is declared.

A definition is a name and fields; a field has JSON types, perhaps a format, a code list, and how
it is merged: `versioned` for an `id` that is no identity (OCDS `versionId`), `whole` for a list
that is replaced and not merged (`wholeListMerge`), `omitted` for what a merged release has not
(`omitWhenMerged`). https://standard.open-contracting.org/1.1/en/schema/merging/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class CodeList:
    """A code list. `codes` are its known codes; only those of a closed list are enforced."""

    name: str
    codes: tuple[str, ...] = ()
    is_open: bool = True


@dataclass(frozen=True)
class Field:
    types: tuple[str, ...]
    format: str = ""
    pattern: str = ""
    codes: CodeList | None = None
    of: "Field | Group | str | None" = None  # what an array's items are, or what an object is
    min_length: int = 0
    min_items: int = 0
    unique: bool = False
    required: bool = False
    versioned: bool = False
    whole: bool = False
    omitted: bool = False
    translated: bool = False  # `title` may also come as `title_ms`
    default: str | None = None

    @property
    def is_array(self) -> bool:
        return "array" in self.types


@dataclass(frozen=True)
class Group:
    """An object without a name of its own."""

    fields: Mapping[str, Field]


@dataclass(frozen=True)
class Definition:
    name: str
    fields: Mapping[str, Field] = field(default_factory=dict)

    def with_fields(self, fields: Mapping[str, Field]) -> "Definition":
        """This definition and further fields, as an extension adds them."""
        return replace(self, fields={**self.fields, **fields})


def _nullable(*types: str) -> tuple[str, ...]:
    return (*types, "null")


def text(*, translated: bool = False, min_length: int = 0) -> Field:
    return Field(_nullable("string"), translated=translated, min_length=min_length)


def must(of: Field) -> Field:
    """The field, required and never null."""
    return replace(of, types=tuple(t for t in of.types if t != "null"), required=True)


def moment() -> Field:
    return Field(_nullable("string"), format="date-time")


def address() -> Field:
    """A URI."""
    return Field(_nullable("string"), format="uri")


def code(codes: CodeList) -> Field:
    return Field(_nullable("string"), codes=codes)


def code_set(codes: CodeList) -> Field:
    return Field(_nullable("array"), of=Field(("string",)), codes=codes)


def number() -> Field:
    return Field(_nullable("number"))


def integer() -> Field:
    return Field(_nullable("integer"))


def boolean() -> Field:
    return Field(_nullable("boolean"))


def key() -> Field:
    """The identifier by which items of a list are merged."""
    return Field(("string", "integer"), min_length=1, required=True)


def loose_key() -> Field:
    return Field(_nullable("string", "integer"))


def one(definition: str) -> Field:
    return Field(("object",), of=definition)


def many(definition: "str | Group", *, unique: bool = True, whole: bool = False) -> Field:
    return Field(("array",), of=definition, unique=unique, whole=whole)


def addresses(*, unique: bool = False, min_items: int = 0) -> Field:
    """A list of URIs."""
    of = Field(("string",), format="uri")
    return Field(("array",), of=of, unique=unique, min_items=min_items)


def table(definitions: Sequence[Definition]) -> dict[str, Definition]:
    return {definition.name: definition for definition in definitions}
