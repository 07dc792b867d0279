"""The messages of the interface, and their catalogues; `make messages` brings them up to date.

Messages come from the templates, from the code, and from what the kinds declare. Whatever third
parties say to people and lack in one of our languages is translated here too.
"""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import allauth
from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from django.utils.translation.template import templatize

from sepakat.desk import words
from sepakat.desk.kinds.shapes import fields_of
from sepakat.node.accounts.models import ROLES
from sepakat.outlook.learning.reference import PUBLIC_CLASSES
from sepakat.outlook.quality import CHECKS
from sepakat.record.kind import Kind
from sepakat.record.label import CLASSIFICATIONS
from sepakat.vocabulary import REGISTRY

PACKAGE = Path(__file__).parents[1]
LOCALE = PACKAGE / "desk" / "locale"
LANGUAGES = ("ms", "ko")
PLURALS = "nplurals=1; plural=0;"  # neither language tells one from many
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

# (context, identifier, plural)
Key = tuple[str | None, str, str | None]


def messages(language: str) -> dict[Key, set[str]]:
    """Every message that is ours to translate into a language, with the files it comes from."""
    found: dict[Key, set[str]] = {}
    for key, place in (*_templates(), *_code(), *_declared(), *_third_parties(language)):
        found.setdefault(key, set()).add(place)
    return found


def _templates() -> Iterator[tuple[Key, str]]:
    for path in sorted((PACKAGE / "desk" / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            source = templatize(path.read_text(encoding="utf-8"))
            # What is left of the markup is no program: at least nothing of it is indented.
            source = "\n".join(map(str.strip, source.splitlines()))
            yield from _extracted(source, path.relative_to(PACKAGE).as_posix())


def _code() -> Iterator[tuple[Key, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "gettext" in source:
            yield from _extracted(source, path.relative_to(PACKAGE).as_posix())


def _third_parties(language: str) -> Iterator[tuple[Key, str]]:
    """What allauth's code says and has not translated itself; its templates are ours."""
    root = Path(allauth.__file__).parent
    own = root / "locale" / language / "LC_MESSAGES" / "django.po"
    known = _read(own.read_bytes() if own.exists() else b"", language)
    for part in ("account", "mfa", "socialaccount", "usersessions", "core"):
        for path in sorted((root / part).rglob("*.py")):
            if "tests" in path.parts:
                continue
            for (context, id_, plural), place in _extracted(path.read_text("utf-8"), "allauth"):
                message = known.get(id_, context)
                if message is None or message.fuzzy or not all(_strings(message)):
                    yield (context, id_, plural), place


def _extracted(source: str, place: str) -> Iterator[tuple[Key, str]]:
    file = io.BytesIO(source.encode())
    for _line, function_messages, _comments, context in extract(
        "python", file, KEYWORDS, options={"encoding": "utf-8"}
    ):
        ids = function_messages if isinstance(function_messages, tuple) else (function_messages,)
        if ids[0]:
            yield (context, ids[0], ids[1] if len(ids) > 1 else None), place


def _declared() -> Iterator[tuple[Key, str]]:
    for role in (*ROLES, "public"):
        yield ("role", words.plain(role), None), "roles"
    for step in words.STEPS:
        yield ("step", words.plain(step), None), "ledgers"
    for name in CLASSIFICATIONS:
        yield ("classification", name, None), "labels"
    for status in ("standing", "rejected", "pending"):
        yield ("state", words.plain(status), None), "record"
    for code in words.FORMAL.values():
        yield ("nation", code, None), "nations"
    for check in CHECKS:
        yield ("check", check.title, None), "schedules"
        yield ("check help", check.why, None), "schedules"
    for each in PUBLIC_CLASSES:
        yield ("reference class", each.name, None), "reference classes"
    for kind in REGISTRY.kinds.values():
        for key in _of_kind(kind):
            yield key, f"kind {kind.kind}"


def _of_kind(kind: type[Kind]) -> Iterator[Key]:
    name = words.plain(kind.kind)
    yield "kind", name, None
    yield "kinds", words.plural(name), None
    yield "kind help", words.described(kind), None
    for state in kind.lifecycle.states:
        yield "state", words.plain(state), None
    for action in kind.lifecycle.actions:
        yield "action", words.plain(action), None
    for field, info in kind.model_fields.items():
        yield "field", info.title or words.plain(field), None
        if info.description:
            yield "help", info.description, None
        for value in _choices(info.annotation):
            yield "value", words.plain(value), None
        shape = fields_of(kind)[field]
        for column in shape.columns:
            yield "field", column.title or words.plain(column.name), None
            if column.help:
                yield "help", column.help, None
        for value in (v for each in (shape, *shape.columns) for v in each.choices):
            yield "value", words.plain(value), None


def _choices(annotation: Any) -> Iterable[str]:
    return map(str, get_args(annotation)) if get_origin(annotation) is Literal else ()


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is kept, with all messages of now and no others."""
    path = _path(language)
    kept = _read(path.read_bytes() if path.exists() else b"", language)
    made = _read(_header(language), language)
    for (context, id_, plural), places in sorted(messages(language).items(), key=_order):
        known = kept.get(id_, context)
        string = known.string if known and not known.fuzzy else ""
        if plural is not None:
            string = string if isinstance(string, tuple) else (string,)
        made.add(
            (id_, plural) if plural is not None else id_,
            string,
            locations=[(place, None) for place in sorted(places)[:3]],
            context=context,
        )
    return made


def _order(item: tuple[Key, set[str]]) -> tuple[str, str]:
    (context, id_, _plural), _places = item
    return (context or "", id_)


def po(language: str) -> bytes:
    """The catalogue as text: sorted, with no dates and no line numbers that would change."""
    file = io.BytesIO()
    pofile.write_po(file, catalogue(language), width=100, omit_header=True, include_lineno=False)
    return _header(language) + file.getvalue()


def _header(language: str) -> bytes:
    return (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS}\\n"\n\n'
    ).encode()


def _read(data: bytes, language: str) -> Catalog:
    return pofile.read_po(io.BytesIO(data), locale=language)


def mo(data: bytes, language: str) -> bytes:
    """The catalogue as programs read it."""
    file = io.BytesIO()
    catalogue = _read(data, language)
    catalogue.creation_date = catalogue.revision_date = EPOCH  # else every writing is another
    write_mo(file, catalogue)
    return file.getvalue()


def faults(language: str) -> list[str]:
    """What a catalogue lacks, or has wrong."""
    found = []
    for message in catalogue(language):
        if message.id:
            found += [f"{_name(message)}: {fault}" for fault in _faults(message)]
    return found


def _faults(message: Message) -> Iterator[str]:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = _strings(message)
    if not all(strings):
        yield "not translated"
        return
    for string in strings:
        if _marks(string) != _marks(ids[-1]):
            yield "other placeholders"
        if (string[:1].isspace(), string[-1:].isspace()) != (
            ids[0][:1].isspace(),
            ids[0][-1:].isspace(),
        ):
            yield "other spaces at an end"


def _strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def _marks(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text))


def _ends(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def _name(message: Message) -> str:
    id_ = message.id[0] if isinstance(message.id, tuple) else message.id
    return f"[{message.context}] {id_}" if message.context else str(id_)


def _path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def write(language: str) -> list[str]:
    """Bring a catalogue up to date, compile it, and give what it lacks."""
    path = _path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = po(language)
    path.write_bytes(data)
    path.with_suffix(".mo").write_bytes(mo(data, language))
    return faults(language)
