"""A partner's statements that rely on what is not known here: decided as soon as they can be, and
no reason to fold all there is before that."""

from collections.abc import Callable

import pytest

from sepakat.node import disclosure
from sepakat.node.home import Home
from sepakat.node.models import Statement
from sepakat.record.label import make
from sepakat.record.statement import Seen
from support.exchanging import goes_on, register, run
from support.hostile import HostilePartner, serving_partner
from support.party import Party

pytestmark = pytest.mark.django_db

UNKNOWN = "77" * 32
ALL = make("RESTRICTED", ["KOR", "MYS", "TUR"])


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The states that exchanges have come to by folding all there is."""
    states: list[str] = []
    fold: Callable[..., str] = disclosure.rebuild
    monkeypatch.setattr(disclosure, "rebuild", lambda *given: states.append(fold(*given)))
    return states


def statuses(about: str) -> list[str]:
    return list(
        Statement.objects.filter(object=f"KOR-company-{about}")
        .order_by("index")
        .values_list("status", flat=True)
    )


def test_what_waits_for_what_never_comes_has_all_folded_each_time(
    mys: Home, kor: HostilePartner, folds: list[str]
) -> None:
    kor.party.company("waits", deps=(UNKNOWN,))
    for name in ("d", "e"):
        kor.party.company(name)
        assert run(mys).agreed
    assert statuses("waits") == ["pending"]
    assert folds == []
    goes_on(mys)


def test_a_move_that_must_wait_for_its_turn_stands(
    mys: Home, kor: HostilePartner, folds: list[str]
) -> None:
    """Which of two moves after one `prev` stands is known when the first is decided."""
    made = kor.party.company("turn")
    kor.party.say("organisation", "KOR-company-turn", "update", prev=made, deps=(UNKNOWN,))
    run(mys)
    assert folds == []
    kor.party.say("organisation", "KOR-company-turn", "update", prev=made)
    assert run(mys).agreed
    assert statuses("turn") == ["standing", "pending", "pending"]
    assert len(folds) == 1
    kor.party.company("after")
    run(mys)
    assert len(folds) == 1
    goes_on(mys)


def test_what_has_come_from_another_is_waited_for_still(
    mys: Home, kor: HostilePartner, folds: list[str]
) -> None:
    """A chain: one waits for a third nation's word, and another for the first."""
    third = Party("TUR")
    digest = third.company("a", ALL)
    mark = {"TUR": Seen(size=1, root=third.root_at(1).hex())}
    first = kor.party.company("one", ALL, deps=(digest,), seen=mark)
    kor.party.company("two", ALL, deps=(first,), seen=mark)
    run(mys)
    assert statuses("one") == statuses("two") == ["pending"]
    with serving_partner(third) as served:
        served.peer = mys.card()
        register(mys, third)
        run(mys, "TUR")
    assert statuses("one") == statuses("two") == ["standing"]
    assert len(folds) == 1
    goes_on(mys)
