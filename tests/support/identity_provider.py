"""An identity provider of OpenID Connect in a process of its own, on a port of its own choice."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

SERVE = """
import json, sys
from oidc_provider_mock import User, app
from werkzeug.serving import make_server
people = [User(sub=sub, claims=claims) for sub, claims in json.loads(sys.argv[1]).items()]
server = make_server("127.0.0.1", 0, app(user_claims=people), threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""


@contextmanager
def identity_provider(people: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Serve a provider that knows these people, with their claims; its address."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SERVE, json.dumps(people)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            assert process.stdout
            port = process.stdout.readline().strip()
            assert port, "the provider did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
