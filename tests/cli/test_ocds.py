"""`sepakat ocds`, over published files and over broken ones."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli.conftest import Node
from sepakat.cli.program import program
from sepakat.record.fields import TIME_FORMAT
from support.procurement import PLAIN, openers


def run(*words: object, given: str | None = None) -> Result:
    return CliRunner().invoke(program, ["ocds", *map(str, words)], input=given)


def answer(*words: object, code: int = 0) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_the_four_bad_releases_of_a_real_file_are_named_and_kept(shared: Path, tmp_path: Path):
    file = shared / "data" / "ocds" / "colombia-100-releases.json"
    told = answer("check", file, "--bad", tmp_path / "bad", code=1)
    assert told["read"] == {"release": 100, "record": 0, "package": 1}
    assert [row["item"] for row in told["findings"]] == [
        f"releases/{n}" for n in (12, 31, 31, 36, 36, 71)
    ]
    kept = [json.loads(line) for line in (tmp_path / "bad").read_text().splitlines()]
    published = json.loads(file.read_bytes())["releases"]
    assert [row["content"] for row in kept] == [published[n] for n in (12, 31, 36, 71)]


def test_a_schema_that_is_named_is_the_one_that_is_checked_by(shared: Path, tmp_path: Path):
    file = shared / "data" / "ocds" / "colombia-100-releases.json"
    official = shared / "data" / "ocds" / "schema" / "release-schema.json"
    assert answer("check", file, "--schema", official, code=1)["wrong"] == 4
    (tmp_path / "any").write_text("{}")
    assert answer("check", file, "--schema", tmp_path / "any")["wrong"] == 0


def test_a_schema_that_needs_the_network_is_refused(tmp_path: Path):
    (tmp_path / "schema").write_text('{"$ref": "https://example.org/schema.json"}')
    (tmp_path / "file").write_text("{}")
    done = run("check", tmp_path / "file", "--schema", tmp_path / "schema")
    assert done.exit_code == 2
    assert "refers to no other file" in done.output


def test_our_own_schema_checks_as_we_do(shared: Path, tmp_path: Path):
    file = shared / "data" / "ocds" / "colombia-100-releases.json"
    (tmp_path / "schema").write_text(run("schema", "release", "--extensions").stdout)
    assert answer("check", file, "--schema", tmp_path / "schema", code=1)["wrong"] == 4


def test_a_process_is_compiled_and_what_has_no_ocid_is_left_out(tmp_path: Path):
    good = {"ocid": "a", "id": "1", "date": "2020-01-01T00:00:00Z", "tender": {"title": "x"}}
    file, out, bad = (tmp_path / name for name in ("file", "out", "bad"))
    file.write_text(json.dumps([good, {"id": "b"}]))
    told = answer("compile", file, "--records", "--versioned", "--to", out, "--bad", bad, code=1)
    assert (told["processes"], told["wrong"]) == (1, 1)
    (record,) = map(json.loads, out.read_text().splitlines())
    assert record["compiledRelease"]["tender"] == {"title": "x"}
    assert record["versionedRelease"]["tender"]["title"][0]["value"] == "x"
    assert json.loads(bad.read_text())["content"] == {"id": "b"}


def test_the_standard_input_is_read():
    done = run("check", "-", given='{"ocid": "a"}')
    assert done.exit_code == 1
    assert "required" in done.output


def test_a_single_bid_is_flagged_as_the_published_answer_has_it(shared: Path):
    folder = shared / "vectors" / "ocds-indicators"
    published = json.loads((folder / "R018.expected").read_text())
    found = answer("flags", folder / "R018.jsonl")["flags"]
    assert found["OCID"] == published["OCID"]
    assert (
        "Innocently: A market with one able supplier" in run("flags", folder / "R018.jsonl").output
    )


def test_settings_that_no_indicator_has_are_refused(tmp_path: Path):
    (tmp_path / "settings").write_text('{"R999": {}}')
    (tmp_path / "file").write_text("[]")
    done = run("flags", tmp_path / "file", "--settings", tmp_path / "settings")
    assert done.exit_code == 2
    assert "R999" in done.output


def owe(node: Node, name: str, *label: str) -> None:
    """An agreement and an obligation under it, proposed."""
    node.do("say", "agreement", "propose", f"KOR-g2g-{name}", "--set", "title=An agreement",
            "--set", "counterparty=MYS", "--set", "exclusivity=exclusive", *label)  # fmt: skip
    node.do("say", "obligation", "propose", f"KOR-ob-{name}", "--set", f"title={name}",
            "--set", f"agreement=KOR-g2g-{name}", "--set", "counterparty=MYS",
            "--set", "obligor=KOR", "--set", "category=training", "--set", "value=2.50 MYR",
            "--set", "due=2027-01-31", "--set", "description=Training", *label)  # fmt: skip


def test_only_what_the_public_may_see_is_exported(kor: Node, tmp_path: Path):
    owe(kor, "open", "--classification", "UNCLASSIFIED", "--for", "PUBLIC")
    owe(kor, "hidden", "--classification", "RESTRICTED", "--for", "KOR,MYS")
    file = tmp_path / "package.json"
    kor.do("ocds", "export", file, "--prefix", "ocds-a1b2c3", "--publisher", "An example",
            "--uri", "https://example.org/package.json")  # fmt: skip
    assert "hidden" not in file.read_text()
    assert answer("check", file, "--extensions")["wrong"] == 0
    (owed,) = (o for o in answer("import", file)["obligations"] if o["title"] == "open")
    assert (owed["title"], owed["due"]) == ("open", "2027-01-31")
    assert owed["value"] == {"amount": "2.5", "currency": "MYR"}


PACKAGE = ("--prefix", "ocds-a1b2c3", "--publisher", "An example",
           "--uri", "https://example.org/package.json")  # fmt: skip
OPEN = ("--classification", "UNCLASSIFIED", "--for", "PUBLIC")
CLOSED = ("--classification", "RESTRICTED", "--for", "KOR")


def tender(node: Node, days: int, *label: str) -> tuple[str, str]:
    """A ministry, and its tender of one requirement that closes in some days."""
    ministry = node.organisation(*label)
    required = node.new("requirement")
    node.do("say", "requirement", "state", required, "--set", "number=1", "--set", "title=Fits",
            "--set", "type=security", "--set", "priority=mandatory", "--set", "method=test",
            "--set", "text=It fits.", *label)  # fmt: skip
    node.do("say", "requirement", "approve", required, "--role", "approver")
    now = datetime.now(UTC)
    times = {"questions_until": now + timedelta(days), "closes": now + timedelta(days),
             "opens": now + timedelta(days)}  # fmt: skip
    made = node.new("tender")
    body = {name: PLAIN[name] for name in ("lots", "criteria")} | {
        name: moment.strftime(TIME_FORMAT) for name, moment in times.items()
    }
    given = [f"--set={name}:={json.dumps(value)}" for name, value in body.items()]
    node.do("say", "tender", "publish", made, "--role", "approver", "--set", f"title={made}",
            "--set", "description=What it is.", "--set", f"requirements={required}",
            "--set", "method=open", "--set", "version=1",
            f"--set=openers:={json.dumps(openers())}", *given,
            *label)  # fmt: skip
    return ministry, made


def test_a_tender_of_ours_is_exported_flagged_and_drafted_again(kor: Node, tmp_path: Path):
    ministry, short = tender(kor, 5, *OPEN)
    _, long = tender(kor, 40, *CLOSED)
    file, batch = tmp_path / "package.json", tmp_path / "batch.json"
    kor.do("ocds", "export", file, "--tenders", *PACKAGE)
    assert short in file.read_text()
    assert long not in file.read_text()
    assert answer("check", file, "--extensions")["wrong"] == 0
    told = kor.do("ocds", "export", file, "--tender", short, "--versioned", *PACKAGE)
    assert told["records"] == 1
    assert answer("check", file, "--extensions")["wrong"] == 0
    refused = kor.run("ocds", "export", file, "--tender", long, *PACKAGE)
    assert (refused.code, "no tender" in refused.err) == (4, True)
    assert (
        kor.do("ocds", "export", file, "--tender", long, "--for", "KOR", *PACKAGE)["for"] == "KOR"
    )
    assert long in file.read_text()

    found = kor.do("ocds", "flags", "--own")
    assert [flag["flag"] for flag in found["tenders"][short]] == ["R003"]
    assert long not in found["tenders"]
    assert "sepakat show" in kor.run("ocds", "flags", "--own").out

    kor.do("ocds", "export", file, "--tender", short, *PACKAGE)
    drafted = answer("import", file, "--draft", batch, "--organisation", ministry, *CLOSED)
    assert drafted["statements"] == 2, "a need is not in what the public sees, a requirement is"
    reasons = [row["reason"] for row in drafted["processes"][0]["incomplete"]]
    assert len(reasons) == 2 and "openers" in reasons[1]
    assert kor.do("say", "--batch", batch)["recorded"][0]["state"] == "stated"


def test_a_tender_that_was_imported_is_another_than_was_exported(kor: Node, tmp_path: Path):
    """Its openers' key files are given, and a file beside it with what the public does not see."""
    ministry, made = tender(kor, 20, *OPEN)
    file, batch, beside = (tmp_path / name for name in ("package.json", "batch", "beside.toml"))
    kor.do("ocds", "export", file, "--tender", made, *PACKAGE)
    given = []
    for opener in openers():
        public = tmp_path / f"{opener['account']}.pub"
        public.write_text(f"{opener['key']}\n")
        given += ["--opener", f"{opener['account']}={public}"]
    beside.write_text(
        f"""["ocds-a1b2c3-{made}".need]
        value = {{ amount = "10", currency = "MYR" }}
        description = "It is lacking."
        due = 2027-12-31
        """
    )
    drafted = answer("import", file, "--draft", batch, "--organisation", ministry, *OPEN,
                     *given, "--beside", beside)  # fmt: skip
    (process,) = drafted["processes"]
    assert process["incomplete"] == []
    need, _, _, again = (one["object"] for one in json.loads(batch.read_text()))
    told = kor.do("say", "--batch", batch)["recorded"]
    assert [one["state"] for one in told] == ["stated", "stated", "approved", "published"]
    before, after = (kor.do("show", name)["object"]["fields"] for name in (made, again))
    assert after.pop("requirements") != before.pop("requirements")
    assert after == before
    assert kor.do("show", need)["object"]["fields"]["due"] == "2027-12-31"


