"""The text of the PDF files that the desk makes."""

import re
import zlib
from base64 import a85decode

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.S)
_SHOWN = re.compile(rb"/(F\d+(?:\+\d+)?) [\d.]+ Tf|(\((?:\\.|[^\\()])*\)) Tj|(T\*)", re.S)


def read(pdf: bytes) -> list[str]:
    """The text of each page, by the fonts' own tables of what their glyphs mean."""
    objects = {int(n): body for n, body in _OBJECT.findall(pdf)}
    fonts = {
        name: _meanings(_stream(objects[_number(objects[int(font)], rb"/ToUnicode")]))
        for body in objects.values()
        for name, font in re.findall(rb"/(F\d+\+\d+) (\d+) 0 R", body)
        if b"/ToUnicode" in objects[int(font)]
    }
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b(?!s)", body)]
    return [_text(_stream(objects[_number(body, rb"/Contents")]), fonts) for body in pages]


def _number(body: bytes, name: bytes) -> int:
    found = re.search(name + rb" (\d+) 0 R", body)
    assert found
    return int(found[1])


def _stream(body: bytes) -> bytes:
    data = body[body.index(b"stream\n") + 7 : body.rindex(b"endstream")].strip()
    if b"ASCII85Decode" in body:
        data = a85decode(data.removesuffix(b"~>"))
    return zlib.decompress(data) if b"FlateDecode" in body else data


def _meanings(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"^<(\w\w)> <(\w{4,})>$", cmap, re.M)
    return {int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in pairs}


def _text(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    shown, font = "", b""
    for name, text, ends in _SHOWN.findall(content):
        if name:
            font = name
        elif ends:
            shown += " "
        else:
            raw = re.sub(rb"\\([0-7]{3}|.)", _unescaped, text[1:-1], flags=re.S)
            shown += "".join(fonts.get(font, {}).get(code, "\ufffd") for code in raw)
    return " ".join(shown.split())


def _unescaped(match: re.Match[bytes]) -> bytes:
    what = match[1]
    if len(what) == 3:
        return bytes([int(what, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(what, what)
