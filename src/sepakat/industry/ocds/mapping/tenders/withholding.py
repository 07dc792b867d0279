"""What a named reader may not be shown all of, said without telling whether there is any more.

The list is the same for every tender and every such reader. One that was made from what is hidden
would tell of it: that an offer is there, before it is opened, is itself a secret.
"""

from collections.abc import Iterator

from sepakat.industry.ocds.mapping.tenders.parts import Json

RATIONALE = "What the record holds of it beyond this release, if anything, is not for its reader."

# Identifier, field as a JSON Pointer (RFC 6901) into the compiled release, name.
_PARTS = (
    ("planning", "/planning", "The planning"),
    ("bids", "/bids/details", "The bids, and how they were evaluated"),
    ("contracts", "/contracts", "The contracts, with deliveries and payments"),
)


def withheld() -> Iterator[Json]:
    """The items of `withheldInformation`."""
    for identifier, field, name in _PARTS:
        yield {"id": identifier, "field": field, "name": name, "rationale": RATIONALE}
