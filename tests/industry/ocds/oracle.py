"""Validators of the official schemas, and what they find."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

PREFIX = "https://standard.open-contracting.org/schema/1__1__5/"


def official_validator(official: dict[str, Any], name: str) -> jsonschema_rs.Draft4Validator:
    def retrieve(uri: str) -> Any:
        return official[uri.removeprefix(PREFIX).removesuffix(".json")]

    return jsonschema_rs.Draft4Validator(official[name], retriever=retrieve)


def places(validator: jsonschema_rs.Draft4Validator, instance: Any) -> list[tuple[str, str]]:
    """Where the errors are, and which keyword found them."""
    return sorted(_places(validator, instance))


def _places(validator: jsonschema_rs.Draft4Validator, instance: Any) -> Iterator[tuple[str, str]]:
    for error in validator.iter_errors(instance):
        yield "/".join(map(str, error.instance_path)), error.kind.name
