"""What the OpenAPI document says holds, whatever is sent and whoever asks."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from sepakat.desk.api.v1 import make_api
from sepakat.node.models import Object
from sepakat.record.fields import Line
from sepakat.record.kind import Action, Kind, Lifecycle, Registry
from sepakat.vocabulary import REGISTRY
from support.programs import Program

Programs = Callable[[str], Program]
CALLERS = ("officer", "approver", "administrator", "company_a", "partner", "public")
DOCUMENT = "/api/v1/openapi.json"

few = settings(
    max_examples=2,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def connected() -> Iterator[None]:
    """The test's transaction outlives each request, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_no_request_meets_an_error_or_an_undeclared_answer(
    connected: None, program: Programs
) -> None:
    """All checks of schemathesis but one: a schema cannot say which dates there are, which records
    an action may name, and whatever else is refused with 422."""
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, get_wsgi_application())
    callers = [program(name) for name in CALLERS]
    chance = random.Random(20261124)
    ids: dict[str, list[str]] = {}
    for id_, kind in Object.objects.values_list("id", "kind"):
        ids.setdefault(kind, []).append(id_)
    statuses: Counter[int] = Counter()

    def check(case: Any, mode: GenerationMode) -> None:
        known = ids.get(case.path.split("/")[3])
        if known and mode is GenerationMode.POSITIVE and "object_id" in case.path_parameters:
            case.path_parameters["object_id"] = chance.choice(known)
        secret = chance.choice(callers).secret
        headers = {"Authorization": f"Bearer {secret}"} if secret else None
        response = case.call(headers=headers)
        statuses[response.status_code] += 1
        case.validate_response(
            response, headers=headers, excluded_checks=[positive_data_acceptance]
        )

    for result in schema.get_all_operations():
        operation = result.ok()
        modes = [GenerationMode.POSITIVE]
        if operation.path_parameters or operation.query or operation.body:
            modes.append(GenerationMode.NEGATIVE)
        for mode in modes:

            @seed(1)
            @few
            @given(case=operation.as_strategy(generation_mode=mode))
            def fuzz(mode: GenerationMode, case: Any) -> None:
                check(case, mode)

            fuzz(mode)
    # It got through to where things are read and said.
    assert {200, 201, 401, 403, 404, 422} <= statuses.keys(), statuses


def test_an_action_without_an_address_of_its_own(program: Programs) -> None:
    paths = program("public").get("/openapi.json").json()["paths"]
    for kind in REGISTRY.kinds.values():
        for action in kind.lifecycle.actions:
            assert "post" in paths[f"/api/v1/{kind.kind}/{{object_id}}/{action}"]


def test_an_operation_that_leaves_out_whom_it_refuses(program: Programs) -> None:
    document = program("public").get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path in document["paths"].values():
        for method, operation in path.items():
            needed = {"400", "401", "404", "422", "429"}
            needed |= {"403", "409", "413", "415"} if method == "post" else set()
            assert needed <= operation["responses"].keys()
            for status in needed:
                content = operation["responses"][status]["content"]
                assert content.keys() == {"application/problem+json"}


def _kind(name: str) -> type[Kind]:
    lifecycle = Lifecycle(Action("make", end="made"))
    return type(
        name,
        (Kind,),
        {"__annotations__": {"name": Line}, "lifecycle": lifecycle, "__module__": "x"},
    )


@pytest.mark.parametrize("name", ["Record", "Receipt", "Statement"])
def test_a_kind_whose_address_or_schema_would_hide_another(name: str) -> None:
    with pytest.raises(ValueError, match="taken"):
        make_api(Registry(_kind(name)))
