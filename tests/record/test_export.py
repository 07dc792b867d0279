"""An export's files: their paths, their lines, what they disclose, and checks by other tools."""

import base64
import json
import re
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record import canon, export
from sepakat.record import label as labels
from sepakat.record.errors import InvalidError
from sepakat.record.export import Disclosure
from support import records
from support.nations import Nations

OWN = labels.make("RESTRICTED", ["MYS"])
SALT = b"\xfa" * 32


@pytest.fixture(scope="module")
def nations() -> Nations:
    made = Nations("MYS", "KOR")
    company = {"name": "Company", "type": "company"}
    made.say("MYS", "organisation", "MYS-shown", "register", company)
    made.say(
        "MYS", "organisation", "MYS-hidden", "register", {**company, "name": "Hidden"}, label=OWN
    )
    made.say("KOR", "organisation", "KOR-shown", "register", company)
    made.say(
        "MYS",
        "organisation",
        "MYS-public",
        "register",
        company,
        label=labels.make("UNCLASSIFIED", ["PUBLIC"]),
    )
    return made


@given(st.integers(0, 10**9))
def test_path_of_disclosures_names_one_bundle(bundle: int) -> None:
    path = export.disclosure_path("MYS", bundle)
    assert export.parse_disclosure_path(path) == ("MYS", bundle)


def test_bundles_beyond_a_thousand_lie_in_folders() -> None:
    assert export.disclosure_path("MYS", 0) == "disclosures/MYS/000.jsonl"
    assert export.disclosure_path("KOR", 1234) == "disclosures/KOR/x001/234.jsonl"


@pytest.mark.parametrize(
    "path",
    [
        "disclosures/MYS/0.jsonl",
        "disclosures/MYS/x000/001.jsonl",
        "disclosures/MYS/000.p/3.jsonl",
        "disclosures/mys/000.jsonl",
        "disclosures/MYS/../000.jsonl",
        "disclosures/MYS/000.jsonl/",
        "disclosures/MYS/000.jsonl\n",
        "/disclosures/MYS/000.jsonl",
    ],
)
def test_second_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidError):
        export.parse_disclosure_path(path)


@given(
    st.one_of(
        st.binary(),
        st.dictionaries(st.text("abc"), st.text()).map(canon.encode),
        st.sampled_from([b'{"a":1.5}', b'{"index":1,"salt":""}', b'"AAAA"', b"null", b"{}\n"]),
    ),
    st.integers(0, canon.MAX_INTEGER),
    st.binary(min_size=32, max_size=32),
)
def test_line_gives_back_the_exact_bytes_of_any_envelope(
    envelope: bytes, index: int, salt: bytes
) -> None:
    disclosure = Disclosure("MYS", index, salt, envelope)
    line = export.encode_line(disclosure)
    assert export.decode_line("MYS", line) == disclosure
    value = canon.decode(line)
    assert set(value) == {"envelope", "index", "salt"}
    assert (value["index"], base64.b64decode(value["salt"])) == (index, salt)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b'{"envelope": {},"index":0,"salt":"%b"}',
        b'{"envelope":{},"index":00,"salt":"%b"}',
        b'{"envelope":{},"index":-1,"salt":"%b"}',
        b'{"envelope":{},"index":1.0,"salt":"%b"}',
        b'{"index":0,"envelope":{},"salt":"%b"}',
        b'{"envelope":{},"index":0,"salt":"%b"} ',
        b'{"envelope":{},"index":0,"salt":"%b","x":1}',
        b'{"envelope":"{}","index":0,"salt":"%b"}',
        b'{"envelope":"e30=","index":0,"salt":"%b"}',  # {} is JSON and stands as such
        b'{"envelope":[],"index":0,"salt":"%b"}',
    ],
)
def test_second_spelling_of_a_line_is_refused(line: bytes) -> None:
    line = line.replace(b"%b", base64.b64encode(SALT))
    try:
        disclosure = export.decode_line("MYS", line)
    except InvalidError:
        return
    # What is left is an object that is not canonical: `fold.read` refuses it.
    with pytest.raises(InvalidError):
        canon.decode(disclosure.envelope)


def test_salt_with_stray_bits_is_refused() -> None:
    line = export.encode_line(Disclosure("MYS", 0, b"\x00" * 32, b"{}"))
    with pytest.raises(InvalidError):
        export.decode_line("MYS", line.replace(b'A="', b'B="'))


def test_export_for_a_reader_shows_what_its_labels_allow(tmp_path: Path, nations: Nations) -> None:
    shown = {}
    for name, reader in {
        "all": None,
        "KOR": nations.cards["KOR"].reader,
        "public": labels.PUBLIC_READER,
    }.items():
        records.write(tmp_path / name, nations, reader=reader)
        lines = [
            json.loads(line)
            for path in (tmp_path / name).glob("disclosures/*/*.jsonl")
            for line in path.read_text().splitlines()
        ]
        said = [json.loads(base64.b64decode(line["envelope"]["payload"])) for line in lines]
        shown[name] = {statement["object"] for statement in said}
    assert shown == {
        "all": {"MYS-shown", "MYS-hidden", "KOR-shown", "MYS-public"},
        "KOR": {"MYS-shown", "KOR-shown", "MYS-public"},
        "public": {"MYS-public"},
    }


def test_state_of_the_manifest_is_the_fold_of_what_is_shown(
    tmp_path: Path, nations: Nations
) -> None:
    reader = nations.cards["KOR"].reader
    assert records.write(tmp_path / "all", nations).state == nations.fold().digest()
    shown = records.write(tmp_path / "kor", nations, reader=reader)
    assert shown.state == nations.fold("KOR").digest() != nations.fold().digest()


def test_manifest_is_what_any_ed25519_library_verifies(tmp_path: Path, nations: Nations) -> None:
    records.write(tmp_path, nations)
    envelope = json.loads((tmp_path / "manifest.json").read_bytes())
    (card,) = (c for c in json.loads((tmp_path / "keys.json").read_bytes()) if c["nation"] == "MYS")
    kind, payload = envelope["payloadType"], base64.b64decode(envelope["payload"])
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(card["statement_key"]))
    message = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    key.verify(base64.b64decode(envelope["signatures"][0]["sig"]), message)


def test_readme_gives_a_command_that_checks_all_files(tmp_path: Path, nations: Nations) -> None:
    records.write(tmp_path, nations)
    readme = (tmp_path / "README.md").read_text()
    (block,) = re.findall(r"^    python3 -c .*?sha256sum -c$", readme, re.MULTILINE | re.DOTALL)
    command = "\n".join(line.removeprefix("    ") for line in block.splitlines())

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=tmp_path, capture_output=True, text=True
        )

    well = check()
    assert well.returncode == 0, well.stderr
    assert well.stdout.count(": OK") == len(list(records.all_files(tmp_path))) - 1
    (tmp_path / "vkey").write_bytes(b"another\n")
    assert check().returncode != 0
