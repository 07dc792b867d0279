"""Workbooks become records: sent, looked at cell by cell, confirmed, all or none."""

import base64
import io
import json
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from desk.workbook.books import HEADS, LABEL, book, obligation, sent
from sepakat.desk import uploadlimit, words
from sepakat.desk.jobs.models import Job
from sepakat.desk.workbook import checking, reading, views
from sepakat.node.models import Log, Object, Statement
from support.desks import HIGH, Desk
from support.jobs import work_off
from support.pages import text_of

ONE = {"Identifier": "MYS-obligation-one"}
TWO = {"Identifier": "MYS-obligation-two"}
UPLOAD = "/register/obligation/import/propose"


def size(desk: Desk) -> int:
    return Log.objects.get(nation="MYS").size


def send(desk: Desk, rows: list[list[Any]], heads: list[str] = HEADS, **more: Any) -> Any:
    """Send a sheet as the officer: the page that shows it, and the officer's browser."""
    client = desk.client("officer")
    return client, client.post(UPLOAD, sent(book(rows, heads), **more), follow=True)


def address_of(answer: Any) -> str:
    return str(answer.redirect_chain[-1][0])


def errors_of(answer: Any) -> list[tuple[str, str]]:
    return [(finding.where, finding.text) for finding in answer.context["sheet"].findings]


def test_a_sheet_is_previewed_confirmed_and_receipted(desk: Desk) -> None:
    before = size(desk)
    client, shown = send(
        desk,
        [obligation("One", **ONE), obligation("Two", Identifier="MYS-two")],
    )
    assert shown.status_code == 200
    assert errors_of(shown) == []
    assert "MYS-obligation-one" in text_of(shown)
    assert "Nothing is recorded yet" in text_of(shown)
    assert size(desk) == before
    receipt = client.post(f"{address_of(shown)}/confirm", follow=True)
    assert size(desk) == before + 2
    assert address_of(receipt) == f"/register/obligation/recorded/{before}-{before + 1}"
    page = receipt.content.decode()
    assert 'href="/object/MYS-obligation-one"' in page
    assert 'href="/object/MYS-two"' in page
    made = desk.access("officer").get("MYS-obligation-one")
    assert made.fields["value"] == {"amount": "1500000.5", "currency": "MYR"}
    assert made.label.released == ("KOR", "MYS")
    said = Statement.objects.get(nation="MYS", index=before)
    assert b"p-officer" in base64.b64decode(json.loads(bytes(said.envelope))["payload"])


def test_a_confirmed_sheet_is_gone(desk: Desk) -> None:
    client, shown = send(desk, [obligation("One")])
    client.post(f"{address_of(shown)}/confirm")
    before = size(desk)
    assert client.post(f"{address_of(shown)}/confirm").status_code == 404
    assert client.get(address_of(shown)).status_code == 404
    assert size(desk) == before
    assert list((desk.home.path / "uploads").iterdir()) == []


def test_a_sheet_can_be_thrown_away(desk: Desk) -> None:
    before = size(desk)
    client, shown = send(desk, [obligation("One")])
    [kept] = (desk.home.path / "uploads").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert client.post(f"{address_of(shown)}/cancel").status_code == 302
    assert not kept.exists()
    assert size(desk) == before


