"""A cluster of processes, over TLS, with the same result."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from sepakat.outlook.forecasts.making import make
from sepakat.outlook.simulation import cluster
from sepakat.outlook.simulation.running import simulate
from sepakat.record.errors import InvalidError
from support.joint import request
from support.simulated import varied


@pytest.mark.parametrize("workers", [1, 3])
def test_cluster_that_changes_the_result_or_speaks_openly(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CHUNK", 40 * 16_384)  # a chunk for each piece: else one has all
    model, asked = varied(5), {"seed": 2, "iterations": 60_000, "milestones": ["a9"]}
    with cluster.local(workers) as client:
        addresses = list(client.scheduler_info()["workers"])
        assert len(addresses) == workers
        assert {client.scheduler.address[:6], *(address[:6] for address in addresses)} == {"tls://"}
        assert set(client.run(os.environ.get, "OMP_NUM_THREADS").values()) == {"1"}
        found = simulate(model, cluster=client, **asked)  # type: ignore[arg-type]
        forecast = make(replace(request(), cluster=client))
    assert found.digest() == simulate(model, threads=2, **asked).digest()  # type: ignore[arg-type]
    here = make(request())
    assert (forecast.body, forecast.file) == (here.body, here.file)


def test_address_that_would_be_spoken_to_openly(tmp_path: Path) -> None:
    for address in ("tcp://127.0.0.1:8786", "127.0.0.1:8786"):
        with (
            pytest.raises(InvalidError, match="TLS"),
            cluster.connected(address, tmp_path, tmp_path, tmp_path),
        ):
            pass


def test_certificate_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(InvalidError, match="no such file"),
        cluster.connected("tls://127.0.0.1:1", tmp_path / "ca.pem", tmp_path, tmp_path),
    ):
        pass
