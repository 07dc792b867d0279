"""Scripts that run in a process of their own on the node in a folder."""

import subprocess
import sys
from pathlib import Path

from support.serving import environment

TESTS = Path(__file__).parents[1]  # where scripts find `support`
PATIENCE = 120.0  # seconds after which waiting is a failure

CONFIG = (
    '{"nation": "MYS", "name": "Malaysia", "origin": "mys.example/log",'
    ' "url": "http://127.0.0.1:8001", "ceiling": "SECRET"}'
)
INIT = """
from sepakat.node.init import init
from sepakat.node.home import Config
import sys
from pathlib import Path
init(Path(sys.argv[1]), Config.model_validate_json(sys.argv[2]))
"""
BOOT = """
import sys
from pathlib import Path
from sepakat.node.init import boot
home = boot(Path(sys.argv[1]))
from sepakat.node.evidence import EvidenceStore
store = EvidenceStore(home)
"""


def start(script: str, home: Path, *arguments: object, url: str = "") -> subprocess.Popen[str]:
    """Start a script with the node at `home`, in SQLite or in the database that `url` names."""
    return subprocess.Popen(
        [sys.executable, "-c", script, str(home), *map(str, arguments)],
        env=environment(url) | {"PYTHONPATH": str(TESTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    """What the process wrote; it must have ended well."""
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    return output


def run(script: str, home: Path, *arguments: object, url: str = "") -> str:
    return finish(start(BOOT + script, home, *arguments, url=url))


def init(home: Path, *, url: str = "") -> Path:
    finish(start(INIT, home, CONFIG, url=url))
    return home
