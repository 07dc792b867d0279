"""Every action of every domain kind: who may take it, and when, as its declaration says."""

from typing import NamedTuple

import pytest

from sepakat.record import label as labels
from sepakat.record.kind import COUNTERPARTY, EITHER, Action, Kind
from sepakat.record.kinds import KINDS as RECORD
from sepakat.vocabulary import REGISTRY
from support.case import Case, other

ROLES = (
    "administrator",
    "officer",
    "approver",
    "committee",
    "inspector",
    "evaluator",
    "company",
)
KINDS = tuple(kind for kind in REGISTRY.kinds.values() if kind not in RECORD)


Body = dict[str, object]


class Step(NamedTuple):
    kind: str
    action: Action
    state: str | None  # in which it is said; none for the action that makes the object

    def __str__(self) -> str:
        return f"{self.kind}-{self.action.name}-{self.state or 'new'}"


STEPS = [
    Step(kind.kind, action, state)
    for kind in KINDS
    for action in kind.lifecycle.actions.values()
    for state in (action.start or (None,))
]
OUT_OF_STATE = [
    Step(kind.kind, action, state)
    for kind in KINDS
    for action in kind.lifecycle.actions.values()
    for state in kind.lifecycle.states
    if state not in action.start
]
NEEDS = [
    pytest.param(step, name, id=f"{step}-{name}")
    for step in STEPS
    for name in REGISTRY.get(step.kind).needed_by(step.action)
    if step.state is None or step.state == step.action.start[0]
]


def set_up(step: Step) -> tuple[Case, str, Body]:
    """A case in which the step may be taken: the object's identifier, and a body that fits."""
    case = Case()
    made = case.make(step.kind, step.state) if step.state else "MYS-new"
    return case, made, case.body(step.kind, step.action, made)


def refusal(case: Case, nation: str, step: Step, made: str, body: Body, **kwargs: object) -> str:
    return case.refusal(nation, made, step.action.name, body, step.kind, **kwargs)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_action_stands_when_taken_as_declared(step: Step) -> None:
    case, made, body = set_up(step)
    entry = case.do(step.kind, step.action, made, body)
    after = case.nations.object(made)
    if step.action.is_note:
        assert (after.state, after.notes) == (step.state, (entry.digest,))
    else:
        assert (after.state, after.head) == (step.action.end, entry.digest)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_nation_that_is_no_party_is_refused(step: Step) -> None:
    case, made, body = set_up(step)
    assert refusal(case, "TUR", step, made, body) == ("turn" if step.state else "owner")


@pytest.mark.parametrize("step", [s for s in STEPS if s.action.by is not EITHER], ids=str)
def test_other_side_is_refused(step: Step) -> None:
    case, made, body = set_up(step)
    wrong = other(case.speaker(step.action, made))
    assert refusal(case, wrong, step, made, body) == ("turn" if step.state else "owner")


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_other_roles_are_refused(step: Step) -> None:
    case, made, body = set_up(step)
    nation = case.speaker(step.action, made)
    wrong = [role for role in ROLES if role not in step.action.roles]
    assert wrong
    for role in wrong:
        assert refusal(case, nation, step, made, body, role=role) == "role"


@pytest.mark.parametrize("step", OUT_OF_STATE, ids=str)
def test_action_is_refused_in_every_other_state(step: Step) -> None:
    case = Case()
    made = case.make(step.kind, step.state or "")
    nation = case.speaker(step.action, made)
    if step.action.start:
        assert refusal(case, nation, step, made, {}) == "state"
    else:
        assert refusal(case, nation, step, made, {}, prev=None) == "taken"


@pytest.mark.parametrize(("step", "name"), NEEDS)
def test_null_or_nothing_is_refused_for_a_needed_field(step: Step, name: str) -> None:
    case, made, body = set_up(step)
    nation = case.speaker(step.action, made)
    del body[name]
    assert refusal(case, nation, step, made, body) == "body"
    assert refusal(case, nation, step, made, body | {name: None}) == "body"


@pytest.mark.parametrize(
    "label",
    [
        labels.make("RESTRICTED", ["MYS"]),
        labels.make("RESTRICTED", []),
        labels.make("RESTRICTED", ["KOR", "MYS"], organisations=["MYS", "MYS-firm"]),
    ],
    ids=["one_nation", "nobody", "organisations_of_one"],
)
@pytest.mark.parametrize("kind", [k for k in KINDS if k.is_bilateral()], ids=lambda kind: kind.kind)
def test_label_that_hides_an_object_from_its_counterparty_is_refused(
    kind: type[Kind], label: labels.Label
) -> None:
    for action in kind.lifecycle.first:
        case, made, body = set_up(Step(kind.kind, action, None))
        if "counterparty" in body:
            code = case.refusal("MYS", made, action.name, body, kind.kind, label=label, deps=())
            assert code == "label"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_action_names_known_roles(kind: type[Kind]) -> None:
    for action in kind.lifecycle.actions.values():
        assert action.roles
        assert set(action.roles) <= set(ROLES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_kind_and_field_has_words_for_its_form(kind: type[Kind]) -> None:
    assert (kind.__doc__ or "").strip().endswith(".")
    for name, info in kind.model_fields.items():
        assert info.title, name
        assert info.description, name
        assert info.description.endswith("."), name
        assert len(info.description) <= 90, name


def test_what_binds_both_nations_is_never_concluded_by_one() -> None:
    """Each state in which both are bound is reached by the counterparty, or only through it."""
    for kind, concluded in {
        "agreement": "in_force",
        "amendment": "accepted",
        "decision": "agreed",
        "engagement": "minutes_agreed",
        "obligation": "in_force",
        "milestone": "planned",
        "claim": "verified",
        "verification": "countersigned",
        "dispute": "settled",
    }.items():
        lifecycle = REGISTRY.get(kind).lifecycle
        alone = {action.end for action in lifecycle.first}
        reached: set[str | None] = set()
        while alone > reached or not reached:
            reached = set(alone)
            alone |= {
                a.end
                for a in lifecycle.actions.values()
                if not a.is_note and a.by is not COUNTERPARTY and set(a.start) & reached
            }
        assert concluded not in alone, kind
