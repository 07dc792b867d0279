"""Version 1 of the API: its addresses, most of them made from the declarations of the kinds."""

from inspect import cleandoc
from typing import Any

from django.http import HttpRequest

from sepakat.desk.api import files, reading, saying, schemas, sums
from sepakat.desk.api.auth import Bearer
from sepakat.desk.api.openapi import Api, JsonParser, problems
from sepakat.desk.api.problems import add_handlers
from sepakat.record.kind import Action, Kind, Registry

# First parts of addresses that are no kind's.
TAKEN = ("kinds", "record", "records", "commitments", "statements", "files", "openapi.json")
READING = (400, 401, 404, 422, 429)
SAYING = (400, 401, 403, 404, 409, 413, 415, 422, 429)
DESCRIPTION = """\
Everything that this node's nation and its partners have said, as far as whoever asks may see it;
and the means to say more. Without a token one is the public. Every statement is signed, stands in
the log, and has a proof.
"""


def make_api(registry: Registry) -> Api:
    """The API of the kinds of a registry."""
    api = Api(
        title="Sepakat",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        openapi_url="/openapi.json",
        urls_namespace="api-v1",
        parser=JsonParser(),
    )
    add_handlers(api)
    _add_common(api, registry)
    for kind in registry.kinds.values():
        if kind.kind in TAKEN or kind.__name__ in schemas.NAMES:
            raise ValueError(f"the name of the kind {kind.kind!r} is taken by the API itself")
        _add_kind(api, kind)
    return api


def _read(api: Api, path: str, view: reading.View, response: Any, **about: Any) -> None:
    extra = {"security": [{}], "responses": problems(*READING)}
    extra["responses"] |= about.pop("answers", {})
    api.get(path, auth=Bearer(needed=False), response=response, openapi_extra=extra, **about)(view)


def _say(api: Api, path: str, view: reading.View, response: Any, **about: Any) -> None:
    extra = {"responses": problems(*SAYING)}
    api.post(path, auth=Bearer(needed=True), response=response, openapi_extra=extra, **about)(view)


def _add_common(api: Api, registry: Registry) -> None:
    def kinds(request: HttpRequest) -> list[schemas.KindInfo]:
        """All kinds of records, with their fields, states and actions."""
        return [reading.kind_info(kind) for kind in registry.kinds.values()]

    _read(api, "/kinds", kinds, list[schemas.KindInfo], tags=["record"], operation_id="list-kinds")
    _read(
        api,
        "/record/checkpoint",
        sums.checkpoint,
        schemas.SignedCheckpoint,
        tags=["record"],
        operation_id="get-checkpoint",
    )
    _read(
        api,
        "/commitments",
        sums.commitments,
        schemas.Commitments,
        tags=["record"],
        operation_id="list-commitments",
    )
    _read(
        api,
        "/records/{object_id}",
        reading.place,
        schemas.Place,
        tags=["record"],
        operation_id="find-record",
    )
    _say(
        api,
        "/statements",
        saying.batch_view,
        _RECORDED,
        tags=["record"],
        operation_id="say-all",
        summary="Record several statements, all or none",
    )
    body = {"required": True, "content": {files.OCTETS: {"schema": _BINARY}}}
    api.post(
        "/files",
        auth=Bearer(needed=True),
        response={201: schemas.Kept},
        tags=["evidence"],
        operation_id="send-file",
        openapi_extra={"requestBody": body, "responses": problems(*SAYING)},
    )(files.send)


_BINARY = {"type": "string", "format": "binary"}
_RECORDED = {200: schemas.Recorded, 201: schemas.Recorded}


def _add_kind(api: Api, kind: type[Kind]) -> None:
    name, about = kind.kind, f"/{kind.kind}/{{object_id}}"
    words = name.replace("_", " ")
    _read(
        api,
        f"/{name}",
        reading.list_of(kind),
        schemas.page_of(kind),
        tags=[name],
        operation_id=f"list-{name}",
        summary=f"List records of the kind {words}",
        description=cleandoc(kind.__doc__ or ""),
    )
    _read(
        api,
        about,
        reading.record_view(kind),
        schemas.detail_of(kind),
        tags=[name],
        operation_id=f"get-{name}",
        summary=f"Get a record of the kind {words}",
    )
    _read(
        api,
        f"{about}/statements",
        reading.statements_of(kind),
        schemas.StatementPage,
        tags=[name],
        operation_id=f"list-statements-of-{name}",
        summary="List what was said of it, first to last",
    )
    _read(
        api,
        f"{about}/statements/{{digest}}/proof",
        reading.proof_of(kind),
        None,
        tags=[name],
        operation_id=f"get-proof-of-{name}",
        summary="Get the proof of a statement (C2SP tlog-proof)",
        answers={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    for action in kind.lifecycle.actions.values():
        _add_action(api, kind, action)
        if schemas.takes_file(kind, action):
            _read(
                api,
                f"{about}/file",
                files.download_of(kind),
                None,
                tags=[name],
                operation_id=f"get-file-of-{name}",
                summary="Get its file",
                answers={200: {"content": {files.OCTETS: {"schema": _BINARY}}}},
            )


def _add_action(api: Api, kind: type[Kind], action: Action) -> None:
    answers: dict[int, Any] = dict(_RECORDED)
    if action.four_eyes:
        answers[202] = schemas.Prepared
    _say(
        api,
        f"/{kind.kind}/{{object_id}}/{action.name}",
        saying.action_view(kind, action),
        answers,
        tags=[kind.kind],
        operation_id=f"say-{kind.kind}-{action.name}",
        summary=f"Say {action.name.replace('_', ' ')} of {kind.kind.replace('_', ' ')}",
        description=_explained(action),
    )


def _explained(action: Action) -> str:
    states = " or ".join(action.start)
    by = f" by its {action.by.value}"
    roles = f", in the role {' or '.join(action.roles)}" if action.roles else ""
    when = f"Said of a record in the state {states}" if states else "Makes a new record,"
    second = " A second person confirms it at the desk." if action.four_eyes else ""
    return f"{when}{by}{roles}.{second}"
