"""The agreement's text that the case is computed by. Every parameter in it is illustrative."""

from typing import Any

EDITION = "MYS-edition-1"

TEXT = """\
# The G2G agreement between Malaysia and the Republic of Korea, as the nodes compute with it.
# Its rules, rates and amounts are illustrative.

[agreement]
id = "MYS-agreement-g2g"
title = "G2G defence procurement agreement between Malaysia and the Republic of Korea"
edition = 1
parties = ["KOR", "MYS"]
currency = "MYR"
exclusivity = "exclusive"
precedents = ["The arrangement between Malaysia and Türkiye"]
in_force = {in_force}
illustrative = true

[[gate]]
id = "MYS-gate-cabinet"
name = "Cabinet approval of the G2G agreement"
approver = "MYS"
due = {cabinet}

[[contract]]
id = "main"
party = "KOR"
value = "240000000"
signed = {signed}
ends = {ends}

[[obligation]]
id = "MYS-tt-maintenance"
category = "technology_transfer"
obligor = "KOR"
contract = "main"
value = "40000000"
due = {transfer}

[[obligation]]
id = "MYS-cp-housings"
category = "co_production"
obligor = "KOR"
contract = "main"
value = "66000000"
due = {production}

[[obligation]]
id = "KOR-sd-suppliers"
category = "supplier_development"
obligor = "KOR"
value = "12000000"
due = {suppliers}

[[rate]]
currency = "KRW"
from = {signed}
rate = "0.0033"

[[rule]]
id = "training"
type = "multiplier"
clause = "Annex C, 2"
when = 'activity == "training"'
factor = "3"

[[rule]]
id = "direct-production"
type = "multiplier"
clause = "Annex C, 3"
when = 'activity == "production" && mode == "direct"'
factor = "1"
bonus = "1.2"

[[rule]]
id = "training-cap"
type = "cap"
clause = "Annex C, 5"
obligation = "MYS-tt-maintenance"
when = 'activity == "training"'
share = "0.60"

[[rule]]
id = "files"
type = "evidence"
clause = "Annex D, 1"
files = 1

[[rule]]
id = "verifiers"
type = "verification"
clause = "Annex D, 2"
steps = [{{ nation = "MYS", role = "inspector" }}, {{ nation = "MYS", role = "approver" }}]

[[rule]]
id = "surplus"
type = "banking"
clause = "Annex E, 1"
obligation = "MYS-tt-maintenance"
valid = 36
share = "0.25"
into = ["KOR-sd-suppliers"]

[[rule]]
id = "lateness"
type = "penalty"
clause = "Annex F, 1"
share = "0.05"
cap = "0.10"
cap_of = "contract"
cure = {{ after = 12, share = "0.10" }}

[[rule]]
id = "bond"
type = "security"
clause = "Annex F, 3"
obligation = "MYS-cp-housings"
share = "0.05"

[[rule]]
id = "reports"
type = "reporting"
clause = "Annex G, 1"
every = 6
within = 30
"""


def text(day: Any, october: str) -> str:
    """The text as of the day on which the case is played."""
    return TEXT.format(
        in_force=day(-400),
        cabinet=october,
        signed=day(-390),
        ends=day(1200),
        transfer=day(300),
        production=day(-10),
        suppliers=day(420),
    )
