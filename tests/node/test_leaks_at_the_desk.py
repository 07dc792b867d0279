"""Whether the desk, the API, exports, feeds or mails tell anybody of what is hidden from them."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from sepakat.desk.api import rates
from sepakat.desk.notices import telling
from sepakat.node import rows, signed
from sepakat.node.accounts import invitations
from sepakat.node.accounts.places import Place
from sepakat.node.evidence import EvidenceStore
from sepakat.node.models import Log
from sepakat.node.sqlviews import create_views
from sepakat.vocabulary import REGISTRY
from support.desks import Desk, add_people
from support.exchanging import register
from support.inprocess import new_node
from support.leaking import (
    ALONE,
    CAVEATS,
    EXAMPLES,
    KINDS,
    Onlooker,
    Planted,
    Sketch,
    addresses,
    canary,
    example,
    keys_of,
    logged,
    plant,
    routes,
    sketches,
    told,
    unpacked,
)
from support.party import Party

OUTSIDERS = {
    "public": Onlooker(),
    "clerk": Onlooker("MYS"),
    "company_b": Onlooker("MYS", "SECRET", "MYS-company-b"),
    "partner": Onlooker("KOR", "SECRET"),
}
# Of each kind one that is hidden by each part of a label, and one that is not hidden.
POPULATION = [
    *(Sketch(kind, ("MYS",), (), "SECRET") for kind in ALONE),
    *(Sketch(kind, ("MYS", "TUR")) for kind in KINDS),
    *(Sketch(kind, ("KOR", "MYS")) for kind in KINDS),
    *(Sketch(kind, ("KOR", "MYS"), ("KOR", "MYS", "MYS-company-a", "?")) for kind in KINDS),
    *(Sketch(kind, ("PUBLIC",), caveat="?") for kind in ALONE),
    *(Sketch(kind, ("PUBLIC",), (), "UNCLASSIFIED") for kind in ALONE),
]
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def desk(
    db: None, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk with nothing to see yet, where nobody is held back for asking often."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    for name in ("TOKEN", "ADDRESS"):
        monkeypatch.setattr(rates, name, rates.Limit(10**6, 1))
    home = new_node(tmp_path / "MYS", caveats=CAVEATS)
    settings.SEPAKAT_HOME = home.path
    signed.home.cache_clear()
    create_views(connection, REGISTRY)
    for nation in ("KOR", "TUR"):
        register(home, Party(nation))
    made = Desk(signed.home())
    add_people(made)
    yield made
    signed.home.cache_clear()


def browser(desk: Desk, who: str) -> Client:
    client = desk.client(who)
    client.raise_request_exception = False
    return client


def read(answer: HttpResponse, *asked: str) -> bytes:
    """All of an answer, without the names that it was asked for and what is another each time."""
    body = unpacked(b"".join(answer) if answer.streaming else answer.content)
    head = "\n".join(f"{name}: {value}" for name, value in sorted(answer.items()))
    whole = _TOKEN.sub(b"", head.encode() + b"\n\n" + body)
    for name in asked:
        whole = whole.replace(name.encode(), b"?")
    return re.sub(rb"Content-Length: \d+\n", b"", whole)


def asked_in(path: str) -> list[str]:
    """The records and digests that an address names, which an answer may repeat."""
    return re.findall(r"MYS-zq[a-z]+|[0-9a-f]{64}", path)


def secrets_of(desk: Desk, things: list[Planted]) -> list[bytes]:
    found = [secret for thing in things for secret in thing.secrets]
    return [*found, *keys_of(desk.home), str(desk.home.path).encode()]


def one_of_each(things: list[Planted]) -> list[Planted]:
    """One of each kind, of those that the node took."""
    found = list({thing.kind: thing for thing in things if thing.digest}.values())
    assert len(found) == len(KINDS)
    return found


def every_address(things: list[Planted]) -> Iterator[str]:
    """Of every route some addresses, with these things for arguments, and with nothing."""
    size = Log.objects.get(nation="MYS").size
    common = dict.fromkeys(
        ("upload", "secret", "key", "job", "view", "session", "token", "delegation", "user", "pk",
         "membership", "invitation", "number", "first", "provider_id", "rest", "uidb36"), ("1",),
    ) | {
        "digest": (things[0].digest,), "sha256": (things[0].sha256 or "0" * 64, "0" * 64),
        "name": (f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}", "tile/x"),
        "nation": ("MYS",), "index": [str(thing.index) for thing in things], "last": (str(size),),
        "form": ("csv", "xlsx", "json"),
    }  # fmt: skip
    ids = {thing.kind: thing.id for thing in things}
    for route in routes():
        if route.startswith("api/") or not re.search("object_id>|str:kind>", route):
            kind = route.removeprefix("api/v1/").partition("/")[0]
            if kind in ids or kind not in REGISTRY.kinds or "object_id>" not in route:
                of_kind = {"object_id": (ids.get(kind, things[0].id),)}
                yield from addresses(route, common | of_kind)
            continue
        for kind in ids:
            actions = REGISTRY.get(kind).lifecycle.actions
            named = {"kind": (kind,), "object_id": (ids.get(kind),), "action": [*actions][:2]}
            yield from addresses(route, common | named)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_address_that_tells_an_outsider_of_what_is_hidden(desk: Desk, who: str) -> None:
    things = plant(desk.home, POPULATION)
    assert all(thing.digest for thing in things), "the node refused to keep it"
    hidden = OUTSIDERS[who].hidden(things)
    client, seen, statuses = browser(desk, who), {}, set()
    with logged() as log:
        for path in every_address(one_of_each(hidden)):
            if path.endswith("/openapi.json") and who != "public":
                continue  # the same for all, and long in the making
            asked = asked_in(path)
            answer = client.get(path)
            statuses.add(answer.status_code)
            seen.setdefault(read(answer, *asked), path)
            if who == "public":
                answer = client.post(path, {})
                seen.setdefault(read(answer, *asked), f"POST {path}")
    secrets = secrets_of(desk, hidden)
    assert not [(path, found) for said, path in seen.items() if (found := told(secrets, said))]
    assert 500 not in statuses
    # The address asked for is all that a line may have of a record.
    lines = [line for line in log.getvalue().splitlines() if "zq" in line]
    words = [part for thing in things for part in (thing.words.encode(), thing.salt) if part]
    assert not told(words, "\n".join(lines).encode())
    shown = [thing for thing in things if thing not in hidden]
    assert all(any(thing.words.encode() in said for said in seen) for thing in shown)


def about(thing: Planted) -> list[str]:
    """Every address that names a record, or something of it."""
    actions = REGISTRY.get(thing.kind).lifecycle.actions
    arguments = {"object_id": [thing.id], "action": actions, "digest": [thing.digest]}
    own = (f"api/v1/{thing.kind}/", "api/v1/records/")
    found = []
    for route in routes():
        if "object_id>" in route and (route.startswith(own) or not route.startswith("api/")):
            more = {"upload": ["1"]}
            found += addresses(route, arguments | more)
    filters = ("q={}", "id={}", "agreement={}", "obligation={}", "evidence={}")
    for query in filters:
        found.append(f"/register/{thing.kind}?{query.format(thing.id)}")
    found.append(f"/register/{thing.kind}?q={thing.words}")
    found.append(f"/api/v1/{thing.kind}?q={thing.words}")
    if thing.sha256:
        found += [
            f"/exchange/evidence/{thing.sha256}?from=0",
            f"/register/evidence?q={thing.sha256}",
        ]
    return found


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_answer_that_tells_a_hidden_record_from_one_that_is_not_there(
    desk: Desk, who: str
) -> None:
    client = browser(desk, who)
    hidden = OUTSIDERS[who].hidden(plant(desk.home, POPULATION))
    for thing in one_of_each(hidden)[[*OUTSIDERS].index(who) % 2 :: 2]:
        swaps = {thing.id: f"MYS-{canary()}", thing.words: canary(), thing.digest: "0" * 64}
        if thing.sha256:
            swaps[thing.sha256] = "1" * 64
        for path in about(thing):
            absent = path
            for name, other in swaps.items():
                absent = absent.replace(name, other)
            for ask in (client.get, client.post)[: 2 if "/object/" in path else 1]:
                one, two = ask(path), ask(absent)
                assert one.status_code == two.status_code, path
                assert read(one, *swaps) == read(two, *swaps.values()), path


@settings(EXAMPLES, max_examples=4)
@given(given_sketches=st.lists(sketches("MYS-company-a", "MYS-company-b"), min_size=8, max_size=9))
def test_a_list_an_export_or_a_page_of_a_record_of_any_label_that_is_not_for_its_reader(
    desk: Desk, given_sketches: list[Sketch]
) -> None:
    with example():
        things = plant(desk.home, given_sketches)
        for who, onlooker in OUTSIDERS.items():
            client, hidden, said = browser(desk, who), onlooker.hidden(things), []
            for kind in {thing.kind for thing in things}:
                forms = ("", "/export.csv", "/export.xlsx", "/export.json")
                said += [read(client.get(f"/register/{kind}{form}")) for form in forms]
                said.append(read(client.get(f"/api/v1/{kind}")))
            for thing in things:
                page = client.get(f"/object/{thing.id}")
                said.append(read(page, thing.name))
                assert not (thing in hidden and page.status_code != 404), who
            pages = ("/", "/record", "/partnership", "/registers", "/meetings")
            said += [read(client.get(path)) for path in pages]
            assert not told(secrets_of(desk, hidden), b"\n".join(said)), who


def test_a_mail_or_a_feed_of_what_its_reader_or_a_mail_server_may_not_see(desk: Desk) -> None:
    things = plant(desk.home, POPULATION)
    told_of = [who for who in desk.people if who in OUTSIDERS or who == "officer"]
    feeds = {}
    for who in told_of:
        made = desk.client(who).post("/inbox/feed")
        path = str(made.context["address"]).removeprefix(desk.home.config.url)
        feeds[who] = read(browser(desk, "public").get(path)).replace(b"\r\n ", b"")
    assert telling.tell(desk.home).mails == len(mail.outbox) > 0
    mails = {message.to[0]: message.message().as_bytes() for message in mail.outbox}
    # Both pass through machines that nobody here has cleared, whoever reads them in the end.
    machine = Onlooker("MYS")
    for who in told_of:
        onlooker = OUTSIDERS.get(who, machine)
        hidden = [t for t in things if t in onlooker.hidden(things) or t in machine.hidden(things)]
        sent = feeds[who] + mails.get(desk.people[who].email, b"")
        assert not told(secrets_of(desk, hidden), sent), who
    assert any(thing.words.encode() in feeds["officer"] for thing in things)


@pytest.mark.parametrize("who", ["officer", "public"])
def test_a_page_that_fails_and_quotes_what_it_failed_at(
    desk: Desk, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    things = plant(desk.home, POPULATION)
    secrets = secrets_of(desk, things)
    quoted = " ".join(part for thing in things for part in (thing.id, thing.words, thing.marks))

    def fail(*_: object) -> None:
        raise ValueError(quoted)

    client, failed, paths = browser(desk, who), 0, list(every_address(one_of_each(things)))
    monkeypatch.setattr(rows, "_all", fail)
    monkeypatch.setattr(rows, "_in", fail)
    with logged() as log:
        for path in paths:
            answer = client.get(path)
            if answer.status_code == 500:
                failed += 1
                assert not told(secrets, read(answer, *asked_in(path))), path
    assert failed > 50
    assert "ValueError at " in log.getvalue()
    words = [part for thing in things for part in (thing.words.encode(), thing.marks.encode())]
    assert not told(words, log.getvalue().encode())


def test_a_damaged_file_whose_error_names_the_nodes_folder(desk: Desk) -> None:
    store = EvidenceStore(desk.home)
    [thing] = plant(desk.home, [Sketch("evidence", ("PUBLIC",), (), "UNCLASSIFIED")])
    store.path(thing.sha256).write_bytes(b"damaged")
    for path in (f"/evidence/{thing.id}/file", f"/api/v1/evidence/{thing.id}/file"):
        with logged() as log:
            answer = browser(desk, "public").get(path)
        assert answer.status_code == 500
        assert not told([str(desk.home.path).encode(), thing.sha256.encode()], read(answer))
        assert "ProofError at " in log.getvalue(), "the operator does not learn of it"


def test_a_secret_link_in_the_log(desk: Desk) -> None:
    """A link that is refused, for its method, its host or what was filled in, works still."""
    made = desk.client("officer").post("/inbox/feed")
    feed = str(made.context["address"]).removeprefix(desk.home.config.url)
    _, secret = invitations.invite(
        desk.home, email="n@mys.example", name="N", role="officer", place=Place(),
        clearance="UNCLASSIFIED", by=None,
    )  # fmt: skip
    public = browser(desk, "public")
    with logged() as log:
        logging.getLogger("django.request").info("it is heard")
        for path in (feed, f"/invitation/{secret}", f"/accounts/password/reset/key/1-{secret}/"):
            public.generic("PROPFIND", path)
            public.get(path, headers={"Host": "elsewhere.example"})
            public.post(path, {"password": "short"})
    assert public.get(feed).status_code == 200
    assert public.get(f"/invitation/{secret}").status_code == 200
    kept = feed.removeprefix("/feeds/").removesuffix(".ics")
    assert not told([kept.encode(), secret.encode()], log.getvalue().encode())
    assert "Method Not Allowed (PROPFIND): /feeds/…" in log.getvalue()
