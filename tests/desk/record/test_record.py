"""The record's pages: the logs, each statement, and its proof, for those who may see it."""

import json
from collections.abc import Callable

import pytest

from sepakat.node import partners, rows
from sepakat.node.models import Log, Statement
from sepakat.node.proofs import verify_file
from sepakat.record.leaf import SALT_BYTES
from support.desks import OPEN, Desk, queries
from support.pages import text_of


def place(desk: Desk, about: str) -> str:
    """The address of the page of what was last said of an object."""
    row = Statement.objects.filter(object=about).order_by("-index").first()
    assert row is not None
    return f"/record/{row.nation}/{row.index}"


PARTS = ("", "/document", "/proof")


@pytest.mark.parametrize("part", PARTS)
def test_a_statement_shown_to_another_company_the_partner_or_the_public(
    desk: Desk, part: str
) -> None:
    of_a = place(desk, "MYS-obligation-a") + part
    for name, code in (("company_a", 200), ("officer", 200), ("partner", 200)):
        assert desk.client(name).get(of_a).status_code == code
    for name in ("company_b", "clerk", "public"):
        answer = desk.client(name).get(of_a)
        missing = desk.client(name).get(f"/record/MYS/9999{part}")
        assert answer.status_code == missing.status_code == 404
        assert text_of(answer) == text_of(missing)
    own = place(desk, "MYS-action-own") + part
    assert desk.client("officer").get(own).status_code == 200
    assert desk.client("partner").get(own).status_code == 404
    public = place(desk, "MYS-gate-open") + part
    assert desk.client("public").get(public).status_code == 200


def test_a_hidden_statement_that_the_list_gives_away(desk: Desk) -> None:
    size = Log.objects.get(nation="MYS").size
    for name, seen in (("officer", "MYS-gate-high"), ("company_a", "MYS-obligation-a")):
        assert seen in text_of(desk.client(name).get("/record"))
    for name in ("company_b", "public", "partner"):
        page = text_of(desk.client(name).get("/record"))
        assert "MYS-gate-high" not in page
        if name != "partner":
            assert "MYS-obligation-a" not in page
        assert "A record not shown to you" in page
    [(_index, entry, _salt)] = rows.leaves("MYS", size - 1, size)
    assert bytes(entry).hex() in text_of(desk.client("public").get("/record"))


def test_a_list_that_loses_leaves_between_its_pages(desk: Desk) -> None:
    for number in range(60):
        desk.say("organisation", f"MYS-n-{number}", "register", OPEN, name="N", type="company")
    size = Log.objects.get(nation="MYS").size
    found: list[int] = []
    for page in (1, 2):
        lines = desk.client("officer").get(f"/record?nation=MYS&page={page}").context["lines"]
        found += [line.index for line in lines]
    assert found == list(range(size - 1, -1, -1))


def test_a_page_that_asks_once_for_each_leaf(desk: Desk) -> None:
    client = desk.client("officer")
    client.get("/record")
    counts = []
    for number in range(0, 40, 20):
        with queries() as found:
            client.get("/record")
        counts.append(len(found))
        for more in range(number, number + 20):
            desk.say("organisation", f"MYS-m-{more}", "register", OPEN, name="N", type="company")
    assert counts[0] == counts[1]


def test_the_logs_are_told_with_who_has_signed_and_cosigned(
    desk: Desk, cosign_now: Callable[[], None]
) -> None:
    page = desk.client("public").get("/record")
    assert "Not cosigned by the partner yet" in text_of(page)
    cosign_now()
    page = desk.client("public").get("/record")
    assert "Signed by the log mys.example/log" in text_of(page)
    assert "Cosigned by" in text_of(page)
    assert desk.home.card().fingerprint in text_of(page)


def test_verifying_shows_each_step(desk: Desk, cosign_now: Callable[[], None]) -> None:
    cosign_now()
    answer = desk.client("officer").get(place(desk, "MYS-gate-high") + "?verify=1")
    steps = answer.context["steps"]
    assert [step.holds for step in steps] == [True] * 4 + [None, True]
    assert "every step holds" in text_of(answer)


@pytest.mark.parametrize(
    ("table", "column", "failing"),
    [("node_leaf", "salt", 1), ("node_leaf", "entry", 2), ("node_log", "checkpoint", 3)],
)
def test_damage_that_verifying_does_not_see(
    desk: Desk, table: str, column: str, failing: int
) -> None:
    from django.db import connection

    address = place(desk, "MYS-gate-high")
    index = int(address.rpartition("/")[2])
    where = f'nation = %s AND "index" = {index}' if table == "node_leaf" else "nation = %s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {where}", ["MYS"])
        value = bytearray(cursor.fetchone()[0])
        value[-2 if column == "checkpoint" else 5] ^= 1
        if column == "checkpoint":
            value = bytearray(value.replace(bytes(value[-9:]), b"AAAAAAA=\n"))
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [bytes(value), "MYS"])
    answer = desk.client("officer").get(address + "?verify=1")
    if answer.status_code == 200:
        assert False in [step.holds for step in answer.context["steps"]]
        assert "does not hold" in text_of(answer)
        first = next(i for i, s in enumerate(answer.context["steps"]) if s.holds is False)
        assert first <= failing
    else:
        assert answer.status_code == 400  # the page of its logs says what is wrong


def test_a_downloaded_proof_that_the_program_does_not_take(desk: Desk) -> None:
    answer = desk.client("company_a").get(place(desk, "MYS-obligation-a") + "/proof")
    assert answer["Content-Disposition"].endswith('.tlog-proof"')
    assert "no-store" in answer["Cache-Control"]
    checked = verify_file(answer.content, partners.all_cards(desk.home), quorum=0)
    assert b"MYS-obligation-a" not in answer.content
    [envelope] = Statement.objects.filter(object="MYS-obligation-a").values_list(
        "envelope", flat=True
    )
    assert checked.opening[SALT_BYTES:] == bytes(envelope)


def test_the_document_has_what_a_browser_needs_and_no_secret(desk: Desk) -> None:
    answer = desk.client("officer").get(place(desk, "MYS-gate-high") + "/document")
    given = json.loads(answer.content)
    assert set(given["cards"][0]) == {"nation", "log_key", "witness_key"}
    assert "no-store" in answer["Cache-Control"]


def test_the_script_of_the_page_is_of_our_own_and_nothing_is_inline(desk: Desk) -> None:
    page = desk.client("officer").get(place(desk, "MYS-gate-open")).content.decode()
    assert "desk/verify.js" in page
    assert "style=" not in page
    assert "onclick" not in page
    assert page.count("<script") == page.count("<script src=")
