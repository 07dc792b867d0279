"""The served nodes of a demo: they outlive it, with their desks open, until they are stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

START_SECONDS = 120  # a machine that does much else is slow to start them
STOP_SECONDS = 20


def environment() -> dict[str, str]:
    """Ours, but for what would lead the demo's nodes to another's database, keys or folder."""
    return {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith("SEPAKAT_")
    }


def start(home: Path) -> "subprocess.Popen[bytes]":
    """Serve a node, in a session of its own, so that what ends the demo does not end it."""
    log = home / "run" / "serve.log"
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "sepakat.cli", "--home", str(home), "serve"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=environment(),
        )


def note(folder: Path, pids: dict[str, int]) -> None:
    """Keep which processes serve, for whoever stops them."""
    _file(folder).write_text(json.dumps(pids) + "\n", encoding="ascii")


def stop(folder: Path) -> list[str]:
    """Stop the nodes that a demo in this folder left running, and give their names."""
    try:
        pids = json.loads(_file(folder).read_text(encoding="ascii"))
    except FileNotFoundError:
        return []
    running = {nation: pid for nation, pid in pids.items() if _serves(pid, folder / nation)}
    for pid in running.values():
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while any(_serves(pid, folder / n) for n, pid in running.items()):
        if time.monotonic() > deadline:
            for pid in running.values():
                os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    _file(folder).unlink()
    return list(running)


def _file(folder: Path) -> Path:
    return folder / "servers.json"


def _serves(pid: int, home: Path) -> bool:
    """Whether the process is still the one that serves this node: numbers are used again."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return str(home).encode() in command and b"serve" in command
