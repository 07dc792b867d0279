"""How much a request may send in files, whatever page it is for."""

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MAX_UPLOAD: Final = 26 * 1024 * 1024  # an evidence file, and the form around it


class LimitedUploadHandler(FileUploadHandler):
    """Refuses a request that is too long before any of it is read; leaves the rest to others."""

    def handle_raw_input(
        self,
        input_data: Any,
        meta: Any,
        content_length: int,
        *_rest: Any,
        **_more: Any,
    ) -> None:
        if content_length > MAX_UPLOAD:
            raise RequestDataTooBig(f"more than {MAX_UPLOAD:,} bytes in one request")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
