"""What of the record a tender's drafts are made from."""

from sepakat.record import label as labels
from sepakat.record.kind import Object
from sepakat.record.label import Label


def about(tender: str, kind: str) -> list[Object]:
    """All that this node holds of a kind about a tender, by identifier."""
    from sepakat.cli.reading import select

    return [thing for thing in select({"kind": kind}) if thing.fields["tender"] == tender]


def between(tender: Object, *nations: str, organisation: str = "") -> Label:
    """A label as high as a tender's, released to some nations, and to one organisation of them."""
    named = {organisation, *nations} if organisation else set[str]()
    narrow = labels.make(
        max("RESTRICTED", tender.label.classification, key=labels.RANK.__getitem__),
        nations,
        organisations=named,
    )
    return labels.combine(tender.label, narrow)
