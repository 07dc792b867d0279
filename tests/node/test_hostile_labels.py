"""A partner that uses labels without end, too long ones, or two of one number; and home, which says
nothing under what no partner would take."""

import pytest

from sepakat.node import disclosure, rebuild, rows
from sepakat.node.home import Home
from sepakat.node.models import Label as KeptLabel
from sepakat.record.errors import ConflictError, InvalidError, ProofError
from sepakat.record.label import Label, make, may_see
from sepakat.vocabulary import REGISTRY
from support.exchanging import goes_on, register, run
from support.hostile import HostilePartner, serving_partner
from support.inprocess import BOTH, company, numbered
from support.party import Party

pytestmark = pytest.mark.django_db


def test_a_label_of_the_number_of_another_is_refused(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what is under the first would be shown to the readers of the second."""
    assert run(mys).agreed
    number, wide = rows.label_id, make("UNCLASSIFIED", ["PUBLIC"])
    kept = rows.labels()
    monkeypatch.setattr(
        rows, "label_id", lambda text: number(BOTH.text if text == wide.text else text)
    )
    kor.party.company("y", wide)
    with pytest.raises(ProofError, match="two labels have one number"):
        run(mys)
    assert rows.labels() == kept
    monkeypatch.undo()
    goes_on(mys)


def test_labels_without_end_are_kept(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for anything is held to each of them."""
    assert run(mys).agreed
    kept = rows.labels()
    monkeypatch.setattr(rows, "PARTNER_LABELS", 3)  # it has one
    use_labels(kor.party, 3)
    with pytest.raises(ProofError, match="log of KOR would bring more than 3 labels"):
        run(mys)
    assert rows.labels() == kept
    goes_on(mys)


def for_home(number: int) -> Label:
    """A label that no partner sees."""
    return make("RESTRICTED", ["MYS"], organisations=["MYS", f"MYS-{number}"])


def use_labels(party: Party, count: int) -> None:
    for number in range(count):
        party.company(f"n-{number}", numbered(f"{party.nation} {number}"))


def test_a_partner_that_has_used_up_its_labels_keeps_home_from_none(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor others from theirs; and all partners together leave some to home alone."""
    tur = Party("TUR")
    tur.company("t", numbered("TUR"))
    with serving_partner(tur) as third:
        third.peer = mys.card()
        register(mys, tur)
        assert run(mys).agreed
        company(mys, "before")
        monkeypatch.setattr(rows, "PARTNER_LABELS", 3)
        monkeypatch.setattr(disclosure, "HOME_LABELS", 2)
        monkeypatch.setattr(rows, "MAX_LABELS", len(rows.labels()) + 5)
        use_labels(kor.party, 2)
        run(mys)
        kor.party.company("more", numbered("more"))
        with pytest.raises(ProofError, match="log of KOR would bring"):
            run(mys)
        run(mys, "TUR")
        tur.company("u", numbered("TUR, which is within its share"))
        with pytest.raises(ProofError, match="with those of TUR there would be more"):
            run(mys, "TUR")
    for number in range(2):
        company(mys, f"own-{number}", for_home(number))
    with pytest.raises(ConflictError, match=r"keep more than \d+ labels"):
        company(mys, "own-2", for_home(2))
    goes_on(mys)


def test_labels_so_long_that_every_page_would_read_megabytes(
    mys: Home, kor: HostilePartner
) -> None:
    assert run(mys).agreed
    long = "x" * 50
    kor.party.company("fits", numbered_so(long, 60))
    run(mys)
    kor.party.company("n", numbered_so(long, 200))
    with pytest.raises(ProofError, match=r"a label of KOR has more than 8,192 bytes"):
        run(mys)
    with pytest.raises(InvalidError, match="which no partner takes"):
        company(mys, "own", numbered_so(long, 200))
    goes_on(mys)


def numbered_so(value: str, count: int) -> Label:
    """A label with so many values, in categories that decide nothing."""
    many = [f"{value}{i:03}" for i in range(count)]
    informative = {f"n_{'abcdefgh'[i]}": many[i * 50 :][:50] for i in range(-(-count // 50))}
    return Label(**BOTH.model_dump() | {"informative": informative})


def test_a_node_that_keeps_more_labels_than_it_now_would_is_made_again(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_labels(kor.party, 3)
    run(mys)
    kept = rows.labels()
    monkeypatch.setattr(rows, "PARTNER_LABELS", 1)
    monkeypatch.setattr(rows, "MAX_LABELS", 1)
    KeptLabel.objects.filter(text__contains="KOR 1").update(text=BOTH.text.decode())
    rebuild.rebuild(mys, REGISTRY)
    assert rows.labels() == kept


def test_home_says_under_labels_what_no_partner_would_take(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partner refuses a log for good in which it sees too many; what it does not see is free."""
    assert run(mys).agreed
    shown = [label for label in rows.labels_in("MYS") if may_see(label, kor.party.card.reader)]
    monkeypatch.setattr(rows, "PARTNER_LABELS", len(shown) + 1)
    company(mys, "one", numbered("one"))
    with pytest.raises(ConflictError, match="KOR takes no more than"):
        company(mys, "two", numbered("two"))
    company(mys, "own", for_home(0))
    company(mys, "again", numbered("one"))
    goes_on(mys)
