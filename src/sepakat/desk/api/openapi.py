"""The API as ninja builds it, with what it leaves out of the OpenAPI document."""

from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.parser import Parser

from sepakat.desk.api.problems import MEDIA_TYPE, PROBLEMS, Problem, ProblemError

JSON = "application/json"


class JsonParser(Parser):
    """JSON as RFC 8259 has it, no more: no NaN, no half of a surrogate pair."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != JSON:
            raise ProblemError("media-type", f"the body is to be sent as {JSON}")
        try:
            return orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise ProblemError("malformed", f"the body is no JSON ({error})") from error


class Api(NinjaAPI):
    """Our API: every problem is declared, and the document is made once."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        if self._document is None:
            self._document = self._made(**options)
        return self._document

    _document: OpenAPISchema | None = None

    def _made(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        schemas = document["components"]["schemas"]
        problem = Problem.model_json_schema(ref_template=REF_TEMPLATE)
        schemas |= problem.pop("$defs")
        schemas["Problem"] = problem
        return document


def problems(*statuses: int) -> dict[int, Any]:
    """The responses of an operation that may end in the problems of these statuses."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    titles = [title for number, title in PROBLEMS.values() if number == status]
    response: dict[str, Any] = {
        "description": "; or: ".join(titles),
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}},
    }
    name = {401: "WWW-Authenticate", 429: "Retry-After"}.get(status)
    if name:
        response["headers"] = {name: {"required": True, "schema": {"type": "string"}}}
    return response
