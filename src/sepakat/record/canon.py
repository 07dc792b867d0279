"""Canonical JSON: the profile of RFC 8785 in which orjson and the standard agree byte for byte.

No floats, integers below 2^53, strings of valid Unicode, object keys of ASCII and sorted. What is
outside the profile is refused when it is written. What was signed is judged by its bytes.
"""

import hashlib
from typing import Any

import orjson

from sepakat.record.errors import InvalidError

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32

# With its digits and signs taken out, what is left of a float follows "," "[" or ":" at once.
_MARKS = bytes.maketrans(b",[eE", b"::..")


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


def check(value: Any, where: str = "") -> None:
    """Refuse what is outside the profile; `InvalidError` names its place below `where`."""
    _check(value, where, 1)


def decode(data: bytes) -> Any:
    """The value of canonical bytes; other bytes, even of the same value, are an `InvalidError`."""
    try:
        value = orjson.loads(data)
        if not _plainly_fits(data):
            _check(value, "", 1)
        canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        raise InvalidError(f"not canonical JSON ({error})") from error
    if canonical != data:
        raise InvalidError(
            "JSON, but not in canonical form",
            fix="Sort the keys, write no spaces and repeat no key (RFC 8785)",
        )
    return value


def digest(data: bytes) -> str:
    """SHA-256 in lowercase hexadecimal: how statements, files and keys are named."""
    return hashlib.sha256(data).hexdigest()


def _plainly_fits(data: bytes) -> bool:
    """Whether the bytes alone show ASCII keys, few levels and no float; most documents' do."""
    return (
        data.isascii()
        and data.count(b"{") + data.count(b"[") <= MAX_DEPTH
        and data.startswith((b"{", b"["))
        and b":." not in data.translate(_MARKS, b"-0123456789")
    )


def _check(value: Any, path: str, depth: int) -> None:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is dict:
        _check_depth(path, depth)
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise InvalidError(f"the key {key!r} is not an ASCII string", where=path or "/")
            _check(item, f"{path}/{key}", depth + 1)
    elif kind is list or kind is tuple:
        _check_depth(path, depth)
        for place, item in enumerate(value):
            _check(item, f"{path}/{place}", depth + 1)
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise InvalidError(
                "an integer beyond 2^53", where=path or "/", fix="Write it as a decimal string"
            )
    else:
        raise InvalidError(
            f"{kind.__name__} has no place in canonical JSON",
            where=path or "/",
            fix="Write decimals as strings",
        )


def _check_depth(path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidError(f"nested deeper than {MAX_DEPTH} levels", where=path)
