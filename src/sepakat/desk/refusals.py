"""What the record refuses, in the reader's language.

The rules of the record name each refusal by a code that is the same everywhere, and say the rest
in English; so does Pydantic of a field. Here each code has a sentence. Where the rules say more
than the sentence can, their own words follow it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sepakat.record.errors import SepakatError
from sepakat.record.fields import described
from sepakat.record.rules import Rejected


def reason(error: SepakatError) -> str:
    """Why something was refused, for a person."""
    cause = error.__cause__
    if (get_language() or "en") == "en" or not isinstance(cause, Rejected):
        return str(error)
    sentence = _sentences().get(cause.code)
    return f"{sentence} ({cause.detail})" if sentence else str(error)


def fault(item: Mapping[str, Any]) -> str:
    """What Pydantic found wrong with a field."""
    sentence = _faults().get(item["type"])
    if sentence:
        return sentence.format(**item.get("ctx", {}))
    return described(item)


def _sentences() -> dict[str, str]:
    return {
        "role": _("Your role may not do this."),
        "turn": _("It is the other nation’s turn."),
        "owner": _("Your nation makes only records of its own name."),
        "state": _("This cannot follow in the state that the record is in."),
        "superseded": _("Somebody else has moved this record on meanwhile."),
        "taken": _("There is a record of this name already."),
        "repeated": _("The record has this note already."),
        "prev": _("This does not follow what was said last of the record."),
        "label": _("Its label does not fit what it belongs to."),
        "ceiling": _("Your node is not cleared for this marking."),
        "reference": _("It names a record of another kind, or one that it does not rely on."),
        "requires": _("A record that it names is not in the state that this asks for."),
        "parties": _("A record that it names is between other nations."),
        "counterparty": _("The counterparty must be another nation."),
        "reliance": _("It relies on something that was rejected."),
        "unseen": _("It relies on something that your nation had not seen."),
        "signature": _("No key of your nation’s may sign this."),
        "stranger": _("This nation is not registered here."),
        "edition": _("The rules in force do not know this kind of record yet."),
        "body": _("A field is missing, or not in the form that is asked for."),
        "check": _("It breaks a rule that holds for such records."),
    }


def _faults() -> dict[str, str]:
    return {
        "missing": _("This field is required."),
        "string_too_short": _("This is too short."),
        "string_too_long": _("At most {max_length} characters are taken."),
        "string_pattern_mismatch": _("This is not in the form that is asked for."),
        "string_type": _("This must be text."),
        "extra_forbidden": _("There is no such field."),
        "too_short": _("There must be {min_length} at least."),
        "too_long": _("At most {max_length} are taken."),
        "int_type": _("This must be a whole number."),
        "int_parsing": _("This must be a whole number."),
        "greater_than_equal": _("This must be {ge} at least."),
        "less_than_equal": _("This must be {le} at most."),
        "literal_error": _("This is none of the choices."),
        "bool_type": _("Answer yes or no."),
    }
