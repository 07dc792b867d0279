"""A typed client for the HTTP API of a node, which needs no Django and no node."""

from sepakat.client.client import Client
from sepakat.client.errors import UnreachableError
from sepakat.client.models import (
    Commitments,
    Cosigned,
    KindInfo,
    Prepared,
    Receipt,
    Record,
    Recorded,
    Said,
    SignedCheckpoint,
    ToSay,
    Upload,
)

__all__ = [
    "Client",
    "Commitments",
    "Cosigned",
    "KindInfo",
    "Prepared",
    "Receipt",
    "Record",
    "Recorded",
    "Said",
    "SignedCheckpoint",
    "ToSay",
    "UnreachableError",
    "Upload",
]
