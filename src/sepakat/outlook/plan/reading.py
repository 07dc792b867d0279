"""Reading a plan from a file, whichever of the known formats it has."""

from sepakat.outlook.plan.model import Plan
from sepakat.outlook.plan.primavera import read_xer
from sepakat.outlook.plan.project import read_mspdi
from sepakat.record.errors import InvalidError

CP1252 = "cp1252"  # in which Primavera writes outside of East Asia


def read(content: bytes, *, project: str = "", encoding: str = "") -> Plan:
    """A plan from Primavera XER, or else from Microsoft Project XML. `project` and `encoding`
    are for XER alone: a file may hold several projects, and does not name its encoding."""
    if content.removeprefix(b"\xef\xbb\xbf").startswith(b"ERMHDR"):
        return read_xer(content, project=project, encoding=encoding or CP1252)
    if project or encoding:
        raise InvalidError(
            "only of a file from Primavera are a project and an encoding named",
            where="--project, --encoding",
            fix="Leave them out: a file in XML has one project, and names its encoding",
        )
    return read_mspdi(content)
