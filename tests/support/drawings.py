"""Drawings read back: what was drawn where, in plain axes."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date

from sepakat.desk.charts import Axis, Figure

DAYS = Axis("Finish", date.isoformat, lambda day, step: f"{step} {day.isoformat()}")
AMOUNTS = Axis("Cost", lambda value: f"{value:f}" if hasattr(value, "as_tuple") else str(value))


def share(value: float) -> str:
    return f"{100 * value:.0f} %"


def parsed(figure: Figure) -> ET.Element:
    """The drawing as XML; parsing fails where a name has broken it."""
    return ET.fromstring(str(figure.svg))


def of_class(figure: Figure, class_: str, tag: str = "*") -> Iterator[ET.Element]:
    for element in parsed(figure).iter():
        if class_ in (element.get("class") or "").split() and tag in ("*", element.tag):
            yield element


def number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "nan"))


def numbers(path: str | None) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", path or "")]


def words(figure: Figure) -> list[str]:
    return [element.text or "" for element in parsed(figure).iter("text")]
