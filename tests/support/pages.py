"""Reading pages, and going through forms as people do."""

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def text_of(response: HttpResponse) -> str:
    """The page's main part, without its tags and with its spaces made one; the token of a form,
    which is another each time, is not in it."""
    page = response.content.decode()
    main = page[page.find("<main") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def hidden(response: HttpResponse) -> dict[str, list[str]]:
    """What a page's forms carry on unseen."""
    found: dict[str, list[str]] = {}
    for name, value in _HIDDEN.findall(response.content.decode()):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


def check(client: Client, address: str, given: dict[str, Any]) -> HttpResponse:
    """Fill in the form at an address and go on to the page that shows what will be signed."""
    form = client.get(address)
    assert form.status_code == 200, text_of(form)
    head = hidden(form)["head"]
    return client.post(address, {**given, "head": head, "step": "check"})


def sign(client: Client, address: str, given: dict[str, Any]) -> str:
    """Fill in a form, check, and sign; gives the text of the page that one comes to."""
    checked = check(client, address, given)
    assert checked.status_code == 200, text_of(checked)
    signed = client.post(address, {**hidden(checked), "step": "sign"}, follow=True)
    assert signed.status_code == 200, text_of(signed)
    return text_of(signed)
