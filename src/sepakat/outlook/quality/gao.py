"""The ten practices of the GAO Schedule Assessment Guide (GAO-16-89G), as far as a plan can tell.

A practice that rests on checks is met where they pass, and not where one fails. What a plan cannot
tell is asked of a person; even a practice whose checks pass keeps its question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sepakat.outlook.quality.finding import Finding


class Answer(StrEnum):
    HOLDS = "the checks pass"
    FAILS = "a check fails"
    ASKS_A_PERSON = "asks a person"


@dataclass(frozen=True, slots=True)
class Practice:
    """`checks` are numbers of the fourteen."""

    number: int
    title: str
    checks: tuple[int, ...]
    question: str


PRACTICES: tuple[Practice, ...] = (
    Practice(1, "All activities are captured", (),
             "Does the plan have all work of both nations, down to what is delivered?"),
    Practice(2, "All activities are sequenced", (1, 2, 3, 4, 5, 9),
             "Is each link the order in which the work has to be done?"),
    Practice(3, "Resources are assigned to all activities", (10,),
             "Are these people, rooms and machines to be had when the plan needs them?"),
    Practice(4, "The duration of all activities is established", (8,),
             "What is each duration estimated from, and by whom?"),
    Practice(5, "The schedule traces horizontally and vertically", (1, 12),
             "Do the summary plan, the contracts and this plan give the same dates?"),
    Practice(6, "The critical path is valid", (5, 12),
             "Is this path what the managers watch?"),
    Practice(7, "Total float is reasonable", (6, 7),
             "Can each activity slip by its float, and nothing comes of it?"),
    Practice(8, "A schedule risk analysis is made", (),
             "Was the plan simulated with its risks, and is the contingency set by it?"),
    Practice(9, "The schedule is updated with actual progress and logic", (9, 11),
             "Who enters progress, how often, and who checks it?"),
    Practice(10, "A baseline is kept", (11, 14),
             "Who approved the baseline, and is each change of it recorded?"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    practice: Practice
    answer: Answer
    rests_on: tuple[Finding, ...]


def practices(findings: Sequence[Finding]) -> tuple[Judged, ...]:
    """Each practice with what the fourteen findings say of it."""
    by_number = {finding.check.number: finding for finding in findings}
    return tuple(_judged(practice, by_number) for practice in PRACTICES)


def _judged(practice: Practice, by_number: dict[int, Finding]) -> Judged:
    rests_on = tuple(by_number[number] for number in practice.checks)
    if any(finding.passes is False for finding in rests_on):
        answer = Answer.FAILS
    elif rests_on and all(finding.passes for finding in rests_on):
        answer = Answer.HOLDS
    else:  # nothing to compute it from, or only a part of it
        answer = Answer.ASKS_A_PERSON
    return Judged(practice, answer, rests_on)
