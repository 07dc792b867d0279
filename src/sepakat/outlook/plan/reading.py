"""Reading a plan from a file, whichever of the known formats it has."""

from sepakat.outlook.plan.model import Plan
from sepakat.outlook.plan.primavera import read_xer
from sepakat.outlook.plan.project import read_mspdi


def read(content: bytes, *, project: str = "", encoding: str = "cp1252") -> Plan:
    """A plan from Primavera XER, or else from Microsoft Project XML. `project` and `encoding`
    are for XER alone: a file may hold several projects, and does not name its encoding."""
    if content.removeprefix(b"\xef\xbb\xbf").startswith(b"ERMHDR"):
        return read_xer(content, project=project, encoding=encoding)
    return read_mspdi(content)
