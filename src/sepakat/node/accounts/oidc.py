"""Single sign-on by OpenID Connect: how the node's operator names the identity provider.

`oidc.json` in the node's folder, or SEPAKAT_OIDC with the same JSON:
{"name": "Staff sign-in", "server_url": "https://id.example", "client_id": "…",
"client_secret": "…"}
"""

import os
import stat
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, ValidationError

from sepakat.record.address import split_address
from sepakat.record.errors import RefusedError
from sepakat.record.fields import Line
from sepakat.record.statement import from_validation

VARIABLE: Final = "SEPAKAT_OIDC"
FILE: Final = "oidc.json"
PROVIDER: Final = "sso"  # the name in our own addresses


def _address(text: str) -> str:
    from sepakat.node.transport import is_loopback  # the settings of every command read this file

    parts = split_address(text)
    is_secret = parts.scheme == "https" or (
        parts.scheme == "http" and is_loopback(parts.hostname or "")
    )
    if not parts.hostname or not is_secret:
        raise ValueError("give the provider's https address, such as https://id.example")
    return text


class Provider(BaseModel):
    """An identity provider, and what it knows this node by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line = "Single sign-on"
    server_url: Annotated[Line, AfterValidator(_address)]
    client_id: Line
    client_secret: SecretStr

    def app(self) -> dict[str, Any]:
        """As allauth wants it."""
        return {
            "provider_id": PROVIDER,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.client_secret.get_secret_value(),
            "settings": {"server_url": self.server_url, "oauth_pkce_enabled": True},
        }


def read(folder: Path) -> Provider | None:
    """The provider that the operator has named, if any; errors name the place, not the secret."""
    where, text = VARIABLE, os.environ.get(VARIABLE)
    if not text:
        path = folder / FILE
        if not path.exists():
            return None
        where, text = str(path), path.read_text(encoding="utf-8")
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise RefusedError(
                "others than its owner have access", where=where, fix=f"Run: chmod 600 {path}"
            )
    try:
        return Provider.model_validate_json(text)
    except ValidationError as error:
        raise from_validation(error, where=where) from None


def providers(folder: Path | None) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS for the node in a folder."""
    found = read(folder) if folder else None
    return {"openid_connect": {"APPS": [found.app()]}} if found else {}
