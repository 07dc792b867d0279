"""What vouches for a statement, as pages say it."""

from collections.abc import Callable

from sepakat.desk.pages.proofs import proof_statuses
from sepakat.node.models import Log, Object, Statement
from sepakat.record.keys import SigningKey
from sepakat.record.label import make
from support.desks import OWN, Desk, queries


def test_a_leaf_after_the_cosigned_checkpoint_that_passes_for_cosigned(
    desk: Desk, cosign_now: Callable[[], None]
) -> None:
    before = desk.say("organisation", "MYS-before", "register", OWN, name="One", type="company")
    cosign_now()
    after = desk.say("organisation", "MYS-after", "register", OWN, name="Two", type="company")
    found = proof_statuses([before.digest, after.digest])
    [witness] = found[before.digest].cosigned
    assert (witness.nation, witness.at) == ("VNM", "2026-09-21T14:13:20Z")
    assert found[after.digest].cosigned == ()
    assert found[after.digest].index == after.index
    assert found[before.digest].logged_at == Log.objects.get(nation="MYS").size


def test_a_key_is_named_only_where_everybody_may_know_it(desk: Desk) -> None:
    secret = SigningKey.generate()
    desk.home.keys.put("quiet", secret.seed)
    quiet = make("RESTRICTED", ["MYS"])
    desk.say(
        "key",
        "MYS-key-quiet",
        "register",
        quiet,
        role="administrator",
        name="quiet",
        public_key=str(secret.public),
    )
    from sepakat.node.ledger import Draft, Ledger
    from sepakat.vocabulary import REGISTRY
    from support.inprocess import AT

    body = {"name": "Co", "type": "company"}
    draft = Draft("organisation", "MYS-x", "register", body, quiet, "officer", key="quiet")
    [said] = Ledger(desk.home, REGISTRY).append([draft], at=AT)
    registered = Object.objects.get(id="MYS-key-quiet").head
    found = proof_statuses([said.digest, registered])
    assert found[said.digest].signed_by == (secret.public.keyid,)
    assert found[registered].signed_by == ("root",)


def test_more_statements_take_more_queries(desk: Desk) -> None:
    digests = list(Statement.objects.values_list("digest", flat=True))
    counts = []
    for some in (digests[:1], digests):
        with queries() as found:
            assert len(proof_statuses(some)) == len(some)
        counts.append(len(found))
    assert counts[0] == counts[1] <= 6
