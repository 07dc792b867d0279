"""Addresses of nodes and servers, as people and cards state them."""

from urllib.parse import SplitResult, urlsplit


def split_address(text: str) -> SplitResult:
    """The parts of an address, all of them empty where its host or its port cannot be read, so that
    whoever checks them refuses it in words of its own."""
    try:
        parts = urlsplit(text)
        _ = parts.hostname, parts.port  # which are read when they are asked for
    except ValueError:
        return urlsplit("")
    return parts
