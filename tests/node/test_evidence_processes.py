"""Evidence files under several processes, and what is left on the disk, with real databases."""

from hashlib import sha256
from pathlib import Path

from support.postgres import NewDatabase
from support.processes import BOOT, finish, init, run, start

ADD_AND_DESTROY = """
from sepakat.record.errors import NotFoundError
for _ in range(20):
    digest, _ = store.add(b"the same file")
    try:
        store.destroy(digest)
    except NotFoundError:
        pass  # another process was faster
store.add(b"the same file")
"""

READ = "print(store.read(sys.argv[2]).decode(), store.missing())"

FORGET = """
from sepakat.node.models import EvidenceFile
digest, _ = store.add(b"to be forgotten")
key = bytes(EvidenceFile.objects.get().key)

def is_on_disk():
    return any(key in path.read_bytes() for path in home.path.glob("sepakat.sqlite3*"))

before = is_on_disk()
store.destroy(digest)
print(before, is_on_disk())
"""


def test_processes_that_add_and_destroy_the_same_file_leave_it_readable(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    """A row of one process with the ciphertext of another could never be read again."""
    url = new_database()
    home = init(tmp_path / "node", url=url)
    for worker in [start(BOOT + ADD_AND_DESTROY, home, url=url) for _ in range(3)]:
        finish(worker)
    said = run(READ, home, sha256(b"the same file").hexdigest(), url=url)
    assert said == "the same file []\n"


def test_a_destroyed_key_is_in_no_page_of_the_database_file(tmp_path: Path) -> None:
    assert run(FORGET, init(tmp_path / "node")) == "True False\n"
