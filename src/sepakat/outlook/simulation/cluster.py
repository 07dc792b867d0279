"""Spreading a simulation over several machines with Dask (PyPI `distributed`), always over TLS.

Importing this needs the extra `cluster`. The workers need the same release of Sepakat.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client, LocalCluster
from distributed.security import Security

from sepakat.outlook.simulation.running import Job, Part, Piece, pieces, simulated
from sepakat.record.errors import InvalidError

CHUNK = 500_000_000  # activities times iterations sent at once: about a second of a core
_ALONE = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@contextmanager
def connected(address: str, authority: Path, certificate: Path, key: Path) -> Iterator[Client]:
    """A cluster that runs elsewhere. Both sides show a certificate of this authority."""
    if not address.startswith("tls://"):
        raise InvalidError(
            "a cluster is only spoken to over TLS", where=address, fix="Give it as tls://HOST:PORT"
        )
    for file in (authority, certificate, key):
        if not file.is_file():
            raise InvalidError(
                "there is no such file",
                where=str(file),
                fix="Put it there, or name the folder that has it",
            )
    security = Security(
        require_encryption=True,
        tls_ca_file=str(authority),
        tls_client_cert=str(certificate),
        tls_client_key=str(key),
    )
    with Client(address, security=security, set_as_default=False) as client:
        yield client


@contextmanager
def local(workers: int) -> Iterator[Client]:
    """A cluster of processes on this machine, under certificates that end with it."""
    security = Security.temporary()
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            security=security,
            protocol="tls://",
            host="127.0.0.1",
            dashboard_address=None,
            env=_ALONE,
        ) as cluster,
        Client(cluster, security=security, set_as_default=False) as client,
    ):
        yield client


def spread(client: Client, job: Job, iterations: int) -> list[Part]:
    """All iterations' parts, in their order, each from whichever worker was free."""
    at_once = max(1, CHUNK // len(job.arrays.shape))
    split = pieces(job, iterations, workers=1)
    chunks: list[list[Piece]] = [[]]
    for piece in split:
        if chunks[-1] and sum(count for _, count in chunks[-1]) + piece[1] > at_once:
            chunks.append([])
        chunks[-1].append(piece)
    shared = client.scatter(job, broadcast=True, hash=False)
    done = [client.submit(_chunk, shared, chunk, pure=False) for chunk in chunks]
    return [part for parts in client.gather(done) for part in parts]


def _chunk(job: Job, chunk: list[Piece]) -> list[Part]:
    return [simulated(job, piece) for piece in chunk]
