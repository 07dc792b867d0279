"""A node's folder, and the errors of those who name no node or a wrong one."""

import base64
import json
import os
from pathlib import Path

import dj_database_url
import pytest
from pydantic import ValidationError

from sepakat.node.home import Config, Home
from sepakat.record import canon
from sepakat.record import card as cards
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError
from sepakat.record.keys import SigningKey
from sepakat.record.note import KeyType, encode_vkey, parse_vkey
from sepakat.record.seal import SealingKey, SealingPublicKey, seal, unseal

CONFIG = Config(
    nation="MYS",
    name="Malaysia",
    origin="mys.sepakat.example/log",
    url="https://mys.sepakat.example/",
    ceiling="SECRET",
    caveats={"eyes": ("MINISTRY",)},
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "node", CONFIG)


def test_config_comes_back_from_the_folder(home: Home) -> None:
    assert Home(home.path).config == CONFIG
    assert Home(home.path).config.url == "https://mys.sepakat.example"


def test_folders_are_their_owners_alone(home: Home) -> None:
    for folder in (home.path, home.path / "keys", home.evidence_dir, home.run_dir):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_an_existing_node_is_not_made_anew(home: Home) -> None:
    before = (home.path / "node.json").read_bytes()
    with pytest.raises(ConflictError, match="a node here already"):
        Home.create(home.path, CONFIG)
    assert (home.path / "node.json").read_bytes() == before


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "thesis.odt").write_text("Chapter 1")
    with pytest.raises(ConflictError, match="not empty"):
        Home.create(tmp_path, CONFIG)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_an_empty_folder_is_taken_and_closed(tmp_path: Path) -> None:
    folder = tmp_path / "made-by-hand"
    folder.mkdir(mode=0o755)
    Home.create(folder, CONFIG)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_no_named_node_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEPAKAT_HOME", raising=False)
    with pytest.raises(NotFoundError, match=r"sepakat init.*--home"):
        Home.from_environment()


def test_a_folder_without_a_node_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEPAKAT_HOME", str(tmp_path))
    home = Home.from_environment()
    with pytest.raises(NotFoundError, match=r"sepakat init.*--home"):
        _ = home.config


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nation", "MY"),
        ("name", "two\nlines"),
        ("origin", "a+b"),
        ("origin", "two words"),
        ("origin", "a\n"),
        ("url", "ftp://mys.sepakat.example"),
        ("url", "https://"),
        ("url", "https://mys.sepakat.example/?q"),
        ("ceiling", "TOP SECRET"),
        ("colour", "red"),
    ],
)
def test_a_wrong_field_is_named(home: Home, field: str, value: str) -> None:
    data = CONFIG.model_dump(mode="json") | {field: value}
    with pytest.raises(ValidationError, match=field):
        Config.model_validate(data)
    (home.path / "node.json").write_text(json.dumps(data))
    with pytest.raises(InvalidError, match=rf"node\.json: {field}: "):
        _ = Home(home.path).config


def test_a_broken_file_is_an_error_with_its_place(home: Home) -> None:
    (home.path / "node.json").write_text('{"nation": "MYS"')
    with pytest.raises(InvalidError, match=r"node\.json"):
        _ = Home(home.path).config


@pytest.mark.parametrize(
    "name", ["plain", "with space", "percent%41", "quest?ion", "ha#sh", "nusá"]
)
def test_the_database_is_in_the_folder_whatever_its_name(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    parsed = dj_database_url.parse(Home(tmp_path / name).database_url)
    assert parsed["NAME"] == str(tmp_path / name / "sepakat.sqlite3")


def test_the_environment_names_another_database(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///sepakat")
    assert home.database_url == "postgresql:///sepakat"


def test_a_relative_folder_stays_the_same_after_a_change_of_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = Home("node")
    monkeypatch.chdir(os.sep)
    assert home.path == tmp_path / "node"


def test_the_card_carries_the_public_halves_of_the_keys(home: Home) -> None:
    keys = {name: SigningKey.generate() for name in ("root", "log", "witness", "exchange")}
    for name, key in keys.items():
        home.keys.put(name, key.seed)
    sealing = SealingKey.generate()
    home.keys.put("sealing", sealing.to_bytes())

    card = cards.parse(home.card().encode())

    assert card.statement_key == str(keys["root"].public)
    assert card.exchange_key == str(keys["exchange"].public)
    log, witness = parse_vkey(card.log_key), parse_vkey(card.witness_key)
    assert (log.name, log.type) == ("mys.sepakat.example/log", KeyType.ED25519)
    assert (witness.name, witness.type) == ("mys.sepakat.example/witness", KeyType.COSIGNATURE)
    assert (log.public, witness.public) == (keys["log"].public.raw, keys["witness"].public.raw)
    recipient = SealingPublicKey.from_bytes(base64.b64decode(card.sealing_key))
    assert unseal(seal(b"hello", recipient, b""), sealing, b"") == b"hello"
    assert (card.origin, card.caveats) == (CONFIG.origin, CONFIG.caveats)
    # A node from before there were such keys has the same card as before.
    assert card.ml_dsa_witness_key is None
    assert b"ml_dsa" not in card.encode()


def test_a_card_whose_two_witness_keys_would_pass_for_two_witnesses_is_refused(home: Home) -> None:
    for name in ("root", "log", "witness", "exchange", "witness-ml-dsa"):
        home.keys.put(name, SigningKey.generate().seed)
    home.keys.put("sealing", SealingKey.generate().to_bytes())
    card = home.card()
    witness, second = card.cosigners
    assert (second.name, second.type) == (witness.name, KeyType.ML_DSA_COSIGNATURE)
    other = encode_vkey("other.example/witness", second.type, second.public)
    with pytest.raises(InvalidError, match="of different names"):
        cards.parse(canon.encode(card.plain() | {"ml_dsa_witness_key": other}))
