"""A process that runs `sepakat` commands for one node, one JSON line each, as a shell would.

It spares the demo the start of an interpreter for each of its commands, and nothing else: what
runs is the command line that anybody types.
"""

import contextlib
import io
import json
import sys

from sepakat.cli.program import program


def run(argv: list[str], typed: str) -> dict[str, object]:
    out, err = io.StringIO(), io.StringIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = program.main(argv, standalone_mode=False)
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(**json.loads(line))) + "\n")
        sys.stdout.flush()
