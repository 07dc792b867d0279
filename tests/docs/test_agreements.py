"""The text in docs/agreements.md is one that a node takes, and its table names every rule."""

import re
from pathlib import Path
from typing import get_args

from sepakat.policy.agreement.checking import check
from sepakat.policy.agreement.rules import AnyRule

PAGE = (Path(__file__).parents[2] / "docs/agreements.md").read_text(encoding="utf-8")


def test_the_documented_text_has_findings() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert check(text) == []


def test_a_rule_is_missing_from_the_page() -> None:
    union = get_args(AnyRule)[0]
    types = [get_args(rule.model_fields["type"].annotation)[0] for rule in get_args(union)]
    assert sorted(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == sorted(types)
