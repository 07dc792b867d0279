"""The desk: each page of a large record by itself, and fifty people at once.

The people are threads of this process, on the same cores as the node that serves them. They have
their sessions already: passwords are hashed slowly on purpose.
"""

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter, sleep
from typing import Any

import httpx

from bench.node import Node
from bench.table import Row, Section

PEOPLE = 50
SECONDS = 20
ALONE_SECONDS = 5
ROUNDS = 5
ONE_WRITE_IN = 10
PAGES = {
    "Today": "/",
    "Partnership": "/partnership",
    "a list": "/register/engagement",
    "a list, filtered and sorted": "/register/engagement?state=minutes_proposed&sort=-date",
    "a list, searched": "/register/gate?q=budget",
    "a list, its last page": "/register/action_item?page=99999",
    "a record": "/object/MYS-engagement-1",
    "the log": "/record",
}


def pages(node: Node) -> list[Section]:
    """Milliseconds and reads of the database for each page, for one person."""
    from django.db import connection
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(_people(1)[0], "allauth.account.auth_backends.AuthenticationBackend")
    took, reads = [], []
    for name, path in PAGES.items():
        times = []
        for _ in range(ROUNDS + 1):
            said: list[str] = []
            connection.ensure_connection()
            connection.connection.set_trace_callback(said.append)
            start = perf_counter()
            answer = client.get(path)
            times.append((perf_counter() - start) * 1000)
            connection.connection.set_trace_callback(None)
            if answer.status_code != 200:
                raise ValueError(f"{path} answers {answer.status_code}")
        took.append(Row(name, median(times[1:])))
        reads.append(Row(name, float(sum(sql.startswith("SELECT") for sql in said))))
    title = f"Pages of a record of {node.size:,} statements"
    return [
        Section(f"{title}, ms", took, is_rate=False),
        Section(f"{title}, reads of the database", reads, is_rate=False),
    ]


@dataclass
class Load:
    """What people met: milliseconds of each request, what they signed, and what went wrong."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def crowd(node: Node) -> list[Section]:
    """One person, then fifty at once, at the node as `sepakat serve` serves it.

    ValueError where anything was answered with an error, or a write was lost.
    """
    cookies = [_cookie(user) for user in _people(PEOPLE)]
    with _served(node) as address:
        alone = _load(address, cookies[:1], ALONE_SECONDS)
        many = _load(address, cookies, SECONDS)
    from sepakat.node.models import Object

    for load in (alone, many):
        if load.wrong:
            raise ValueError(f"{len(load.wrong)} errors, the first: {load.wrong[0]}")
        kept = set(Object.objects.filter(id__in=load.signed).values_list("id", flat=True))
        if lost := set(load.signed) - kept:
            raise ValueError(f"{len(lost)} writes lost, one of them {sorted(lost)[0]}")
    rows = [
        Row("one person, reading, median", median(alone.reads)),
        Row("one person, reading, 95th percentile", _p95(alone.reads)),
        Row("one person, signing, 95th percentile", _p95(alone.writes)),
        Row("fifty people, reading, median", median(many.reads)),
        Row("fifty people, reading, 95th percentile", _p95(many.reads)),
        Row("fifty people, signing, 95th percentile", _p95(many.writes)),
    ]
    counts = [
        Row("requests a second", len(many.reads + many.writes) / SECONDS),
        Row("statements signed in all", len(many.signed)),
        Row("errors, and writes lost", 0),
    ]
    return [
        Section("The desk, served, ms", rows, is_rate=False),
        Section("Fifty people at once", counts, is_rate=False),
    ]


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _people(count: int) -> list[Any]:
    from sepakat.node.accounts.models import Membership, User

    made = []
    for number in range(count):
        user, is_new = User.objects.get_or_create(
            email=f"person-{number}@mys.example",
            defaults={"name": f"Person {number}", "clearance": "CONFIDENTIAL"},
        )
        if is_new:
            Membership.objects.create(user=user, role="officer")
        made.append(user)
    return made


def _cookie(user: Any) -> dict[str, str]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: session.session_key or ""}


@contextmanager
def _served(node: Node) -> Iterator[str]:
    command = [sys.executable, "-m", "sepakat.cli", "--home", str(node.home.path), "serve"]
    address = Path(node.home.run_dir) / "address"
    with subprocess.Popen(
        [*command, "--without-worker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            deadline = monotonic() + 30
            while not address.exists() and monotonic() < deadline:
                sleep(0.05)
            yield address.read_text(encoding="ascii").strip()
        finally:
            process.terminate()


def _load(address: str, cookies: list[dict[str, str]], seconds: float) -> Load:
    load = Load()
    until = monotonic() + seconds
    threads = [
        threading.Thread(target=_person, args=(address, cookie, f"{seconds}-{n}", until, load))
        for n, cookie in enumerate(cookies)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load


def _person(address: str, cookie: dict[str, str], name: str, until: float, load: Load) -> None:
    """Reads pages in turn, and signs a statement now and then, without a pause."""
    paths = list(PAGES.values())
    sent = "; ".join(f"{key}={value}" for key, value in cookie.items())
    try:
        with httpx.Client(base_url=address, timeout=60, headers={"Cookie": sent}) as client:
            form = client.get("/register/gate/new/plan")
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)
            given = re.search(r"(\S+-csrf)=(\w+)", form.headers["set-cookie"])
            if not token or not given:
                raise ValueError("the form has no token")
            client.headers["Cookie"] = f"{sent}; {given[1]}={given[2]}"
            number = 0
            while monotonic() < until:
                number += 1
                if number % ONE_WRITE_IN:
                    path = paths[number % len(paths)]
                    _timed(load.reads, load, 200, partial(client.get, path))
                    continue
                about = f"MYS-load-{name}-{number}".replace(".", "-")
                gate = _GATE | {"object": about, "csrfmiddlewaretoken": token[1]}
                sign = partial(client.post, "/register/gate/new/plan", data=gate)
                if _timed(load.writes, load, 302, sign):
                    load.signed.append(about)
    except (httpx.HTTPError, ValueError, KeyError) as error:
        load.wrong.append(f"{type(error).__name__}: {error}")


def _timed(
    times: list[float], load: Load, expected: int, ask: Callable[[], httpx.Response]
) -> bool:
    start = perf_counter()
    answer = ask()
    times.append((perf_counter() - start) * 1000)
    if answer.status_code != expected:
        load.wrong.append(f"{answer.request.url} answers {answer.status_code}")
        return False
    return True


_GATE = {
    "step": "sign",
    "head": "",
    "name": "Approval of the budget",
    "authority": "Cabinet",
    "due": "2030-09-30",
    "label-classification": "RESTRICTED",
    "label-releasable_to": "MYS",
}
