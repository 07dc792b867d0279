"""The words in which labels, amounts, cards and values are shown to people."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sepakat.node.plainlabel import caveat_texts
from sepakat.record.card import Card
from sepakat.record.label import ORGANISATION, RELEASABLE_TO, Label


def label_text(label: Label) -> str:
    """A label in one line: "RESTRICTED, to KOR and MYS"."""
    released = " and ".join(label.released) or "nobody"
    parts = [label.classification, f"to {released}"]
    named = label.permissive.get(ORGANISATION)
    if named is not None:
        parts.append(f"only to {' and '.join(named) or 'nobody'}")
    for name, values in label.permissive.items():
        if name not in (RELEASABLE_TO, ORGANISATION):
            parts.append(f"{name} of {' or '.join(values) or 'nobody'}")
    parts += [f"{name} {' and '.join(values)}" for name, values in label.restrictive.items()]
    return ", ".join(parts)


def value_text(value: Any) -> str:
    """A field's value: an amount with its currency, a list with commas."""
    if isinstance(value, Mapping):
        if value.keys() == {"amount", "currency"}:
            return f"{_amount_text(value['amount'])} {value['currency']}"
        return ", ".join(f"{name} {value_text(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(value_text(item) for item in value)
    return "" if value is None else str(value)


def _amount_text(amount: Any) -> str:
    try:
        return f"{Decimal(amount):,}"
    except (ArithmeticError, TypeError, ValueError):
        return str(amount)  # of a statement that does not stand


def title_of(name: str) -> str:
    """A state or an action as it is read: minutes_proposed is "minutes proposed"."""
    return name.replace("_", " ")


def card_fields(card: Card) -> list[tuple[str, str]]:
    return [
        ("nation", f"{card.nation}, {card.name}"),
        ("address", card.url),
        ("log", card.origin),
        ("log key", card.log_key),
        ("witness key", card.witness_key),
        *_ml_dsa_key(card),
        ("ceiling", card.ceiling),
        *([("caveats", ", ".join(caveat_texts(card.caveats)))] if card.caveats else []),
        ("fingerprint", card.fingerprint),
    ]


def _ml_dsa_key(card: Card) -> list[tuple[str, str]]:
    """By its name and ID, for the key itself fills a screen."""
    if not card.ml_dsa_witness_key:
        return []
    name, key_id, _ = card.ml_dsa_witness_key.split("+", 2)
    return [("ML-DSA witness key", f"{name}+{key_id}+…")]
