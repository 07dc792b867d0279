"""What is wrong with an agreement's text, found before anyone signs it."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Literal

from sepakat.policy.agreement import rules
from sepakat.policy.agreement.conditions import compiled
from sepakat.policy.agreement.nominal import nominal
from sepakat.policy.agreement.rates import Rates
from sepakat.policy.agreement.reading import Lines, read
from sepakat.policy.agreement.rules import Rule
from sepakat.policy.agreement.text import AgreementText, Obligation
from sepakat.record.errors import InvalidError


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: an error must be put right before the text is signed, a warning be looked at."""

    line: int
    code: str
    severity: Literal["error", "warning"]
    message: str


Place = tuple[str | int, ...]
Fault = tuple[Place, str, Literal["error", "warning"], str]


def check(source: str | bytes, where: str = "") -> list[Finding]:
    """All findings, by line. `InvalidError` where the file cannot be read at all."""
    text = read(source, where)
    toml = source if isinstance(source, str) else source.decode("utf-8")
    lines = Lines(toml)
    faults = (fault for find in _CHECKS for fault in find(text))
    found = {
        Finding(lines.of(place), code, severity, message)
        for place, code, severity, message in faults
    }
    return sorted(found)


def errors(source: str | bytes) -> list[Finding]:
    return [finding for finding in check(source) if finding.severity == "error"]


def _conditions(text: AgreementText) -> Iterator[Fault]:
    for number, rule in enumerate(text.rule):
        for name in ("when", "given"):
            if expression := getattr(rule, name, None):
                try:
                    compiled(expression)
                except InvalidError as error:
                    yield ("rule", number, name), "condition", "error", f"{rule.id}: {error.what}"


def _twice(text: AgreementText) -> Iterator[Fault]:
    """Two things of one name."""
    for table in ("gate", "contract", "obligation", "rule"):
        seen: set[str] = set()
        for number, item in enumerate(getattr(text, table)):
            if item.id in seen:
                yield (table, number, "id"), "name", "error", f"there are two of {item.id}"
            seen.add(item.id)


def _unknown(text: AgreementText) -> Iterator[Fault]:
    """Names of what there is not."""
    gates = {gate.id for gate in text.gate}
    for number, item in enumerate(text.obligation):
        place: Place = ("obligation", number)
        if item.contract and item.contract not in text.contracts:
            yield (*place, "contract"), "name", "error", f"there is no contract {item.contract}"
        for name in sorted(set(item.after) - gates):
            yield (*place, "after"), "name", "error", f"there is no gate {name}"
        if item.obligor not in text.agreement.parties:
            yield (*place, "obligor"), "party", "error", f"{item.obligor} is no party"
    for number, rule in enumerate(text.rule):
        known: dict[str, Container[str]] = {
            "obligation": text.obligations,
            "into": text.obligations,
        }
        if isinstance(rule, rules.Exemption):
            known["contract"] = text.contracts
        for field, things in known.items():
            given = getattr(rule, field, None) or ()
            for name in [given] if isinstance(given, str) else given:
                if name not in things:
                    said = f"{rule.id}: there is no {name}"
                    yield ("rule", number, field), "name", "error", said


def _gates(text: AgreementText) -> Iterator[Fault]:
    """Gates that cannot be reached: they wait for what is not there, for themselves, or are due
    before what comes before them."""
    gates = {gate.id: gate for gate in text.gate}
    reached: set[str] = set()
    while more := {g.id for g in text.gate if g.id not in reached and set(g.after) <= reached}:
        reached |= more
    for number, gate in enumerate(text.gate):
        if gate.id not in reached:
            unknown = sorted(set(gate.after) - gates.keys())
            why = f"there is no gate {unknown[0]}" if unknown else "its gates wait for one another"
            yield (
                ("gate", number, "after"),
                "unreachable",
                "error",
                f"{gate.id} cannot be reached: {why}",
            )
        for name in gate.after:
            if name in gates and gates[name].due > gate.due:
                yield (
                    ("gate", number, "due"),
                    "dates",
                    "error",
                    f"{gate.id} is due before {name}, which comes first",
                )
        if gate.approver not in text.agreement.parties:
            yield ("gate", number, "approver"), "party", "error", f"{gate.approver} is no party"


def _dates(text: AgreementText) -> Iterator[Fault]:
    """Dates that cannot hold."""
    heading, gates = text.agreement, {gate.id: gate for gate in text.gate}
    if heading.expires and heading.expires <= heading.in_force:
        yield ("agreement", "expires"), "dates", "error", "it expires before it is in force"
    for number, item in enumerate(text.obligation):
        place: Place = ("obligation", number, "due")
        if item.due <= heading.in_force:
            yield place, "dates", "error", f"{item.id} is due before the agreement is in force"
        if heading.expires and item.due > heading.expires:
            yield place, "dates", "warning", f"{item.id} is due after the agreement expires"
        for name in item.after:
            if name in gates and gates[name].due >= item.due:
                yield place, "dates", "error", f"{item.id} is due before its gate {name}"


def _periods(text: AgreementText) -> Iterator[Fault]:
    """Contracts and rules that end before they begin."""
    for number, contract in enumerate(text.contract):
        if contract.ends <= contract.signed:
            yield (
                ("contract", number, "ends"),
                "dates",
                "error",
                f"{contract.id} ends before it is signed",
            )
    for number, rule in enumerate(text.rule):
        if rule.to and rule.to < text.agreement.in_force:
            yield (
                ("rule", number, "to"),
                "dates",
                "warning",
                f"{rule.id} ends before the agreement is in force",
            )


