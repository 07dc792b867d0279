"""Canonical JSON: the profile of RFC 8785 in which orjson and the standard agree byte for byte.

No floats, integers below 2^53, strings of valid Unicode, object keys of ASCII and sorted. What is
outside the profile is refused when it is written. What was signed is judged by its bytes.
"""

from hashlib import sha256
from typing import Any

import orjson

from sepakat.record.errors import InvalidError

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32


def encode(value: Any) -> bytes:
    """The canonical bytes of a JSON value; `InvalidError` names the place that does not fit."""
    check(value)
    return write(value)


def write(value: Any) -> bytes:
    """The canonical bytes of a value that is known to fit: it was checked, or read, before."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, UnicodeEncodeError) as error:
        raise InvalidError(
            f"cannot be written as canonical JSON ({error})",
            fix="Give strings of valid Unicode, without lone surrogates",
        ) from error


def check(value: Any, where: str = "", depth: int = 1) -> None:
    """Refuse what is outside the profile; `InvalidError` names its place below `where`.

    `depth` is the level of the document that the value stands at.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is dict:
        _check_depth(where, depth)
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise InvalidError(
                    f"the key {key!r} is not an ASCII string",
                    where=where or "/",
                    fix="Name it in ASCII",
                )
            if type(item) is not str:  # most are strings, and need no place in an error
                check(item, f"{where}/{key}", depth + 1)
    elif kind is list or kind is tuple:
        _check_depth(where, depth)
        for place, item in enumerate(value):
            check(item, f"{where}/{place}", depth + 1)
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise InvalidError(
                "an integer beyond 2^53", where=where or "/", fix="Write it as a decimal string"
            )
    else:
        raise InvalidError(
            f"{kind.__name__} has no place in canonical JSON",
            where=where or "/",
            fix="Write decimals as strings",
        )


def decode(data: bytes) -> Any:
    """The value of canonical bytes; other bytes, even of the same value, are an `InvalidError`."""
    value = read(data)
    check(value)
    return value


def read(data: bytes) -> Any:
    """The value of bytes in canonical form; that it fits the profile is for the caller to see."""
    try:
        value = orjson.loads(data)
        canonical = orjson.dumps(value, option=_CANONICAL)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        raise InvalidError(
            f"not canonical JSON ({error})", fix="Take the file as it was written, whole"
        ) from error
    if canonical != data:
        raise InvalidError(
            "JSON, but not in canonical form",
            fix="Sort the keys, write no spaces and repeat no key (RFC 8785)",
        )
    return value


_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def digest(data: bytes) -> str:
    """SHA-256 in lowercase hexadecimal: how statements, files and keys are named."""
    return sha256(data).hexdigest()


def _check_depth(path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidError(
            f"nested deeper than {MAX_DEPTH} levels", where=path or "/", fix="Nest it less"
        )
