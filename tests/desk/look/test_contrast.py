"""Colours: what stands on what can be read, in light and dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

import sepakat.desk
from sepakat.desk.charts.heat import LEVELS

CSS = (Path(sepakat.desk.__file__).parent / "static/desk/desk.css").read_text(encoding="utf-8")
TEXT_ON = [
    ("text", "surface"),
    ("text", "surface-raised"),
    ("text", "surface-sunken"),
    ("text-muted", "surface"),
    ("text-muted", "surface-raised"),
    ("accent", "surface"),
    ("accent", "surface-raised"),
    ("accent-hover", "surface-sunken"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("bad", "surface"),
    ("good", "good-surface"),
    ("warn", "warn-surface"),
    ("bad", "bad-surface"),
    ("quiet", "quiet-surface"),
    *(("text", f"heat-{level}") for level in range(LEVELS)),
]
PARTS_ON = [
    ("focus", "surface"),
    ("line-strong", "surface"),
    ("chart-1", "surface"),
    ("chart-2", "surface"),
    ("chart-3", "surface"),
    ("chart-4", "surface"),
    # A plan's rows are shaded in turn.
    ("chart-1", "surface-raised"),
    ("chart-2", "surface-raised"),
    ("chart-4", "surface-raised"),
    ("focus", "surface-raised"),
]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))


LIGHT = tokens(CSS[: CSS.index("@media")])
DARK = LIGHT | tokens(CSS[CSS.index("prefers-color-scheme: dark") : CSS.index("/* Elements */")])


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_ON)
def test_text_can_be_read(theme: dict[str, str], front: str, back: str) -> None:
    assert contrast(theme[front], theme[back]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PARTS_ON)
def test_parts_can_be_told_apart(theme: dict[str, str], front: str, back: str) -> None:
    assert contrast(theme[front], theme[back]) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_higher_level_is_told_by_a_stronger_shade(theme: dict[str, str]) -> None:
    """So that it is in grey as well; its words tell it besides."""
    shades = [contrast(theme[f"heat-{level}"], theme["surface"]) for level in range(LEVELS)]
    assert shades == sorted(shades)


def test_no_colour_is_named_outside_the_tokens() -> None:
    rest = CSS[CSS.index("/* Elements */") :]
    screen = rest[: rest.index("@media print")]
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", screen)) <= {"#ffffff"}, "only behind a QR code"
