"""Fields given as FIELD=VALUE, read by the types that the kind declares for them."""

import json
import re
import types
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from sepakat.cli.items import named_once
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Money
from sepakat.record.kind import Kind

_PAIR = re.compile(r"([^=:]+)(:?=)(.*)", re.DOTALL)
_MONEY = re.compile(r"(\S+)\s+([A-Z]{3})")


def parse_fields(kind: type[Kind], pairs: Iterable[str]) -> dict[str, Any]:
    """The body that FIELD=VALUE and FIELD:=JSON give; lists are repeated, or parted by commas."""
    body: dict[str, Any] = {}
    for pair in pairs:
        match = _PAIR.fullmatch(pair)
        if match is None:
            raise InvalidError(
                "not of the form FIELD=VALUE", where=f"--set {pair}", fix="Write it as name=value"
            )
        name, sign, text = match.groups()
        check_known(kind, name)
        if sign == ":=":
            body[name] = _json(name, text)
        elif _item_type(kind, name) is not None:
            body[name] = [*body.get(name, ()), *_items(_item_type(kind, name), text)]
        elif name in body:
            raise InvalidError(
                "given twice, and not a list", where=f"--set {name}", fix="Give it once"
            )
        else:
            body[name] = _single(_plain(_annotation(kind, name)), text)
    return body


def check_known(kind: type[Kind], name: str) -> None:
    if name not in kind.model_fields:
        raise InvalidError(
            f"{kind.kind} has no field {name!r}",
            where=f"--set {name}",
            fix=f"It has {', '.join(kind.model_fields)}",
        )


def form(kind: type[Kind], name: str) -> str:
    """How a field's value is written, in a few words."""
    item, is_ref = _item_type(kind, name), name in kind.refs
    if item is not None:
        return f"list of {'identifiers' if is_ref else _form(_plain(item))}"
    return "identifier" if is_ref else _form(_plain(_annotation(kind, name)))


def _form(plain: Any) -> str:
    if plain is Money:
        return "12000000 MYR"
    if plain is int:
        return "number"
    if get_origin(plain) is Literal:
        return " | ".join(get_args(plain))
    return "text"


def _annotation(kind: type[Kind], name: str) -> Any:
    return kind.model_fields[name].rebuild_annotation()


def _plain(annotation: Any) -> Any:
    """The type without its constraints, and without None."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType):
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        else:
            return annotation


def _item_type(kind: type[Kind], name: str) -> Any:
    """The type of a list's items, with its constraints; none if the field is no list."""
    plain = _plain(_annotation(kind, name))
    return get_args(plain)[0] if get_origin(plain) is tuple else None


def _items(item: Any, text: str) -> list[Any]:
    """One item, or several where the text as a whole cannot be one, as identifiers cannot."""
    if not text:
        return []
    plain = _plain(item)
    try:
        TypeAdapter(item).validate_python(_single(plain, text))
    except ValidationError:
        return [_single(plain, part.strip()) for part in text.split(",")]
    return [_single(plain, text)]


def _single(plain: Any, text: str) -> Any:
    if plain is int and re.fullmatch(r"-?[0-9]{1,16}", text):
        return int(text)
    if plain is Money and (match := _MONEY.fullmatch(text)):
        return {"amount": match[1], "currency": match[2]}
    return text  # whatever it is now, the kind's own check names it


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=named_once)
    except InvalidError as error:
        raise error.at(where=f"--set {name}:=") from None
    except (ValueError, RecursionError) as error:
        raise InvalidError(
            f"not JSON ({error})", where=f"--set {name}:=", fix="Write text in quotes, or with ="
        ) from error
