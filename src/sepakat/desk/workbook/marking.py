"""The marking of a file: the label of all that is in it, in one line."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from sepakat.record.label import ORGANISATION, RELEASABLE_TO, Label, combine


def marking(labels: Iterable[Label]) -> str:
    """The combined label as its plain values, which mean the same in every language."""
    found = list(labels)
    if not found:
        return _("No records")
    whole = combine(*found)
    parts = [
        whole.classification,
        _("releasable to {}").format(", ".join(whole.released) or _("nobody")),
    ]
    for name, values in whole.permissive.items():
        if name == ORGANISATION:
            parts.append(_("organisations: {}").format(", ".join(values) or _("none")))
        elif name != RELEASABLE_TO:
            parts.append(f"{name}: {', '.join(values) or _('none')}")
    for categories in (whole.restrictive, whole.informative):
        parts += [f"{name}: {', '.join(values)}" for name, values in categories.items()]
    return " · ".join(parts)
