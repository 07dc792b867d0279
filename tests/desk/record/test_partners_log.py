"""A partner's statements on our pages: checked here, and disclosed by the partner alone."""

import pytest

from sepakat.node import mirror, partners, rows
from sepakat.node.models import Statement
from sepakat.node.proofs import verify_file
from sepakat.record.label import PUBLIC, Label, make
from support.desks import Desk
from support.exchanging import register
from support.pages import text_of
from support.party import Party

BETWEEN = make("RESTRICTED", ["MYS", "VNM"])


def follow(desk: Desk, label: Label) -> Party:
    """Take a partner's log in, and of its one leaf what it would disclose."""
    party = Party("VNM")
    register(desk.home, party)
    digest = party.company("x", label)
    mirror.follow(
        desk.home, party.card, party.checkpoint, lambda path: party.bundle(path.index, path.width)
    )
    leaf = party.leaves[0]
    rows.open_leaves([(leaf.salt, "VNM", 0)])
    Statement.objects.create(
        nation="VNM", index=0, digest=digest, envelope=leaf.envelope,
        label_id=rows.save_labels([label])[label], object="VNM-company-x", action="register",
        at="2026-03-01T09:00:00Z", status="standing",
    )  # fmt: skip
    return party


@pytest.mark.parametrize(
    ("label", "opened"), [(BETWEEN, False), (make("UNCLASSIFIED", [PUBLIC]), True)]
)
def test_a_partners_statement_is_the_partners_to_disclose(
    desk: Desk, label: Label, opened: bool
) -> None:
    follow(desk, label)
    answer = desk.client("officer").get("/record/VNM/0/proof")
    checked = verify_file(answer.content, partners.all_cards(desk.home), quorum=1)
    assert [witness.name for witness in checked.witnesses] == ["mys.example/witness"]
    assert bool(checked.opening) is opened
    page = text_of(desk.client("officer").get("/record/VNM/0"))
    assert ("shows nothing of what it hides" in page) is not opened


def test_every_step_of_a_partners_statement_is_checked(desk: Desk) -> None:
    follow(desk, BETWEEN)
    answer = desk.client("officer").get("/record/VNM/0?verify=1")
    steps = {step.name: step.holds for step in answer.context["steps"]}
    assert steps["Malaysia has cosigned the checkpoint"] is True
    assert list(steps.values()).count(True) == 5
    assert False not in steps.values()


def test_another_partners_liaison_reads_what_is_between_two_others(desk: Desk) -> None:
    follow(desk, BETWEEN)
    for part in ("", "/proof", "/document"):
        assert desk.client("partner").get(f"/record/VNM/0{part}").status_code == 404
    page = text_of(desk.client("partner").get("/record?nation=VNM"))
    assert "VNM-company-x" not in page
    assert "A record not shown to you" in page


def test_a_forged_signature_of_a_partner(desk: Desk) -> None:
    party = follow(desk, BETWEEN)
    envelope = party.leaves[0].envelope
    at = envelope.index(b'"sig":"') + 20
    forged = envelope[:at] + (b"B" if envelope[at : at + 1] != b"B" else b"C") + envelope[at + 1 :]
    Statement.objects.filter(nation="VNM").update(envelope=forged)
    answer = desk.client("officer").get("/record/VNM/0?verify=1")
    assert [step.holds for step in answer.context["steps"]][:2] == [False, False]