def test_what_is_given_beside_an_import_is_not_asked_for(tmp_path: Path):
    file, beside = tmp_path / "file", tmp_path / "beside.toml"
    file.write_text("[]")
    (tmp_path / "short.pub").write_text("AAAA")
    base = ("import", file, "--draft", tmp_path / "batch", "--organisation", "MYS-a", *CLOSED)
    for content, words in (
        ('["ocds-x"]', "ocds-x"),
        ('["ocds-x".offer]', "offer"),
        ('["ocds-x".tender]\ncloses = 2027-01-01T00:00:00', "offset"),
        ("[", "TOML"),
    ):
        beside.write_text(content)
        done = run(*base, "--beside", beside)
        assert done.exit_code == 2, words
        assert words in done.output
    for opener, words in (("a", "ACCOUNT=FILE"), (f"a={tmp_path / 'short.pub'}", "key")):
        done = run(*base, "--opener", opener)
        assert done.exit_code == 2, words
        assert words in done.output


def test_an_import_is_drafted_for_nobody(tmp_path: Path):
    (tmp_path / "file").write_text("[]")
    done = run(
        "import", tmp_path / "file", "--draft", tmp_path / "batch", "--organisation", "MYS-a"
    )
    assert done.exit_code == 2
    assert "--classification" in done.output
    done = run("import", tmp_path / "file", "--draft", tmp_path / "batch", "--organisation", "../a",
               *CLOSED)  # fmt: skip
    assert done.exit_code == 2
    assert "--organisation" in done.output


def test_flags_are_of_both_a_file_and_ones_own(tmp_path: Path):
    (tmp_path / "file").write_text("[]")
    assert run("flags").exit_code == run("flags", tmp_path / "file", "--own").exit_code == 2
