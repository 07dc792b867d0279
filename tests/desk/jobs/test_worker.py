"""The worker as a real process: beside a served node, killed, stopped, and on its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sepakat.desk.jobs.worker import is_at_work
from sepakat.node.home import Home
from support.postgres import NewDatabase
from support.processes import init, run
from support.serving import PATIENCE, environment, eventually, is_running

TESTS = Path(__file__).parents[2]
SERVE = """
import sys
from pathlib import Path
from sepakat.node import serve
from sepakat.node.home import Home
serve.RESTART_AFTER = 0.5
serve.serve(Home(sys.argv[1]), "127.0.0.1", 0, workers=1, with_jobs=True)
"""
ASK = """
from sepakat.desk.jobs import queue
from sepakat.node.accounts.models import User
from support import jobs
user = User.objects.filter(email="a@mys.example").first()
if user is None:
    user = User.objects.create_user("a@mys.example", name="A")
print(queue.start(user, "A job", getattr(jobs, sys.argv[2]), file=sys.argv[3]).id)
"""
RETRY = """
from sepakat.desk.jobs import queue
from sepakat.desk.jobs.models import Job
queue.retry(Job.objects.get(id=int(sys.argv[2])))
"""
WAIT = """
import time
from sepakat.desk.jobs.models import Job
limit = time.monotonic() + 60
while (found := Job.objects.get(id=int(sys.argv[2]))).state != sys.argv[3]:
    assert time.monotonic() < limit, (found.state, found.error)
    time.sleep(0.02)
print(found.state, found.message, found.error)
"""


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    return new_database()


@pytest.fixture
def home(tmp_path: Path, url: str) -> Home:
    return Home(init(tmp_path / "node", url=url))


@contextmanager
def started(home: Home, url: str, *command: str) -> Iterator["subprocess.Popen[str]"]:
    with (home.run_dir / "stderr").open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, *command],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(url) | {"PYTHONPATH": str(TESTS)},
            text=True,
        )
    with process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers(master: int) -> list[int]:
    """The processes under a master that do the jobs."""
    return [
        pid
        for pid in children(master)
        if b"work" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") and is_running(pid)
    ]


def ask(home: Home, url: str, name: str, file: Path) -> int:
    return int(run(ASK, home.path, name, file, url=url))


def wait(home: Home, url: str, job: int, state: str) -> str:
    return run(WAIT, home.path, job, state, url=url)


def test_a_killed_worker_leaves_no_job_running_for_ever(
    home: Home, url: str, tmp_path: Path
) -> None:
    """The master starts another, which says of the job that it was interrupted; tried again, it
    is done."""
    go = tmp_path / "go"
    with started(home, url, "-c", SERVE, str(home.path)) as master:
        assert master.stdout.readline()
        job = ask(home, url, "hang", go)
        wait(home, url, job, "running")
        [worker] = workers(master.pid)
        os.kill(worker, signal.SIGKILL)
        assert "interrupted" in wait(home, url, job, "failed")
        go.touch()
        run(RETRY, home.path, job, url=url)
        assert wait(home, url, job, "done") == "done it is there \n"
        [another] = workers(master.pid)
        assert another != worker


def test_a_killed_worker_leaves_the_record_in_plain_for_ever(
    home: Home, url: str, tmp_path: Path
) -> None:
    with started(home, url, "-c", SERVE, str(home.path)) as master:
        assert master.stdout.readline()
        job = ask(home, url, "hang_in_audit", tmp_path / "never")
        eventually("it is written out", lambda: any(home.path.glob("verify-*/record/*")))
        [worker] = workers(master.pid)
        os.kill(worker, signal.SIGKILL)
        wait(home, url, job, "failed")
        eventually("it is removed", lambda: not any(home.path.glob("verify-*")))


def test_the_node_answers_while_a_job_runs_and_stops_it_when_it_stops(
    home: Home, url: str, tmp_path: Path
) -> None:
    with started(home, url, "-c", SERVE, str(home.path)) as master:
        address = master.stdout.readline().split()[-1]
        job = ask(home, url, "wait_for", tmp_path / "never")
        wait(home, url, job, "running")
        assert httpx.get(f"{address}/healthz").status_code == 200
        [worker] = workers(master.pid)
        master.terminate()
        assert master.wait(PATIENCE) == 0
        assert not is_running(worker)
    assert "interrupted" in wait(home, url, job, "failed")


def test_a_worker_dies_with_its_master(home: Home, url: str, tmp_path: Path) -> None:
    with started(home, url, "-c", SERVE, str(home.path)) as master:
        assert master.stdout.readline()
        job = ask(home, url, "hang", tmp_path / "never")
        wait(home, url, job, "running")
        [worker] = workers(master.pid)
        master.kill()
        eventually("the worker is gone", lambda: not is_running(worker))


def test_a_worker_of_its_own_serves_a_node_that_has_none(
    home: Home, url: str, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    go.touch()
    job = ask(home, url, "wait_for", go)
    work = "-m", "sepakat.cli", "--home", str(home.path), "work"
    with started(home, url, *work) as worker:
        assert worker.stdout.readline() == "MYS does its jobs\n"
        assert wait(home, url, job, "done") == "done it is there \n"
        with started(home, url, *work) as second:
            assert second.wait(PATIENCE) != 0
        assert "a worker already" in (home.run_dir / "stderr").read_text()
        worker.terminate()
        assert worker.wait(PATIENCE) == 0


def test_a_second_server_that_starts_workers_for_ever_or_takes_the_firsts_address(
    home: Home, url: str
) -> None:
    serve = "-m", "sepakat.cli", "--home", str(home.path), "serve", "--port", "0"
    told = "another process does this node's jobs"
    stderr, named = home.run_dir / "stderr", home.run_dir / "address"
    with started(home, url, *serve) as first:
        address = first.stdout.readline().split()[-1]
        eventually("it has a worker", lambda: is_at_work(home))
        with started(home, url, "-c", SERVE, str(home.path)) as second:
            other = second.stdout.readline().split()[-1]
            eventually("it says so", lambda: told in stderr.read_text())
            assert not workers(second.pid)
            assert httpx.get(f"{other}/healthz").status_code == 200
            assert named.read_text() == f"{address}\n"
        assert named.read_text() == f"{address}\n"
        assert "a worker already" not in stderr.read_text()
        assert stderr.read_text().count(told) == 1
    assert not named.exists()
