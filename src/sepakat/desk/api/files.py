"""The files that evidence registers: sent before, and fetched as downloads."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from sepakat.desk import uploads
from sepakat.desk.api import schemas
from sepakat.desk.api.problems import ProblemError
from sepakat.desk.api.reading import View, seen
from sepakat.node.evidence import MAX_BYTES, file_of
from sepakat.record import canon
from sepakat.record.fields import ObjectId
from sepakat.record.kind import Kind

OCTETS = "application/octet-stream"


def send(request: HttpRequest) -> schemas.Kept:
    """Send a file, which is kept for a day until a statement registers it.

    The body is the file itself, whatever it is, as application/octet-stream.
    """
    if request.content_type != OCTETS:
        raise ProblemError("media-type", f"the file is to be sent as {OCTETS}")
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > MAX_BYTES:
        raise ProblemError(
            "too-large",
            f"a file may have at most {MAX_BYTES:,} bytes, and its length must be stated",
            fix="Split it, or register a smaller extract",
        )
    content = request.read()
    if not content:
        raise ProblemError("invalid", "the file is empty")
    name = uploads.keep(request.access.home, request.access.person.account, content)
    return schemas.Kept(upload=name, sha256=canon.digest(content), size=len(content))


def download_of(kind: type[Kind]) -> View:
    """The view of a registered file."""

    def view(request: HttpRequest, object_id: ObjectId) -> HttpResponse:
        thing = seen(request.access, kind, object_id)
        content = file_of(request.access, thing)
        request.access.log("read a file", object=object_id)
        # Never as what it says it is: a browser must not take it for a page of ours.
        response = HttpResponse(content, content_type=OCTETS)
        name = thing.fields["filename"]
        response.headers["Content-Disposition"] = content_disposition_header(True, name)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return view
