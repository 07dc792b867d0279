"""The page on formats holds: each example on it is computed anew.

Hashes, JSON, base64 and signatures come from the standard library and `cryptography`, as in a
second implementation; then our own code must take the same bytes.
"""

import base64
import hashlib
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sepakat.cli.kinds import describe
from sepakat.cli.schema import PASSES
from sepakat.node import httpsig
from sepakat.record import canon, card, export, fields, fold, label, rules, seal, statement
from sepakat.record.checkpoint import open_checkpoint
from sepakat.record.note import KeyType, encode_vkey, parse_vkey
from sepakat.record.tlogproof import parse_tlog_proof
from sepakat.vocabulary import REGISTRY
from support.markdown import DOCS, ROOT, examples, table

PAGE = DOCS / "formats.md"
SHOWN = examples(PAGE)
RECORD = ROOT / "src" / "sepakat" / "record"


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: Any) -> bytes:
    """RFC 8785 for what the profile allows: json of the standard library does it."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def key_rows() -> dict[str, list[str]]:
    return {line[:13].strip(): line[13:].split() for line in SHOWN["keys"].splitlines()[1:]}


def private(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key_rows()[name][0]) * 32)


def public(name: str) -> bytes:
    return private(name).public_key().public_bytes_raw()


def keyid(name: str) -> str:
    return sha256(public(name)).hex()[:32]


def sealing_seeds(byte: int) -> bytes:
    return bytes([byte]) * 96


def the_card() -> dict[str, Any]:
    shown = json.loads(SHOWN["card"])
    seeds = sealing_seeds(0x09)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(seeds[:64]).public_key().public_bytes_raw()
    x25519 = X25519PrivateKey.from_private_bytes(seeds[64:]).public_key().public_bytes_raw()
    return {**shown, "sealing_key": b64(mlkem + x25519)}


def entry_rows() -> list[tuple[bytes, str]]:
    rows = [line.split() for line in SHOWN["entries"].splitlines()[1:]]
    return [(bytes.fromhex(salt) * 32, entry) for _, salt, entry in rows]


def envelopes() -> list[bytes]:
    one, two = SHOWN["envelope-0"].encode(), SHOWN["envelope-1"].encode()
    return [one, two, two]


def checkpoint_text() -> str:
    return SHOWN["checkpoint"].partition("\n\n")[0] + "\n"


# Limits, forms and codes.


@pytest.mark.parametrize("row", table(PAGE, "Limit", "Value", "In the code"), ids=lambda r: r[2])
def test_limit_is_the_one_in_the_code(row: list[str]) -> None:
    _, value, place = row
    module, _, name = place.strip("`").rpartition(".")
    assert int(value.replace(",", "")) == getattr(import_module(f"sepakat.{module}"), name)


def test_forms_of_texts_are_those_in_the_code() -> None:
    declared = {
        "Digest": fields.Digest,
        "Nation": fields.Nation,
        "Name": fields.Name,
        "ObjectId": fields.ObjectId,
        "Line": fields.Line,
        "Date": fields.Date,
        "Time": fields.Time,
    }
    patterns = {
        name: next(m.pattern for m in kind.__metadata__ if hasattr(m, "pattern"))
        for name, kind in declared.items()
    }
    for name, model, field in (
        ("Amount", fields.Money, "amount"),
        ("Currency", fields.Money, "currency"),
        ("Account", statement.Author, "account"),
    ):
        found = [m for m in model.model_fields[field].metadata if getattr(m, "pattern", None)]
        patterns[name] = found[0].pattern
    assert dict(line.split(maxsplit=1) for line in SHOWN["patterns"].splitlines()) == patterns


def test_members_are_those_of_the_models() -> None:
    for model, header in (
        (card.Card, ("Member", "Form", "Meaning")),
        (statement.Statement, ("Member", "Form", "Meaning")),
        (export.Manifest, ("Member", "Form", "Meaning")),
        (label.Label, ("Member", "Form")),
    ):
        assert list(model.__pydantic_fields__) in _member_tables(header), model.__name__


def _member_tables(header: tuple[str, ...]) -> list[list[str]]:
    """The first column of every table with these heads."""
    found, rows = [], None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if tuple(cells) == header:
            rows = []
            found.append(rows)
        elif not line.startswith("|"):
            rows = None
        elif rows is not None and not line.startswith("| ---"):
            rows.append(cells[0].strip("`"))
    return found


def test_every_code_of_a_rejection_is_listed() -> None:
    listed = [row[0].strip("`") for row in table(PAGE, "Code", "Rejected if")]
    raised = set(re.findall(r'Rejected\(\s*"(\w+)"', (RECORD / "rules.py").read_text()))
    text = (RECORD / "fold.py").read_text()
    raised |= set(re.findall(r'REJECTED,\s+"(\w+)"', text))
    raised |= set(re.findall(r'verdict = "(\w+)"', text))
    assert sorted(listed) == sorted(raised)


def test_edition_and_kinds_of_the_record_are_the_ones_named() -> None:
    from sepakat.record.kinds import KINDS

    text = PAGE.read_text(encoding="utf-8")
    assert f"This is edition {rules.EDITION}." in text
    named = re.search(r"The record's own kinds are (.*)\.", text)
    assert named and re.findall(r"`(\w+)`", named[1]) == [kind.kind for kind in KINDS]


def test_every_member_of_a_kinds_description_is_explained() -> None:
    _, _, section = PAGE.read_text(encoding="utf-8").partition("\n## Kinds\n")
    section, _, _ = section.partition("\n## ")
    told = describe(REGISTRY.get("claim"))
    state, action = told["states"][0], told["actions"][0]
    for member in (*told, *state, *action, *action["check"], PASSES):
        assert f"`{member}`" in section, member


# Examples.


def test_keys_come_from_their_seeds() -> None:
    assert len(key_rows()) == 7
    for name, (_, shown, shown_id) in key_rows().items():
        assert (shown, shown_id) == (public(name).hex(), keyid(name))


def test_card_has_its_fingerprint() -> None:
    whole = canonical(the_card())
    assert SHOWN["fingerprint"].replace(" ", "") == sha256(whole).hex()
    parsed = card.parse(whole)
    assert parsed.fingerprint == SHOWN["fingerprint"]
    assert canonical(json.loads(SHOWN["card"])).decode() == SHOWN["card"]


@pytest.mark.parametrize("number", [0, 1])
def test_statement_has_its_digest(number: int) -> None:
    payload = SHOWN[f"statement-{number}"].encode()
    assert canonical(json.loads(payload)) == payload
    assert sha256(payload).hex() == SHOWN[f"digest-{number}"]
    assert statement.parse(payload).encode() == payload


def test_first_statement_registers_the_key_that_signs_the_second() -> None:
    body = json.loads(SHOWN["statement-0"])["body"]
    assert base64.b64decode(body["public_key"]) == public("MYS office")


@pytest.mark.parametrize(("number", "signer"), [(0, "MYS root"), (1, "MYS office")])
def test_envelope_is_signed_over_the_encoding_given(number: int, signer: str) -> None:
    payload = SHOWN[f"statement-{number}"].encode()
    kind = b"application/vnd.sepakat.statement+json"
    head = b"DSSEv1 %d %b %d" % (len(kind), kind, len(payload))
    if number == 0:
        assert head.decode() == SHOWN["pae-0"]
    signature = private(signer).sign(head + b" " + payload)
    wanted = {
        "payload": b64(payload),
        "payloadType": kind.decode(),
        "signatures": [{"keyid": keyid(signer), "sig": b64(signature)}],
    }
    assert canonical(wanted).decode() == SHOWN[f"envelope-{number}"]


def test_entries_commit_to_salt_and_envelope() -> None:
    for (salt, entry), envelope in zip(entry_rows(), envelopes(), strict=True):
        assert sha256(b"sepakat/leaf/v1" + salt + envelope).hex() == entry


def leaf_hashes() -> list[bytes]:
    return [sha256(b"\0" + bytes.fromhex(entry)) for _, entry in entry_rows()]


def test_tile_bundle_and_root_follow_from_the_entries() -> None:
    one, two, three = leaf_hashes()
    assert SHOWN["tile"].split() == [one.hex(), two.hex(), three.hex()]
    root = sha256(b"\1" + sha256(b"\1" + one + two) + three)
    assert SHOWN["root"] == root.hex()
    assert SHOWN["bundle"].split() == [f"0020{entry}" for _, entry in entry_rows()]


def test_verifier_keys_are_made_as_described() -> None:
    log, witness = SHOWN["vkeys"].splitlines()
    made = [
        _vkey("mys.example/log", 1, public("MYS log")),
        _vkey("kor.example/witness", 4, public("KOR witness")),
    ]
    assert [log, witness] == made
    assert the_card()["log_key"] == log
    assert the_card()["witness_key"] == _vkey("mys.example/witness", 4, public("MYS witness"))
    assert encode_vkey("mys.example/log", KeyType.ED25519, public("MYS log")) == log


def _vkey(name: str, kind: int, key: bytes) -> str:
    key_id = sha256(name.encode() + b"\n" + bytes([kind]) + key)[:4]
    return f"{name}+{key_id.hex()}+{b64(bytes([kind]) + key)}"


def test_checkpoint_is_signed_and_cosigned() -> None:
    text = checkpoint_text()
    root = b64(bytes.fromhex(SHOWN["root"]))
    assert text == f"mys.example/log\n3\n{root}\n"
    _, _, lines = SHOWN["checkpoint"].partition("\n\n")
    signed, cosigned = (base64.b64decode(line.split()[2]) for line in lines.splitlines())
    assert signed[4:] == private("MYS log").sign(text.encode())
    time = int.from_bytes(cosigned[4:12], "big")
    message = f"cosignature/v1\ntime {time}\n{text}"
    assert message == SHOWN["cosigned"] + "\n"
    assert cosigned[12:] == private("KOR witness").sign(message.encode())
    log, witness = map(parse_vkey, SHOWN["vkeys"].splitlines())
    opened = open_checkpoint(f"{SHOWN['checkpoint']}\n".encode(), log, [witness])
    assert [c.time for c in opened.cosignatures] == [time]


def test_proof_leads_to_the_checkpoint() -> None:
    one, _, three = leaf_hashes()
    head, _, note = SHOWN["proof"].partition("\n\n")
    _, entry = entry_rows()[1]
    assert head.splitlines() == [
        "c2sp.org/tlog-proof@v1",
        f"extra {b64(bytes.fromhex(entry))}",
        "index 1",
        b64(one),
        b64(three),
    ]
    assert note == SHOWN["checkpoint"]
    log, witness = map(parse_vkey, SHOWN["vkeys"].splitlines())
    proof = parse_tlog_proof(f"{SHOWN['proof']}\n".encode())
    opened = proof.verify(bytes.fromhex(entry), log, [witness])
    assert (opened.checkpoint.size, len(opened.cosignatures)) == (3, 1)


def folded() -> fold.Fold:
    state = fold.Fold(REGISTRY, [card.parse(canonical(the_card()))])
    state.add(fold.read("MYS", index, data) for index, data in enumerate(envelopes()))
    return state


def test_state_is_what_the_statements_come_to() -> None:
    thing = json.loads(SHOWN["object"])
    said = json.loads(SHOWN["statement-1"])
    assert thing["head"] == SHOWN["digest-1"]
    assert (thing["fields"], thing["label"]) == (said["body"], said["label"])
    assert canonical(thing).decode() == SHOWN["object"]
    assert sha256(SHOWN["object"].encode()).hex() == SHOWN["object-digest"]
    head, *objects, refused = SHOWN["state-input"].splitlines()
    assert head == "sepakat/state/v1"
    assert objects[0] == f"MYS-acme {SHOWN['object-digest']}"
    assert refused == "MYS 2 rejected repeated"
    assert sha256(f"{SHOWN['state-input']}\n".encode()).hex() == SHOWN["state-digest"]
    state = folded()
    assert dict(line.split() for line in objects) == dict(state.object_digests())
    assert state.digest() == SHOWN["state-digest"]


def test_sealed_example_opens_under_the_context_shown() -> None:
    said = json.loads(SHOWN["statement-1"])
    wanted = {
        "digest": SHOWN["digest-1"],
        "index": 1,
        "label": said["label"],
        "origin": "mys.example/log",
    }
    assert canonical(wanted).decode() == SHOWN["context"]
    sealed = base64.b64decode(SHOWN["sealed"].replace("\n", ""))
    assert sealed[:5] == b"SPKS\x01"
    assert int.from_bytes(sealed[5:7], "big") == 1168
    key = seal.SealingKey.from_bytes(sealing_seeds(0x0A))
    plain = seal.unseal(sealed, key, SHOWN["context"].encode())
    assert plain == b"salt and envelope stand here"
    assert len(sealed) == 7 + 1168 + 12 + len(plain) + 16


def _message(name: str) -> tuple[str, dict[str, str], bytes]:
    head, _, content = SHOWN[name].partition("\n\n")
    first, *lines = head.splitlines()
    return first, dict(line.split(": ", 1) for line in lines), f"{content}\n".encode()


@pytest.mark.parametrize(
    ("message", "signer"), [("request", "KOR exchange"), ("response", "MYS exchange")]
)
def test_http_signature_is_over_the_base_shown(message: str, signer: str) -> None:
    _, headers, content = _message(message)
    content = b"" if message == "request" else content
    assert headers["Content-Digest"] == f"sha-256=:{b64(sha256(content))}:"
    base = SHOWN[f"{message}-base"]
    assert base.endswith(headers["Signature-Input"].removeprefix("sepakat="))
    assert headers["Signature"] == f"sepakat=:{b64(private(signer).sign(base.encode()))}:"
    assert f'keyid="{keyid(signer)}"' in base


def test_http_example_is_taken() -> None:
    first, headers, _ = _message("request")
    method, target, _ = first.split()
    found = httpsig.verify_request(
        method,
        the_card()["url"] + target,
        headers,
        b"",
        public_key={keyid("KOR exchange"): public("KOR exchange")}.get,
        now=1_770_000_000,
        seen_nonce=lambda keyid, nonce, expires: False,
    )
    assert found == keyid("KOR exchange")
    status, answered, content = _message("response")
    httpsig.verify_response(
        int(status.split()[1]),
        answered,
        content,
        request_headers=headers,
        public_key=public("MYS exchange"),
        keyid=keyid("MYS exchange"),
        now=1_770_000_001,
    )


def test_line_of_an_export_opens_its_leaf() -> None:
    found = export.decode_line("MYS", SHOWN["line"].encode())
    salt, entry = entry_rows()[1]
    assert (found.index, found.salt, found.envelope) == (1, salt, envelopes()[1])
    assert sha256(b"sepakat/leaf/v1" + found.salt + found.envelope).hex() == entry
    assert canon.encode(json.loads(SHOWN["line"])).decode() == SHOWN["line"]


def test_every_example_on_the_page_is_tested() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'SHOWN\[f?"([\w-]+)', source)) | {"request", "response"}
    numbered = {f"{name}{n}" for name in named if name.endswith("-") for n in (0, 1)}
    assert SHOWN.keys() <= named | numbered | {"request-base", "response-base"}
