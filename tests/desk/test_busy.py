"""A database that is locked is no fault of the reader's, and says so."""

import pytest
from django.db import OperationalError, connection

from support.desks import Desk
from support.pages import text_of


@pytest.mark.parametrize("path", ["/registers", "/api/v1/gate"])
def test_a_locked_database_is_a_fault_of_the_program(desk: Desk, path: str) -> None:
    client = desk.client("officer")
    client.raise_request_exception = False

    def locked(execute: object, sql: str, *rest: object) -> None:
        if "sepakat" in sql or "label" in sql:
            raise OperationalError("database is locked")
        return execute(sql, *rest)  # type: ignore[operator]

    with connection.execute_wrapper(locked):
        answer = client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), text_of(answer)
    assert "busy" in answer.content.decode()
