"""Each fault that an agreement's text may have is found, and named with its line."""

import pytest

from sepakat.industry.kinds import Claim, Verification
from sepakat.policy.agreement.checking import HELD, check
from sepakat.record.kind import COUNTERPARTY, OWNER
from support.agreements import SOUND


def test_a_sound_text_has_findings() -> None:
    assert check(SOUND) == []


OWN_RATE = """share = "0.30"
from = 2027-01-01
[[rate]]
currency = "MYR"
from = 2026-01-01
rate = "1\""""
AGAIN = """factor = "3"
[[rule]]
id = "again"
type = "multiplier"
when = 'activity == "training"'
factor = "4\""""
FLOOR = """factor = "3"
[[rule]]
id = "cap"
type = "cap"
obligation = "MYS-o-1"
when = "value > 0"
share = "0.1"
[[rule]]
id = "floor"
type = "floor"
obligation = "MYS-o-1"
when = "value > 0"
share = "0.2\""""

CASES = [
    (
        "unreachable",
        'approver = "MYS"\ndue = 2026-03-01',
        'approver = "MYS"\ndue = 2026-03-01\nafter = ["MYS-gate-scope"]',
        "wait for one another",
    ),
    (
        "unreachable",
        'after = ["MYS-gate-cabinet"]',
        'after = ["MYS-gate-none"]',
        "there is no gate MYS-gate-none",
    ),
    (
        "dates",
        "due = 2026-06-01",
        "due = 2026-02-01",
        "due before MYS-gate-cabinet, which comes first",
    ),
    ("dates", "due = 2028-12-31", "due = 2026-05-01", "due before its gate"),
    ("dates", "due = 2028-12-31", "due = 2031-05-01", "after the agreement expires"),
    ("dates", "expires = 2030-12-31", "expires = 2025-12-31", "expires before it is in force"),
    ("dates", "ends = 2029-12-31", "ends = 2026-06-30", "ends before it is signed"),
    (
        "condition",
        "when = 'activity == \"training\"'",
        "when = 'colour == \"red\"'",
        "undeclared reference",
    ),
    ("name", 'contract = "main"', 'contract = "other"', "there is no contract other"),
    ("name", 'obligation = "MYS-o-1"', 'obligation = "MYS-o-2"', "there is no MYS-o-2"),
    ("name", 'id = "MYS-gate-scope"', 'id = "MYS-gate-cabinet"', "two of"),
    ("party", 'obligor = "KOR"', 'obligor = "TUR"', "TUR is no party"),
    (
        "unverifiable",
        'type = "verification"',
        'type = "verification"\nto = 2027-01-01',
        "no rule says who verifies",
    ),
    (
        "unverifiable",
        'steps = [{ nation = "MYS", role = "inspector" }, { nation = "MYS", role = "approver" }]',
        'steps = [{ nation = "KOR", role = "inspector" }]',
        "KOR alone verifies",
    ),
    (
        "order",
        'steps = [{ nation = "MYS", role = "inspector" }, { nation = "MYS", role = "approver" }]',
        'steps = [{ nation = "MYS", role = "approver" }, { nation = "MYS", role = "inspector" }]',
        "an order that no rule of the record holds",
    ),
    (
        "units",
        'share = "0.30"',
        OWN_RATE,
        "own currency",
    ),
    ("units", "due = 2028-12-31", 'due = 2028-12-31\nvalue = "1.005"', "more than 2 decimals"),
    ("contradiction", "due = 2028-12-31", 'due = 2028-12-31\nvalue = "5"', "300000.00 by share"),
    (
        "contradiction",
        'rate = "0.0033"',
        'rate = "0.0033"\n[[rate]]\ncurrency = "KRW"\nfrom = 2026-01-01\nrate = "0.1"',
        "two rates",
    ),
    (
        "overlap",
        'factor = "3"',
        AGAIN,
        "again and training hold at once",
    ),
    (
        "contradiction",
        'factor = "3"',
        FLOOR,
        "floor asks for more than cap",
    ),
]


@pytest.mark.parametrize(("code", "was", "is_", "said"), CASES)
def test_a_fault_in_a_text_is_overlooked(code: str, was: str, is_: str, said: str) -> None:
    broken = SOUND.replace(was, is_, 1)
    assert broken != SOUND
    found = [
        finding for finding in check(broken) if finding.code == code and said in finding.message
    ]
    assert found, check(broken)
    on = broken.splitlines()[found[0].line - 1]
    assert on in {*is_.splitlines(), "[[obligation]]", "[[rule]]", "[[rate]]"}


def test_rules_that_follow_each_other_are_taken_for_an_overlap() -> None:
    ends = SOUND.replace('factor = "3"', f"{AGAIN}\nfrom = 2028-01-01", 1)
    apart = ends.replace('factor = "3"', 'factor = "3"\nto = 2027-12-31', 1)
    assert check(apart) == []


def test_the_order_that_the_record_holds_claims_to_is_another() -> None:
    inspected, decided = Verification.lifecycle.actions, Claim.lifecycle.actions
    inspect, countersign = inspected["issue"], inspected["countersign"]
    verify = decided["verify"]
    # The claimant is the counterparty of a verification, and the owner of its claim.
    assert [
        (inspect.by == COUNTERPARTY, *inspect.roles),
        (countersign.by == COUNTERPARTY, *countersign.roles),
        (verify.by == OWNER, *verify.roles),
    ] == list(HELD)
