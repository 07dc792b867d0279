"""The JSON schema of a kind's fields, which names the functions of ours that a value must pass."""

from collections.abc import Callable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from sepakat.record.kind import Kind

PASSES = "x-passes"  # JSON Schema lets others add such words


class _Schema(GenerateJsonSchema):
    def function_after_schema(
        self, schema: core_schema.AfterValidatorFunctionSchema
    ) -> JsonSchemaValue:
        shown = dict(super().function_after_schema(schema))
        passes = [*shown.pop(PASSES, ()), name_of(schema["function"]["function"])]
        return {**shown, PASSES: passes}


def schema_of(kind: type[Kind]) -> dict[str, Any]:
    return kind.model_json_schema(schema_generator=_Schema)


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"
