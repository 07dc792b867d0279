"""Whether a file that somebody sends is a workbook that is safe to open, before anything opens it.

A workbook is a ZIP archive of XML files (ECMA-376). Refused are archives that would unpack to much
more than they are, XML with a document type (entities, ECMA-376 Part 2 forbids them), and macros.
"""

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from sepakat.record.errors import InvalidError

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_UNPACKED: Final = 60 * 1024 * 1024
MAX_MEMBERS: Final = 500
MAX_RATIO: Final = 200  # of one member that is not small; tables of numbers reach 30
SMALL: Final = 256 * 1024
MAX_CELLS: Final = 350_000  # elements of each name that cells have: 5,000 rows of 64 cells
MAX_OTHERS: Final = 50_000  # elements of all other names together: formats, names, drawings
_OF_CELLS: Final = frozenset({"row", "c", "v", "f", "t", "is", "si", "phoneticPr"})
_READ: Final = 64 * 1024
_CONTENT_TYPES: Final = "[Content_Types].xml"
_COMPOUND_FILE: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # encrypted, or of before 2007


def check_workbook(content: bytes, filename: str) -> None:
    """InvalidError, in words for whoever sent it, unless the file is safe to open."""
    if not filename.lower().endswith(".xlsx"):
        raise _refused(_("only workbooks whose name ends in .xlsx are taken"))
    if len(content) > MAX_BYTES:
        raise _refused(_("the workbook is larger than {} MB").format(MAX_BYTES // 2**20))
    if content.startswith(_COMPOUND_FILE):
        raise _refused(_("the workbook is locked by a password, or of an old format"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive.infolist())
            _check_contents(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise _refused(_("this is no workbook, or a damaged one")) from error


def _refused(what: str) -> InvalidError:
    return InvalidError(what, fix=_("Fill in the template anew, and save it as .xlsx"))


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """By what the archive says of itself; reading a member never gives more than that."""
    names = [member.filename.lower() for member in members]
    if len(members) > MAX_MEMBERS or len(set(names)) != len(names):
        raise _refused(_("the workbook has too many parts"))
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise _refused(_("the workbook unpacks to too much"))
    for member in members:
        if member.flag_bits & 0x1:
            raise _refused(_("the workbook is locked by a password, or of an old format"))
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refused(_("this is no workbook, or a damaged one"))
        if member.file_size > max(SMALL, MAX_RATIO * member.compress_size):
            raise _refused(_("the workbook unpacks to too much"))
        if member.filename.lower().endswith(("vbaproject.bin", "vbaprojectsignature.bin")):
            raise _refused(_("the workbook has macros"))


def _check_contents(archive: zipfile.ZipFile) -> None:
    if _CONTENT_TYPES not in archive.namelist():
        raise _refused(_("this is no workbook, or a damaged one"))
    if b"macroenabled" in archive.read(_CONTENT_TYPES).lower():
        raise _refused(_("the workbook has macros"))
    counts: Counter[str] = Counter()
    for member in archive.infolist():
        try:
            _check_xml(_parts(archive, member), counts)
        except expat.ExpatError as error:
            # Which parts are XML, the workbook says; what is none holds no more than was counted.
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                raise _refused(_("this is no workbook, or a damaged one")) from error


def _parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as file:
        while part := file.read(_READ):
            yield part


def _check_xml(parts: Iterator[bytes], counts: Counter[str]) -> None:
    """Well-formed, of no more elements than a workbook needs, and without a document type: what has
    none can define no entity. ExpatError where it is no XML."""
    parser = expat.ParserCreate()

    def count(name: str, _attributes: object) -> None:
        name = name.rpartition(":")[2]
        name = name if name in _OF_CELLS else ""
        counts[name] += 1
        if counts[name] > (MAX_CELLS if name else MAX_OTHERS):
            raise _refused(_("the workbook holds too many cells, texts or formats"))

    def refuse(*_declared: object) -> None:
        raise _refused(_("the workbook defines entities, which none needs"))

    parser.StartElementHandler = count
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    for part in parts:
        parser.Parse(part, False)
    parser.Parse(b"", True)
