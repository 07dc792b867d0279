"""Untrusted XML as elements that know their line: no entities, no document types, bounded."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from sepakat.record.errors import InvalidError

MAX_FILE = 128 << 20
MAX_ELEMENTS = 8_000_000
MAX_DEPTH = 40
MAX_TEXT = 1 << 20


@dataclass(slots=True)
class Element:
    """A name without its prefix, and the text or the elements in it. Attributes are not kept."""

    name: str
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "Element | None":
        return next(self.all(name), None)

    def get(self, name: str) -> str | None:
        """The text of its first element of this name; None where there is none, or it is empty."""
        found = self.first(name)
        return None if found is None else found.text.strip() or None

    def error(self, name: str, reason: str) -> InvalidError:
        found = self.first(name)
        said = "missing" if found is None else f"{found.text.strip()[:60]!r}"
        return InvalidError(
            f"{name} is {said}: {reason}",
            where=f"line {self.line if found is None else found.line}, {self.name}",
            fix="Save the file from its program once more, or correct the element",
        )


def parse(content: bytes, *, without: frozenset[str] = frozenset()) -> Element:
    """The document's root. Elements named in `without` are passed over with all that is in them.

    Raises InvalidError, with the line, for what is no XML or was made to harm.
    """
    if len(content) > MAX_FILE:
        raise InvalidError(
            f"the file has {len(content) >> 20} MiB", fix=f"At most {MAX_FILE >> 20} MiB are read"
        )
    handler = _Handler(without)
    parser = create_parser(forbid_dtd=True)
    parser.setContentHandler(handler)
    try:
        parser.parse(io.BytesIO(content))
    except DefusedXmlException as error:
        raise InvalidError(
            "the file declares a document type or entities",
            where=handler.where(),
            fix="Give a file that was saved by a planning program",
        ) from error
    except (SAXParseException, LookupError, ValueError) as error:
        message = error.getMessage() if isinstance(error, SAXParseException) else str(error)
        raise InvalidError(
            f"the file is no XML: {message}",
            where=handler.where(),
            fix="Give a plan as Primavera's XER or Microsoft Project's XML",
        ) from error
    return handler.root.children[0]


class _Handler(ContentHandler):
    def __init__(self, without: frozenset[str]) -> None:
        super().__init__()
        self.root = Element("", 0)
        self._without = without
        self._stack = [self.root]
        self._skipped = 0  # how deep within what is passed over
        self._count = 0
        self._parts: list[str] = []  # of the innermost element's text
        self._length = 0
        self._locator: Locator | None = None

    def where(self) -> str:
        line = self._line()
        return f"line {line}" if line else ""

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - SAX's name
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._stack) + self._skipped > MAX_DEPTH:
            raise InvalidError(
                "the file has too many elements, or nests them too deeply",
                where=self.where(),
                fix="Save the plan without what it does not need",
            )
        name = name.rpartition(":")[2]
        if self._skipped or name in self._without:
            self._skipped += 1
            return
        element = Element(name, self._line())
        self._stack[-1].children.append(element)
        self._stack.append(element)
        self._clear()

    def endElement(self, name: str) -> None:  # noqa: N802
        if self._skipped:
            self._skipped -= 1
            return
        element = self._stack.pop()
        if not element.children:
            element.text = "".join(self._parts)
        self._clear()

    def characters(self, content: str) -> None:
        if self._skipped:
            return
        self._length += len(content)
        if self._length > MAX_TEXT:
            raise InvalidError(
                "a text is too long",
                where=self.where(),
                fix="Shorten it in the planning program, and save the file once more",
            )
        self._parts.append(content)

    def _clear(self) -> None:
        self._parts.clear()
        self._length = 0

    def _line(self) -> int:
        return (self._locator.getLineNumber() or 0) if self._locator else 0
