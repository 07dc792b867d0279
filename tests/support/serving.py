"""A node in a process of its own, as `serve` runs it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sepakat.node.home import Home

PATIENCE = 60.0  # seconds after which waiting is a failure

INIT = """
import sys
from pathlib import Path
from sepakat.node.home import Config
from sepakat.node.init import init
init(Path(sys.argv[1]), Config.model_validate_json(sys.argv[2]))
"""

SERVE = """
import sys
from pathlib import Path
from sepakat.node import serve
from sepakat.node.home import Home
home, host, deadline, workers, *pem = sys.argv[1:]
serve.HEAD_DEADLINE = serve.DEADLINE = float(deadline)
serve.serve(Home(home), host, 0, *map(Path, pem), workers=int(workers))
"""


@dataclass
class Serving:
    """A running node: its master process, its address, and what it wrote to stderr."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def init(path: Path, config: str, *, url: str = "") -> Home:
    """Make a node in a process of its own, so that this one's Django is left as it is."""
    done = subprocess.run(
        [sys.executable, "-c", INIT, path, config],
        env=environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Home(path)


@contextmanager
def serving(
    home: Home,
    host: str = "127.0.0.1",
    *,
    deadline: float = 60.0,
    workers: int = 2,
    pem: tuple[Path, ...] = (),
    url: str = "",
) -> Iterator[Serving]:
    """Serve on a free port, and see that nothing of it is left afterwards."""
    log = home.path / "run" / "stderr"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, home.path, host, str(deadline), str(workers), *pem],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(url),
            text=True,
        )
    with process:
        try:
            line = process.stdout.readline()
            assert line, f"the node did not start:\n{log.read_text()}"
            yield Serving(process, line.split()[-1], log)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def eventually(what: str, is_so: Callable[[], bool]) -> None:
    """Wait until it is so, and fail if it never is."""
    limit = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < limit, f"never came about: {what}"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether the process does anything yet; one that only waits to be reaped does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def environment(url: str = "") -> dict[str, str]:
    """Without what would point the node to other keys than its folder's, or to another database
    than that, or the one at `url`."""
    ours = ("SEPAKAT_", "DATABASE_URL", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | ({"DATABASE_URL": url} if url else {})
