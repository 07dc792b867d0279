"""Lead times: what a stage is reached by, how long it took, and what is late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.procurement.leadtimes import (
    ACTIONS,
    ENDS,
    HOLDS_UP,
    KINDS,
    REACHES,
    Event,
    Lead,
    LeadTimes,
    Return,
    Story,
    lead_times,
    story,
    targets_of,
)
from sepakat.industry.procurement.stages import STAGES
from sepakat.vocabulary import REGISTRY
from support.case import Case

FIRST = date(2026, 1, 1)


def at(day: int) -> str:
    return f"{(FIRST + timedelta(day)).isoformat()}T12:00:00Z"


def event(stage: str, day: int, thing: str = "MYS-x") -> Event:
    return Event(stage, at(day), thing, "ab" * 32)


def held(stage: str, day: int, thing: str = "MYS-x", reason: str = "Because.") -> Return:
    return Return(stage, "send_back", reason, at(day), thing, "cd" * 32)


def on(day: int, *events: Event, returns: tuple[Return, ...] = (), **targets: int) -> LeadTimes:
    return lead_times(Story(events, returns), targets, FIRST + timedelta(day))


def brief(found: tuple[Lead, ...]) -> list[tuple[str, str, int, int | None, bool]]:
    return [(lead.start, lead.stage, lead.days, lead.target, lead.late) for lead in found]


def test_the_days_from_stage_to_stage_are_held_against_other_targets() -> None:
    found = on(
        60,
        *(event("need", 0), event("requirements", 10), event("strategy", 40)),
        requirements=10,
        strategy=20,
        tender=20,
    )
    assert brief(found.steps) == [
        ("need", "requirements", 10, 10, False),
        ("requirements", "strategy", 30, 20, True),
        ("strategy", "tender", 20, 20, False),
    ]
    assert found.open == found.steps[-1]


def test_between_every_two_the_targets_do_not_add_up() -> None:
    found = on(
        60, event("need", 0), event("requirements", 10), event("strategy", 40), requirements=10
    )
    assert brief(found.every)[:2] == [
        ("need", "requirements", 10, 10, False),
        ("need", "strategy", 40, None, False),  # the strategy has no target
    ]
    assert len(found.every) == 6, "four stages, the open one among them"


def test_an_open_stage_is_late_before_its_target_has_passed() -> None:
    events = (event("tender", 0),)
    assert not on(30, *events, closing=30).late
    (late,) = on(31, *events, closing=30).late
    assert late.is_open


def test_a_stage_that_is_passed_over_hides_the_time_it_took() -> None:
    found = on(50, event("tender", 0), event("evaluation", 30), closing=5, opening=5, evaluation=5)
    assert brief(found.steps)[0] == ("tender", "evaluation", 30, 15, True)


def test_with_lots_a_stage_is_reached_with_the_first_of_them() -> None:
    events = (event("opening", 0), event("evaluation", 5, "MYS-a"), event("evaluation", 9, "MYS-b"))
    assert on(20, *events).steps[0].days == 9


def test_what_was_taken_back_still_counts_as_reached() -> None:
    award, annulled = event("award", 5, "MYS-a"), held("award", 7, "MYS-a", "An appeal.")
    found = on(9, event("approval", 0), award, returns=(annulled,))
    assert brief(found.steps) == [("approval", "award", 9, None, False)]
    assert [one.reason for one in found.steps[0].returns] == ["An appeal."]
    again = on(9, event("approval", 0), award, event("award", 8, "MYS-b"), returns=(annulled,))
    assert again.steps[0].days == 8


def test_the_reason_of_a_return_is_shown_at_another_stage() -> None:
    found = on(20, event("tender", 0), event("closing", 9), returns=(held("closing", 4),))
    assert [len(step.returns) for step in found.steps] == [1, 0]


@pytest.mark.parametrize("action", sorted(ENDS - {("need", "close")}))
def test_what_is_over_is_still_waited_for(action: tuple[str, str]) -> None:
    found = lead_times(Story((event("tender", 0),), (), at(3)), {}, FIRST + timedelta(99))
    assert found.open is None


def test_nothing_said_breaks_the_arithmetic() -> None:
    assert on(1) == LeadTimes((), ())


@given(
    st.lists(st.tuples(st.sampled_from(STAGES), st.integers(0, 900)), max_size=30),
    st.dictionaries(st.sampled_from(STAGES), st.integers(0, 200)),
)
def test_the_time_between_two_stages_is_not_the_sum_of_the_steps(
    said: list[tuple[str, int]], targets: dict[str, int]
) -> None:
    found = on(1000, *(event(*one) for one in said), **targets)
    stages = [step.start for step in found.steps] + [s.stage for s in found.steps[-1:]]
    for lead in found.every:
        part = found.steps[stages.index(lead.start) : stages.index(lead.stage)]
        assert lead.days == sum(step.days for step in part)
        each = [step.target for step in part]
        whole = None if None in each else sum(target or 0 for target in each)
        assert lead.target == whole


def test_a_table_names_an_action_that_no_kind_has() -> None:
    for kind, action in ACTIONS:
        assert REGISTRY.action(kind, action)
    assert set(REACHES.values()) == set(STAGES)
    assert set(HOLDS_UP.values()) <= set(STAGES)


def test_an_action_that_needs_a_reason_and_holds_up_is_forgotten() -> None:
    """Of the kinds that carry a procurement on, in the states that they go on from."""
    beside = {
        ("requirement", "revise"),
        ("requirement", "drop"),
        ("need", "withdraw"),
        ("tender", "appoint"),
        ("tender", "terminate"),
        ("contract", "terminate"),
    }
    found = {
        (kind, action.name)
        for kind in KINDS
        for action in REGISTRY.get(kind).lifecycle.actions.values()
        if "reason" in action.needs
    }
    assert found == HOLDS_UP.keys() | beside


def test_what_is_said_of_a_case_reaches_other_stages() -> None:
    case = Case()
    contract = case.make("contract", "in_force")
    case.say(contract, "suspend", {"reason": "A strike."})
    told = story((e.digest, e.statement) for e in case.nations.entries() if e.statement)
    stages = ["requirements", "tender", "closing", "award", "contract"]
    assert [event.stage for event in told.events] == stages
    (suspended,) = told.returns
    assert (suspended.reason, suspended.object) == ("A strike.", contract)
    found = lead_times(told, {"contract": 0}, case.nations.now.date())
    assert [lead.stage for lead in found.steps] == [*stages[1:], "acceptance"]
    assert found.open and found.open.returns == (suspended,)
    heads = {thing.head for thing in case.nations.state.objects.values()}
    assert {event.digest for event in told.events} & heads


def test_a_target_is_read_for_another_stage() -> None:
    assert targets_of({"targets": [{"stage": "tender", "days": 3}]}) == {"tender": 3}
    assert targets_of({}) == {}