# What there can be one of at a time, and of what: two that hold at once are at odds.
_SINGLE: dict[type[Rule], tuple[str, ...]] = {
    rules.ShareOfContract: ("obligation",),
    rules.Deadline: ("obligation",),
    rules.Multiplier: ("when",),
    rules.Verification: ("obligation",),
    rules.Reporting: (),
    rules.Threshold: ("party", "competition"),
}


def _overlaps(text: AgreementText) -> Iterator[Fault]:
    """Two rules at once for what can have one only."""
    for (_, one), (number, two) in combinations(enumerate(text.rule), 2):
        fields = _SINGLE.get(type(two))
        if fields is None or type(one) is not type(two) or not _meet(one, two):
            continue
        if all(getattr(one, field) == getattr(two, field) for field in fields):
            said = f"{two.id} and {one.id} hold at once for the same"
            yield ("rule", number), "overlap", "error", said


def _contradictions(text: AgreementText) -> Iterator[Fault]:
    """Floors above the caps on the same."""
    for number, rule in enumerate(text.rule):
        if not isinstance(rule, rules.Floor):
            continue
        for cap in text.rules(rules.Cap):
            is_same = (cap.when, cap.obligation) == (rule.when, rule.obligation)
            if is_same and cap.share is not None and cap.share < rule.share and _meet(cap, rule):
                said = f"{rule.id} asks for more than {cap.id} lets count"
                yield ("rule", number, "share"), "contradiction", "error", said


def _meet(one: Rule, two: Rule) -> bool:
    """Whether there is a day on which both hold."""
    begins = max(one.from_ or date.min, two.from_ or date.min)
    return begins <= min(one.to or date.max, two.to or date.max)


def _verifiers(text: AgreementText) -> Iterator[Fault]:
    """Obligations that nobody can verify, or that their own obligor verifies."""
    given = text.rules(rules.Verification)
    for number, item in enumerate(text.obligation):
        own = [rule for rule in given if rule.obligation in (None, item.id)]
        if not any(_holds_at_end(rule, item) for rule in own):
            yield (
                ("obligation", number),
                "unverifiable",
                "error",
                f"no rule says who verifies {item.id} when it is due",
            )
        for rule in own:
            nations = {step.nation for step in rule.steps}
            if nations == {item.obligor}:
                yield (
                    ("obligation", number),
                    "unverifiable",
                    "error",
                    f"{item.obligor} alone verifies what it owes: {rule.id}",
                )
            elif not _is_held(rule, item):
                yield (
                    ("obligation", number),
                    "order",
                    "warning",
                    f"{rule.id} asks for an order that no rule of the record holds claims to: an "
                    f"inspector of the other nation, an officer of {item.obligor}, an approver",
                )
    for number, each in enumerate(text.rule):
        for step in each.steps if isinstance(each, rules.Verification) else ():
            if step.nation not in text.agreement.parties:
                yield ("rule", number, "steps"), "party", "error", f"{step.nation} is no party"


# Who inspects a claim, countersigns what was found, and decides: as the record's kinds have it.
HELD = ((False, "inspector"), (True, "officer"), (False, "approver"))


def _is_held(rule: rules.Verification, item: Obligation) -> bool:
    """Whether a claim that goes the record's way takes all of the rule's steps, in their order."""
    way = iter(HELD)
    return all((step.nation == item.obligor, step.role) in way for step in rule.steps)


def _holds_at_end(rule: Rule, item: Obligation) -> bool:
    return (rule.from_ is None or rule.from_ <= item.due) and (
        rule.to is None or rule.to >= item.due
    )


def _units(text: AgreementText) -> Iterator[Fault]:
    """Amounts that do not fit: no value and no share, or both; places that are rounded away."""
    places = text.agreement.rounding.places
    for number, item in enumerate(text.obligation):
        shares = [rule for rule in text.rules(rules.ShareOfContract) if rule.obligation == item.id]
        if item.value is None and not (shares and item.contract):
            yield (
                ("obligation", number),
                "units",
                "error",
                f"{item.id} has no value, and no share of a contract",
            )
        elif item.value is not None and shares and nominal(text, item) not in (None, item.value):
            yield (
                ("obligation", number, "value"),
                "contradiction",
                "error",
                f"{item.id} is {item.value}, and {nominal(text, item)} by {shares[0].id}",
            )
        if item.value is not None and -int(item.value.normalize().as_tuple().exponent) > places:
            yield (
                ("obligation", number, "value"),
                "units",
                "error",
                f"{item.id} has more than {places} decimals",
            )
    for number, rate in enumerate(text.rate):
        if rate.currency == text.agreement.currency:
            yield (
                ("rate", number, "currency"),
                "units",
                "error",
                f"{rate.currency} is the agreement's own currency",
            )
    stated = Rates(text)
    for number, rate in enumerate(text.rate):
        if stated.on(rate.currency, rate.from_) != rate.rate and rate.currency != stated.currency:
            yield (
                ("rate", number),
                "contradiction",
                "error",
                f"two rates of {rate.currency} from {rate.from_}",
            )


_CHECKS = (
    _conditions,
    _twice,
    _unknown,
    _gates,
    _dates,
    _periods,
    _overlaps,
    _contradictions,
    _verifiers,
    _units,
)
