"""Worker processes can make an audit faster, and never more lenient."""

from multiprocessing import active_children
from pathlib import Path

import pytest

from sepakat.record.audit import audit
from sepakat.record.audit.signatures import VerifyAhead, good_ones
from sepakat.record.audit.statements import verify_jobs
from sepakat.vocabulary import REGISTRY
from support import records
from support.audits import COMPANY, tell
from support.nations import Nations


@pytest.mark.parametrize("faulty", [False, True])
def test_worker_processes_give_the_same_report(tmp_path: Path, faulty: bool) -> None:
    nations = tell(Nations("MYS", "KOR"))
    if faulty:
        nations.keys["KOR"] = records.secret("KOR", "stray")
        nations.say("KOR", "organisation", "KOR-b", "register", COMPANY)
    records.write(tmp_path, nations)
    if faulty:
        path = tmp_path / "disclosures/KOR/000.jsonl"
        path.write_bytes(path.read_bytes().replace(b'"sig":"', b'"sig":"A', 1))
    alone = audit(tmp_path, REGISTRY)
    assert alone.ok is not faulty
    assert audit(tmp_path, REGISTRY, workers=2) == alone


def test_worker_finds_only_good_signatures_good() -> None:
    key, stray = records.secret("MYS", "one"), records.secret("MYS", "two")
    good = (key.public.raw, b"message", key.sign(b"message"))
    bad = [
        (key.public.raw, b"another", good[2]),
        (stray.public.raw, b"message", good[2]),
        (key.public.raw, b"message", good[2][:-1]),
        (key.public.raw, b"message", b""),
        (key.public.raw, good[2][-1:] + b"message", good[2][:-1]),
    ]
    assert good_ones([good]) != b""
    assert good_ones([*bad, good, *bad]) == good_ones([good])


def test_worker_is_not_believed_about_another_split_of_signature_and_message() -> None:
    key = records.secret("MYS", "one")
    signature = key.sign(b"message")
    with VerifyAhead(1) as ahead:
        ahead.submit([(key.public.raw, b"message", signature)])
        assert ahead.verify(key.public, b"message", signature)
        assert not ahead.verify(key.public, signature[-1:] + b"message", signature[:-1])


def test_dead_workers_answer_for_nothing() -> None:
    key = records.secret("MYS", "one")
    messages = [b"%d" % number for number in range(2_000)]
    with VerifyAhead(1) as ahead:
        signed = [(key.public.raw, each, key.sign(each)) for each in messages]
        for start in range(0, len(signed), 100):
            ahead.submit(signed[start : start + 100])
        for worker in active_children():
            worker.kill()
        assert all(ahead.verify(key.public, said, by) for _, said, by in signed)
        assert not ahead.verify(key.public, b"never", signed[0][2])


def test_signatures_of_all_registered_keys_are_verified_ahead(nations: Nations) -> None:
    roots = {(n, k.public.keyid): k.public for n, k in nations.keys.items()}
    jobs = list(verify_jobs(list(nations.entries()), roots))
    assert len(jobs) == len(list(nations.entries()))
    assert len({raw for raw, _, _ in jobs}) == 3
