"""A process killed between the statement and its answer: a real one, on a real node."""

import json
from pathlib import Path

from support import processes

PEOPLE = """
from datetime import timedelta
from django.utils import timezone
from sepakat.node.accounts.models import Membership, Token, User
user = User.objects.create_user("o@mys.example", name="O", account="p-o", clearance="SECRET")
Membership.objects.create(user=user, role="officer", organisation="")
print(Token.issue(user, "t", ["officer"], timezone.now() + timedelta(days=1))[1])
"""
ASK = """
import json, os
from django.db import transaction
from django.test import Client
from sepakat.desk.api import idempotency, saying
from sepakat.desk.api.models import KeptAnswer
from sepakat.node.models import Log
secret, how = sys.argv[2:]
say = saying._say
def dying(*arguments, **options):
    say(*arguments, **options)
    os._exit(9)
if how == "die":
    saying._say = dying
if how == "later":
    KeptAnswer.objects.update(started="2026-01-01T00:00:00Z")
    idempotency.KEPT *= 1000
given = {
    "body": {"name": "A gate", "authority": "Cabinet", "due": "2027-01-31"},
    "label": {"classification": "RESTRICTED", "releasable_to": ["MYS"]},
}
answer = Client(HTTP_HOST="localhost").post(
    "/api/v1/gate/MYS-gate-new/plan", given, content_type="application/json",
    headers={"Authorization": "Bearer " + secret, "Idempotency-Key": "k-1"},
)
print(json.dumps([answer.status_code, Log.objects.get(nation="MYS").size]))
"""


def test_a_killed_process_loses_or_doubles_nothing(tmp_path: Path) -> None:
    home = processes.init(tmp_path / "MYS")
    secret = processes.run(PEOPLE, home).splitlines()[-1]

    def ask(how: str) -> list[int]:
        found: list[int] = json.loads(processes.run(ASK, home, secret, how).splitlines()[-1])
        return found

    dying = processes.start(processes.BOOT + ASK, home, secret, "die")
    dying.communicate(timeout=processes.PATIENCE)
    assert dying.returncode == 9
    assert ask("again") == [409, 1]  # nothing was said; it may be alive yet, for all anybody knows
    assert ask("later") == [201, 2]
    assert ask("again") == [201, 2]
