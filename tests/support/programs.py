"""Programs that call the API."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

ROOT = "/api/v1"


@dataclass
class Program:
    """A program with a token in all roles of one person; of the public's, without one."""

    client: Client
    secret: str = ""

    def get(self, path: str, query: Any = None, **headers: str) -> HttpResponse:
        return self.client.get(ROOT + path, query, headers=self._headers(headers))

    def post(self, path: str, given: Any = None, **headers: str) -> HttpResponse:
        return self.client.post(
            ROOT + path,
            {} if given is None else given,
            content_type="application/json",
            headers=self._headers(headers),
        )

    def send(self, content: bytes, media_type: str = "application/octet-stream") -> HttpResponse:
        return self.client.post(
            f"{ROOT}/files", content, content_type=media_type, headers=self._headers({})
        )

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return own | {name.replace("_", "-"): value for name, value in more.items()}