@pytest.mark.parametrize(
    ("column", "value", "cell", "said"),
    [
        ("Title", None, "B2", "must be given"),
        ("Title", "x" * 201, "B2", "At most 200 characters"),
        ("Title", "two\nlines", "B2", "not in the form"),
        ("Title", True, "B2", "as text"),
        ("Agreement", "MYS-agreement-none", "C2", "no such record"),
        ("Agreement", "MYS-gate-open", "C2", "no such record"),
        ("Counterparty", "MYS", "D2", "Choose one of: KOR"),
        ("Obligor", "FRA", "E2", "Choose one of: KOR, MYS"),
        ("Category", "golf", "F2", "Choose one of"),
        ("Value (amount)", "much", "G2", "an amount such as"),
        ("Value (amount)", 1.23456, "G2", "four decimals"),
        ("Value (amount)", 0, "G2", "above zero"),
        ("Value (amount)", 1e18, "G2", "Write it as text"),
        ("Value (amount)", None, "G2", "must be given"),
        ("Value (currency)", "ringgit", "H2", "currency such as"),
        ("Due", "soon", "I2", "a day such as"),
        ("Due", "2027-02-30", "I2", "no such day"),
        ("Due", datetime(2027, 3, 1, 12, 30), "I2", "without the time"),  # noqa: DTZ001
        ("Due", 46000, "I2", "a day such as"),
        ("Identifier", "KOR-x", "A2", "MYS-"),
        ("Identifier", "no identifier", "A2", "MYS-"),
        ("Identifier", "MYS-obligation-a", "A2", "taken"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(
    desk: Desk, column: str, value: Any, cell: str, said: str
) -> None:
    before = size(desk)
    client, shown = send(desk, [obligation("One", **{column: value}), obligation("Two")])
    [(where, text)] = errors_of(shown)
    assert where == cell
    assert said in text
    assert f"{cell} : {text}" in text_of(shown)
    refused = client.post(f"{address_of(shown)}/confirm")
    assert refused.status_code == 409
    assert size(desk) == before


def test_all_errors_of_a_sheet_are_found_at_once(desk: Desk) -> None:
    """Also those that only the ledger sees, row by row."""
    heads = [*HEADS, "Releasable to"]
    wrong = [obligation("A", Due="x", Obligor="y"), obligation("B"), obligation("C", Title=None)]
    hidden = [*obligation("D"), "MYS"]  # from the counterparty itself
    _client, shown = send(desk, [*wrong, hidden, hidden], heads)
    assert [where for where, _text in errors_of(shown)] == ["E2", "I2", "B4", "5", "6"]
    assert "keeps it from KOR" in errors_of(shown)[-1][1]


def test_values_are_taken_as_spreadsheets_have_them(desk: Desk) -> None:
    other = {
        "Title": 2027,
        "Agreement": "G2G agreement (MYS-agreement-g2g)",
        "Category": words.value_name("co_production").upper(),
        "Value (amount)": "1,250,000.50",
        "Value (currency)": "krw",
        "Due": date(2027, 3, 1),
        "Counterparty": "kor",
    }
    client, shown = send(desk, [obligation("", Identifier="MYS-obligation-2027", **other)])
    assert errors_of(shown) == []
    client.post(f"{address_of(shown)}/confirm")
    fields = desk.access("officer").get("MYS-obligation-2027").fields
    assert fields["title"] == "2027"
    assert fields["agreement"] == "MYS-agreement-g2g"
    assert fields["category"] == "co_production"
    assert fields["value"] == {"amount": "1250000.50", "currency": "KRW"}
    assert fields["due"] == "2027-03-01"


@pytest.mark.parametrize("number", [0.1 + 0.2, 1500000.1, 99999999999.99, 5])
def test_binary_fractions_become_the_decimals_that_people_saw(desk: Desk, number: float) -> None:
    client, shown = send(desk, [obligation("One", **{**ONE, "Value (amount)": number})])
    assert errors_of(shown) == []
    client.post(f"{address_of(shown)}/confirm")
    found = desk.access("officer").get("MYS-obligation-one").fields["value"]["amount"]
    assert found == {0.1 + 0.2: "0.3"}.get(number, str(number))


@pytest.mark.parametrize(
    ("heads", "where"),
    [
        (["Nonsense", *HEADS], "A1"),
        ([*HEADS, "Title"], "K1"),
        (HEADS[:-1], ""),
    ],
)
def test_headings_that_do_not_fit_are_said(desk: Desk, heads: list[str], where: str) -> None:
    _client, shown = send(desk, [["x"]], heads)
    [(found, text)] = errors_of(shown)
    assert found == (where or "1")
    assert text


def test_a_cell_without_a_heading_is_not_dropped_in_silence(desk: Desk) -> None:
    _client, shown = send(desk, [[*obligation("One"), None, "stray"]])
    assert errors_of(shown) == [("L2", "There is no heading above this cell.")]


def test_field_names_and_titles_in_other_languages_are_headings_too(desk: Desk) -> None:
    names = ["id", "title", "agreement", "counterparty", "obligor", "category", "value_amount"]
    names += ["value_currency", "due", "description"]
    _client, shown = send(desk, [obligation("One")], names)
    assert errors_of(shown) == []


def test_an_empty_sheet_is_said_to_be_empty(desk: Desk) -> None:
    client, shown = send(desk, [])
    assert "no rows" in text_of(shown)
    assert client.post(f"{address_of(shown)}/confirm").status_code == 409


def test_identifiers_are_made_once_each(desk: Desk) -> None:
    rows = [obligation("Same"), obligation("Same"), obligation("한국"), obligation("x" * 200)]
    client, shown = send(desk, [*rows, obligation("A")])
    assert errors_of(shown) == []
    names = [row.object for row in shown.context["sheet"].rows]
    stems = ["MYS-obligation-same", "MYS-obligation-same", "MYS-obligation"]
    assert [name.rpartition("-")[0] for name in names[:3]] == stems
    assert len(set(names)) == 5
    assert max(map(len, names)) <= checking.MAX_ID
    assert client.post(f"{address_of(shown)}/confirm", follow=True).status_code == 200


def test_a_row_may_state_its_own_label(desk: Desk) -> None:
    heads = [*HEADS, "Classification", "Releasable to", "Only these organisations"]
    rows = [
        [
            *obligation("Own", Identifier="MYS-obligation-own"),
            "SECRET",
            "MYS, KOR",
            "MYS-company-a",
        ],
        [*obligation("Default", Identifier="MYS-obligation-default"), None, None, None],
        [*obligation("Wrong"), "TOP SECRET", "FRA", "MYS-company-z"],
    ]
    client, shown = send(desk, rows, heads)
    assert [where for where, _text in errors_of(shown)] == ["K4", "L4", "M4"]
    client, shown = send(desk, rows[:2], heads)
    client.post(f"{address_of(shown)}/confirm")
    officer = desk.access("officer")
    own = officer.get("MYS-obligation-own").label
    assert own.classification == "SECRET"
    assert own.permissive["organisation"] == ("KOR", "MYS", "MYS-company-a")
    assert officer.get("MYS-obligation-default").label.classification == "RESTRICTED"


def test_what_one_may_not_see_cannot_be_named(desk: Desk) -> None:
    """Nor is it told apart from what is not there."""
    desk.say(
        "agreement",
        "MYS-agreement-high",
        "propose",
        HIGH.model_copy(update={"permissive": {"releasable_to": ("KOR", "MYS")}}),
        counterparty="KOR",
        title="High",
        exclusivity="exclusive",
        approvals=["MYS-gate-open"],
    )
    client = desk.client("clerk")
    label = {"label-classification": "UNCLASSIFIED", "label-releasable_to": ["KOR", "MYS"]}
    rows = [obligation("1", Agreement="MYS-agreement-high"), obligation("2", Agreement="MYS-none")]
    shown = client.post(UPLOAD, sent(book(rows)) | label, follow=True)
    texts = [text for _where, text in errors_of(shown)]
    assert texts[0].replace("MYS-agreement-high", "MYS-none") == texts[1]


def test_when_the_record_has_moved_the_row_is_named_and_none_is_recorded(desk: Desk) -> None:
    client, shown = send(desk, [obligation("One", **ONE), obligation("Two", **TWO)])
    desk.say("gate", "MYS-obligation-two", "plan", HIGH, name="x", authority="y", due="2027-01-01")
    before = size(desk)
    refused = client.post(f"{address_of(shown)}/confirm")
    assert refused.status_code == 409
    [(where, text)] = errors_of(refused)
    assert (where, "MYS-obligation-two" in text) == ("3", True)
    assert size(desk) == before
    assert not Object.objects.filter(id="MYS-obligation-one").exists()


def test_many_rows_are_recorded_by_a_job(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MAX_AT_ONCE", 2)
    before = size(desk)
    client, shown = send(desk, [obligation(f"Number {n}") for n in range(3)])
    begun = client.post(f"{address_of(shown)}/confirm", follow=True)
    [job] = Job.objects.all()
    assert address_of(begun) == f"/jobs/{job.id}"
    assert size(desk) == before
    work_off()
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    assert size(desk) == before + 3
    assert client.get(job.link).status_code == 200
    assert list((desk.home.path / "uploads").iterdir()) == []


def test_a_job_whose_rows_do_not_fit_any_more_fails_in_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MAX_AT_ONCE", 1)
    client, shown = send(desk, [obligation("One", **ONE), obligation("Two", **TWO)])
    client.post(f"{address_of(shown)}/confirm")
    desk.say("gate", "MYS-obligation-two", "plan", HIGH, name="x", authority="y", due="2027-01-01")
    before = size(desk)
    work_off()
    job = Job.objects.get()
    assert job.state == "failed"
    assert "3: MYS-obligation-two" in job.error
    assert size(desk) == before


def test_hostile_files_are_refused_at_the_field(desk: Desk) -> None:
    client = desk.client("officer")
    for content, name in ((b"not a workbook", "a.xlsx"), (book([]), "a.xlsm")):
        refused = client.post(UPLOAD, sent(content, name))
        assert refused.status_code == 422
        assert refused.context["form"].errors["file"]
    nothing = client.post(UPLOAD, {**LABEL})
    assert nothing.status_code == 422


def test_a_request_that_is_too_long_is_refused_unread(desk: Desk) -> None:
    client = desk.client("officer")
    long = {"CONTENT_LENGTH": str(uploadlimit.MAX_UPLOAD + 1)}
    assert client.post(UPLOAD, sent(book([obligation("x")])), **long).status_code == 400
    assert not (desk.home.path / "uploads").exists()


def test_the_list_leads_to_the_import_for_those_who_may(desk: Desk) -> None:
    assert UPLOAD in desk.client("officer").get("/register/obligation").content.decode()
    for who in ("public", "partner", "company_a", "auditor"):
        assert UPLOAD not in desk.client(who).get("/register/obligation").content.decode()
    assert "/import/" not in desk.client("officer").get("/register/evidence").content.decode()


def test_cells_are_shown_as_text_and_never_as_markup(desk: Desk) -> None:
    _client, shown = send(desk, [obligation("<script>alert(1)</script>", Due="<b>")])
    assert b"<script>alert" not in shown.content
    assert b"&lt;script&gt;" in shown.content


@pytest.mark.parametrize("who", ["public", "partner", "company_a", "auditor", "approver"])
def test_outsiders_find_nothing_to_import_with(desk: Desk, who: str) -> None:
    client = desk.client(who)
    assert client.get(UPLOAD).status_code == 404
    assert client.get(f"{UPLOAD}/template.xlsx").status_code == 404
    assert client.post(UPLOAD, sent(book([obligation("x")]))).status_code == 404


def test_another_persons_sheet_is_not_there(desk: Desk) -> None:
    _client, shown = send(desk, [obligation("One")])
    before = size(desk)
    for who in ("public", "partner", "company_a", "clerk", "administrator"):
        client: Client = desk.client(who)
        assert client.get(address_of(shown)).status_code == 404
        assert client.post(f"{address_of(shown)}/confirm").status_code == 404
        assert client.post(f"{address_of(shown)}/cancel").status_code == 404
    assert size(desk) == before
    assert desk.client("officer").get(address_of(shown)).status_code == 200


def test_a_role_that_was_taken_away_meanwhile_confirms_nothing(desk: Desk) -> None:
    client, shown = send(desk, [obligation("One")])
    desk.people["officer"].memberships.all().delete()
    before = size(desk)
    assert client.post(f"{address_of(shown)}/confirm").status_code == 404
    assert size(desk) == before


@pytest.mark.parametrize("who", ["public", "company_b", "clerk", "partner"])
def test_a_receipt_shows_only_what_the_reader_may_see(desk: Desk, who: str) -> None:
    heads = [*HEADS, "Classification", "Releasable to", "Only these organisations"]
    client, shown = send(desk, [[*obligation("One"), "SECRET", "MYS KOR", "MYS-company-a"]], heads)
    receipt = client.post(f"{address_of(shown)}/confirm", follow=True)
    expected = 200 if who == "partner" else 404
    assert desk.client(who).get(address_of(receipt)).status_code == expected
    assert desk.client("company_a").get(address_of(receipt)).status_code == 200


@pytest.mark.parametrize("tail", ["5-1", "0-99999999999999999999999", "99999999-99999999"])
def test_a_receipt_of_nothing_is_not_there(desk: Desk, tail: str) -> None:
    found = desk.client("officer").get(f"/register/gate/recorded/{tail}")
    assert found.status_code in (200, 404)
    assert desk.client("officer").get("/register/nothing/recorded/0-1").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/register/evidence/import/register",  # its file is not in a sheet
        "/register/key/import/register",
        "/register/partner/import/register",
        "/register/obligation/import/accept",  # makes nothing
        "/register/nothing/import/propose",
        "/register/obligation/import/nothing",
    ],
)
def test_what_a_sheet_cannot_say_has_no_page(desk: Desk, path: str) -> None:
    for who in ("officer", "administrator"):
        assert desk.client(who).get(path).status_code == 404


def test_the_ledgers_refusals_are_bounded_in_number(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MAX_DRY_ROWS", 5)
    rows = [[*obligation(str(n)), "MYS"] for n in range(4)]
    _client, shown = send(desk, rows, [*HEADS, "Releasable to"])
    assert len(errors_of(shown)) == 1
    assert "There may be more" in text_of(shown)


def test_a_long_sheet_is_shown_in_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    client, shown = send(desk, [obligation("A1"), obligation("A2", Due="x"), obligation("A3")])
    assert [line["row"].number for line in shown.context["lines"]] == [2, 3]
    rest = client.get(f"{address_of(shown)}?page=2")
    assert [line["row"].number for line in rest.context["lines"]] == [4]
    wrong = client.get(f"{address_of(shown)}?show=wrong")
    assert [line["row"].number for line in wrong.context["lines"]] == [3]


def test_the_template_comes_back_as_it_is_filled_in(desk: Desk) -> None:
    client = desk.client("officer")
    answer = client.get(f"{UPLOAD}/template.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="obligation-propose.xlsx"'
    made = load_workbook(io.BytesIO(b"".join(answer)))
    sheet, help_, lists = made.worksheets
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["Identifier", "Title *", "Agreement *"]
    assert all(cell.comment.text for cell in sheet[1])
    assert lists.sheet_state == "hidden"
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules[f"F2:F{reading.MAX_ROWS + 1}"] == "choices!$F$1:$F$5"
    offered = {lists.cell(number, 6).value for number in range(1, 6)}
    assert "Training" in offered
    assert lists["C1"].value == "G2G agreement (MYS-agreement-g2g)"
    assert help_["A1"].value == "RESTRICTED · releasable to KOR, MYS"  # it names an agreement
    for place, value in enumerate(obligation("From the template", Category="Training"), 1):
        sheet.cell(2, place).value = value
    sheet["C2"] = lists["C1"].value
    file = io.BytesIO()
    made.save(file)
    shown = client.post(UPLOAD, sent(file.getvalue()), follow=True)
    assert errors_of(shown) == []
    assert client.post(f"{address_of(shown)}/confirm", follow=True).status_code == 200


def test_the_template_offers_nothing_that_its_reader_may_not_see(desk: Desk) -> None:
    answer = desk.client("clerk").get("/register/agreement/import/propose/template.xlsx")
    made = load_workbook(io.BytesIO(b"".join(answer)))
    text = str([[cell.value for cell in row] for sheet in made for row in sheet.iter_rows()])
    assert "Zulkarnain" not in text
    assert "SECRET" not in text


def test_a_title_that_is_like_a_formula_is_text_in_the_template(desk: Desk) -> None:
    desk.say(
        "agreement",
        "MYS-agreement-x",
        "propose",
        HIGH.model_copy(update={"permissive": {"releasable_to": ("KOR", "MYS")}}),
        counterparty="KOR",
        title="=HYPERLINK(1)",
        exclusivity="exclusive",
        approvals=["MYS-gate-open"],
    )
    answer = desk.client("officer").get(f"{UPLOAD}/template.xlsx")
    made = load_workbook(io.BytesIO(b"".join(answer)))
    cells = [made["choices"].cell(number, 3) for number in (1, 2)]
    [cell] = [cell for cell in cells if cell.value.startswith("=")]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_every_kind_that_can_be_imported_has_a_template(desk: Desk) -> None:
    """Of this version's kinds, and so of those to come: it follows from their declaration."""
    from sepakat.desk.workbook.entries import is_importable
    from sepakat.vocabulary import REGISTRY

    tried = 0
    for kind in REGISTRY.kinds.values():
        for action in kind.lifecycle.actions.values():
            if not is_importable(kind, action):
                continue
            for who in ("officer", "inspector", "committee", "company_a"):
                client = desk.client(who)
                answer = client.get(f"/register/{kind.kind}/import/{action.name}/template.xlsx")
                if answer.status_code == 200:
                    load_workbook(io.BytesIO(b"".join(answer)))
                    assert client.get(f"/register/{kind.kind}/import/{action.name}")
                    tried += 1
    assert tried > 8
