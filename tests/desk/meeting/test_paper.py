"""A meeting's papers, read back from the PDF."""

import pytest
from django.utils import translation

from sepakat.desk.pages import paper
from sepakat.desk.pages.meeting import _today
from sepakat.desk.pages.minutes import Papers, draft, minutes_of, papers
from sepakat.record.label import make
from support.desks import BOTH, Desk
from support.pdf import read

LATE = "2020-01-01"


def of(desk: Desk, meeting: str, name: str = "officer") -> Papers:
    access = desk.access(name)
    return papers(access, access.get(meeting), _today())


def test_minutes_without_what_was_decided_and_its_proof(desk: Desk, meeting: str) -> None:
    made = of(desk, meeting, "partner")
    pages = read(paper.minutes_paper(made, minutes_of(made), is_draft=True))
    whole = " ".join(" ".join(pages).split())
    for said in ("Draft minutes", "Second meeting", "Putrajaya", "Shall tests be shared?",
                 "They shall <b>be</b> & soon.", "It saves a year.", "Draft the protocol",
                 "Malaysia"):  # fmt: skip
        assert said in whole, said
    for digest, proof in made.proofs:
        assert digest in whole
        assert f"{proof.nation} {proof.index}" in whole


def test_a_page_without_its_marking_at_the_top_and_the_bottom(desk: Desk, meeting: str) -> None:
    made = of(desk, meeting, "partner")
    pages = read(paper.minutes_paper(made, "A line.\n" * 120, is_draft=True))
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert page.count("RESTRICTED · releasable to KOR, MYS") == 2
        assert f"Page {number} of {len(pages)}" in page


def test_the_marking_is_that_of_the_highest_in_the_paper(desk: Desk, meeting: str) -> None:
    both = make("SECRET", ["KOR", "MYS"])
    desk.say(
        "gate", "MYS-gate-both", "plan", both, name="Higher gate", authority="Cabinet", due=LATE
    )
    [agenda, *_rest] = read(paper.agenda_paper(of(desk, meeting)))
    assert "Higher gate" in agenda
    assert agenda.count("SECRET · releasable to KOR, MYS") == 2


def test_minutes_that_show_what_is_ours_alone(desk: Desk, meeting: str) -> None:
    made = of(desk, meeting)
    assert "MYS-high" in {action.id for action in made.actions}
    whole = " ".join(read(paper.minutes_paper(made, draft(made), is_draft=True)))
    assert "Zulkarnain" not in whole
    assert "SECRET" not in whole
    assert desk.access("officer").get("MYS-high").head not in whole


@pytest.mark.parametrize(
    ("language", "said"), [("ko", "말레이시아"), ("ms", "Malaysia"), ("en", "Mal")]
)
def test_a_paper_in_the_readers_language(
    desk: Desk, meeting: str, language: str, said: str
) -> None:
    desk.say("action_item", "MYS-ko", "undertake", BOTH, title="시험소 지정 및 통보",
             assignee="MYS", due="2030-01-01", engagement=meeting)  # fmt: skip
    with translation.override(language):
        made = of(desk, meeting, "partner")
        whole = " ".join(read(paper.minutes_paper(made, draft(made), is_draft=True)))
        agenda = " ".join(read(paper.agenda_paper(made)))
    assert said in whole
    assert "시험소" in whole
    assert "\ufffd" not in whole + agenda


def test_text_that_passes_for_markup_of_the_paper(desk: Desk, meeting: str) -> None:
    made = of(desk, meeting, "partner")
    text = '<img src="file:///etc/passwd"/> <para> & <font color="white">unseen</font>'
    whole = " ".join(read(paper.minutes_paper(made, text, is_draft=True)))
    assert text in whole


def test_the_paper_of_a_text_being_written(desk: Desk, meeting: str) -> None:
    client = desk.client("officer")
    answer = client.post(f"/meetings/{meeting}/minutes.pdf", {"minutes": "As it is being written."})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert "As it is being written." in " ".join(read(answer.content))
