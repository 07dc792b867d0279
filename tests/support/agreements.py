"""A sound text, and how to make it unsound."""

SOUND = """
[agreement]
id = "MYS-agreement-g2g"
title = "An agreement"
edition = 1
parties = ["KOR", "MYS"]
currency = "MYR"
in_force = 2026-01-01
expires = 2030-12-31

[[gate]]
id = "MYS-gate-cabinet"
name = "Cabinet approval"
approver = "MYS"
due = 2026-03-01

[[gate]]
id = "MYS-gate-scope"
name = "Scope"
approver = "KOR"
due = 2026-06-01
after = ["MYS-gate-cabinet"]

[[contract]]
id = "main"
party = "KOR"
value = "1000000"
signed = 2026-07-01
ends = 2029-12-31

[[obligation]]
id = "MYS-o-1"
category = "training"
obligor = "KOR"
due = 2028-12-31
contract = "main"
after = ["MYS-gate-scope"]

[[rate]]
currency = "KRW"
from = 2026-01-01
rate = "0.0033"

[[rule]]
id = "share"
type = "share"
obligation = "MYS-o-1"
share = "0.30"

[[rule]]
id = "training"
type = "multiplier"
when = 'activity == "training"'
factor = "3"

[[rule]]
id = "verifiers"
type = "verification"
steps = [{ nation = "MYS", role = "inspector" }, { nation = "MYS", role = "approver" }]
"""


def line_of(text: str, part: str) -> int:
    """The line on which a part stands first."""
    return text[: text.index(part)].count("\n") + 1
