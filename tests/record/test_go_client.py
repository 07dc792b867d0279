"""A client in Go, of code that nobody here wrote, takes our log and refuses a damaged one."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sepakat.record import tile
from sepakat.record.checkpoint import sign_checkpoint
from sepakat.record.merkle import HASH_SIZE, leaf_hash
from sepakat.record.note import Signer, encode_vkey
from sepakat.record.tile import TileReader, TileWriter
from sepakat.record.treehead import Checkpoint

SIZES = [1, 255, 256, 257, 65_536, 65_537]
GOPATH = Path("/usr/share/gocode")  # where Debian installs Go packages
PACKAGE = "golang.org/x/mod/sumdb"
LOG_KEY = Signer("example.org/log", b"a seed that is thirty-two bytes.")

Client = Callable[[Path], str]


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """Runs the compiled client on a directory and gives the one line that it prints."""
    go = shutil.which("go")
    if not go or not (GOPATH / "src" / PACKAGE).is_dir():
        pytest.skip(f"no Go compiler, or no {PACKAGE} in {GOPATH}")
    folder = tmp_path_factory.mktemp("goclient")
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    source = Path(__file__).parent / "goclient" / "main.go"
    program = folder / "goclient"
    subprocess.run([go, "build", "-o", program, source], env=environment, check=True)
    key = LOG_KEY.verifier
    vkey = encode_vkey(key.name, key.type, key.public)

    def run(directory: Path) -> str:
        done = subprocess.run(
            [program, directory, vkey], capture_output=True, text=True, check=False
        )
        assert done.returncode == (done.stdout != "ok\n"), done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module", params=SIZES)
def sound_log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("log")
    write_log(directory, request.param)
    return directory


@pytest.fixture
def log(sound_log: Path) -> Iterator[Path]:
    """A log whose files a test may change: those it has changed are put back."""
    before = {path: path.read_bytes() for path in sound_log.rglob("*") if path.is_file()}
    yield sound_log
    for path, data in before.items():
        if path.read_bytes() != data:
            path.write_bytes(data)


def write_log(directory: Path, size: int) -> None:
    """A log of made-up entries as files at their C2SP paths, with some proofs of ours."""
    entries = [b"entry %d" % number for number in range(size)]
    tiles = TileWriter(0, lambda *_: b"").append([leaf_hash(entry) for entry in entries])
    reader = TileReader(lambda lv, ix, width: tiles[lv, ix][: width * HASH_SIZE], size)

    def write(path: str, data: bytes) -> None:
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(data)

    for path in tile.tiles_for(size):
        write(str(path), tiles[path.level, path.index])
        if path.level == 0:
            start = path.index * tile.WIDTH
            bundle = tile.encode_entries(entries[start : start + path.width])
            write(tile.entries_path(path.index, path.width), bundle)
    write_checkpoint(directory, size, reader.root())
    places = sorted({0, 1, 254, 255, 256, 257, size // 2, size - 2, size - 1} & set(range(size)))
    proofs = {
        "inclusion": [
            {"index": index, "proof": encoded(reader.inclusion_proof(index))} for index in places
        ],
        "consistency": [
            {
                "old": index + 1,
                "root": encoded([reader.root_at(index + 1)])[0],
                "proof": encoded(reader.consistency_proof(index + 1)),
            }
            for index in places
        ],
    }
    write("proofs.json", json.dumps(proofs).encode())


def write_checkpoint(directory: Path, size: int, root: bytes) -> None:
    note = sign_checkpoint(Checkpoint(LOG_KEY.verifier.name, size, root), LOG_KEY)
    (directory / "checkpoint").write_bytes(note)


def encoded(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(hash_).decode() for hash_ in hashes]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x04
    path.write_bytes(data)


def test_go_takes_our_log(client, log):
    assert client(log) == "ok\n"


def test_go_refuses_a_flipped_bit_in_any_kind_of_tile(client, log):
    """The first and the last tile of each level, at their ends."""
    size = int((log / "checkpoint").read_text().split("\n")[1])
    for level in range(3):
        paths = [path for path in tile.tiles_for(size) if path.level == level]
        for path in {*paths[:1], *paths[-1:]}:
            for at in (0, path.width * HASH_SIZE - 1):
                flip(log / str(path), at)
                assert client(log).startswith("refused: tiles: "), path
                flip(log / str(path), at)
    assert client(log) == "ok\n"


def test_go_refuses_a_flipped_bit_in_an_entry(client, log):
    flip(next((log / "tile" / "entries").rglob("000*/*"), log / "tile/entries/000"), 5)
    assert "is not its entry" in client(log)


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_go_refuses_altered_and_shortened_proofs(client, log, kind):
    path = log / "proofs.json"
    sound = json.loads(path.read_text())
    changed = 0
    for number, given in enumerate(sound[kind]):
        if not given["proof"]:
            continue
        other = base64.b64encode(b"\x01" * HASH_SIZE).decode()
        for proof in ([other, *given["proof"][1:]], given["proof"][:-1], [*given["proof"], other]):
            wrong = json.loads(json.dumps(sound))
            wrong[kind][number]["proof"] = proof
            path.write_text(json.dumps(wrong))
            assert client(log).startswith(f"refused: {kind} ")
            changed += 1
    assert changed or len(sound[kind]) == 1


def test_go_refuses_a_proof_for_another_index(client, log):
    path = log / "proofs.json"
    proofs = json.loads(path.read_text())
    if len(proofs["inclusion"]) == 1:
        proofs["consistency"][0]["root"] = base64.b64encode(b"\x01" * HASH_SIZE).decode()
    else:
        proofs["inclusion"][0]["index"] = 1
    path.write_text(json.dumps(proofs))
    assert client(log).startswith(("refused: inclusion of 1", "refused: consistency from 1"))


def test_go_refuses_an_edited_checkpoint(client, log):
    path = log / "checkpoint"
    sound = path.read_bytes()
    size = sound.split(b"\n")[1]
    for wrong in (
        sound.replace(size, b"%d" % (int(size) + 1), 1),
        sound.replace(b"\n", b"x\n", 1),
        sound[:-20] + sound[-20:].swapcase(),
        sound.replace("—".encode(), b"-"),
    ):
        path.write_bytes(wrong)
        assert client(log).startswith("refused: checkpoint: ")


def test_go_refuses_a_signed_size_or_root_that_the_tiles_do_not_have(client, log):
    """The log's own key has signed: only the tiles can tell."""
    _, size, root, *_ = (log / "checkpoint").read_text().split("\n")
    write_checkpoint(log, int(size) + 1, base64.b64decode(root))
    assert client(log).startswith("refused: entries: ")
    write_checkpoint(log, int(size), b"\x01" * HASH_SIZE)
    assert client(log).startswith("refused: tiles: ")
