"""The outlook over what one person may see: portfolios, and where each project stands."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.models import Log
from sepakat.outlook.learning.outcomes import outcomes
from sepakat.outlook.learning.reference import TIME_TO_FINISH, Outcome
from sepakat.outlook.learning.scoring import Scored, rolling
from sepakat.outlook.portfolio.standing import Standing, standings
from sepakat.outlook.reviews.ratings import Rating, rated
from sepakat.record.kind import Object

LEVELS = (0.1, 0.5, 0.8, 0.9)
KINDS = ("portfolio", "project", "rating_scale", "rating", "plan", "risk", "forecast", "option")


@dataclass(frozen=True)
class Outlook:
    """All that the pages tell; `standings` those latest first, `scales` and `portfolios` by name.

    A project may be seen without its portfolio, and a rating without its scale.
    """

    portfolios: dict[str, Object]
    standings: tuple[Standing, ...]
    scales: dict[str, Object]
    outcomes: tuple[Outcome, ...]

    def of(self, project: str) -> Standing | None:
        return next((each for each in self.standings if each.project.id == project), None)

    def rated(self, standing: Standing) -> tuple[Rating, ...]:
        """The latest rating of each nation, those that exempt the project among them."""
        nations = sorted(standing.project.parties)
        each = rated(nations, standing.ratings, self.scales)
        return tuple(one.latest for one in each if one.latest)

    @cached_property
    def scored(self) -> tuple[Scored, ...]:
        """Each forecast that has come out, as it would have been corrected on its day."""
        return rolling(self.outcomes, TIME_TO_FINISH, LEVELS)

    def currency(self, project: Object) -> str:
        """What its money is in; nothing, where the portfolio is not seen."""
        portfolio = self.portfolios.get(project.fields["portfolio"])
        return str(portfolio.fields["currency"]) if portfolio else ""


def computed(access: Access) -> Outlook:
    """What this person may see, worked out; two queries while the record stands still."""
    sizes = tuple(Log.objects.order_by("nation").values_list("nation", "size"))
    labels = tuple(access.labels_of(kind) for kind in KINDS)
    return _computed(str(access.home.path), labels, sizes)


@lru_cache(maxsize=64)
def _computed(
    node: str, labels: tuple[frozenset[int], ...], sizes: tuple[tuple[str, int], ...]
) -> Outlook:
    """The state of a record follows from its logs, so what is found is kept until one has grown."""
    seen = {
        kind: rows.objects_under(kind, numbers) for kind, numbers in zip(KINDS, labels, strict=True)
    }
    return Outlook(
        portfolios={thing.id: thing for thing in seen["portfolio"]},
        standings=tuple(standings(seen)),
        scales={thing.id: thing for thing in seen["rating_scale"]},
        outcomes=tuple(outcomes(seen["forecast"], seen["plan"], seen["project"])),
    )
