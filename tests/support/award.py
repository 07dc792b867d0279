"""Criteria, and scores on them, for tests of the award."""

from decimal import Decimal

from hypothesis import strategies as st

from sepakat.industry.procurement.award.rule import Criterion

CRITERIA = (
    Criterion("price", Decimal("45"), Decimal("100"), Decimal("250"), "low"),
    Criterion("quality", Decimal("30"), Decimal("0"), Decimal("7")),
    Criterion("security", Decimal("25"), Decimal("-2"), Decimal("1")),
)


def sheets(most: int = 6) -> st.SearchStrategy[dict[str, dict[str, Decimal]]]:
    """Two or more offers, scored on `CRITERIA` in quarters, so that ties are met often."""
    scores = {
        c.name: st.integers(int(c.scale_min * 4), int(c.scale_max * 4)).map(
            lambda quarters: Decimal(quarters) / 4
        )
        for c in CRITERIA
    }
    return st.lists(st.fixed_dictionaries(scores), min_size=2, max_size=most).map(
        lambda rows: {f"offer {place}": row for place, row in enumerate(rows)}
    )
