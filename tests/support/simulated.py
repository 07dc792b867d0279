"""Models to simulate: with everything that one can have, and not too large."""

from itertools import pairwise
from random import Random

from sepakat.outlook.network import Link, LinkType, network
from sepakat.outlook.simulation.correlation import Correlation
from sepakat.outlook.simulation.model import Branch, Cost, Model, Risk, Spread, Triangular, Uniform

SPREADS: tuple[Spread, ...] = (
    Triangular(3, 5, 11),
    Triangular(4, 4, 4),
    Triangular(1, 1, 5),
    Triangular(1, 5, 5),
    Uniform(2, 6),
)


def series(*names: str) -> list[Link]:
    return [Link(before, after) for before, after in pairwise(names)]


def varied(seed: int, size: int = 40) -> Model:
    """A model with all link types, leads, risks that overlap, branches, costs and correlation."""
    random = Random(seed)
    names = [f"a{i}" for i in range(size)]
    links = [
        Link(
            f"a{p}",
            f"a{i}",
            random.choice([LinkType.FINISH_START] * 4 + list(LinkType)),
            random.choice([0, 0, 2.5, -1.25]),
        )
        for i in range(1, size)
        for p in sorted({random.randrange(i) for _ in range(2)})
    ]
    uncertainty = {name: random.choice(SPREADS) for name in names if random.random() < 0.8}
    risks = tuple(
        Risk(
            f"risk {n}",
            random.random(),
            tuple(random.sample(names, 4)),
            factor=random.choice([None, Triangular(1, 1.2, 2)]),
            days=random.choice([None, Uniform(-9, 8)]),
            cost=random.choice([None, Triangular(5, 6, 90)]),
        )
        for n in range(5)
    )
    groups = random.sample(names, 12)
    branches = tuple(
        Branch(f"branch {n}", random.random(), tuple(groups[n : n + 3]), tuple(groups[n + 8 :]))
        for n in range(3)
    )
    costs = {
        name: Cost(random.choice([5.5, Triangular(1, 2, 7)]), random.choice([0, 2.5]))
        for name in names
        if random.random() < 0.7
    }
    return Model(
        network({name: random.choice([0, 5.0, 7.3]) for name in names}, links),
        uncertainty=uncertainty,
        risks=risks,
        branches=branches,
        costs=costs,
        correlation=Correlation(
            tuple(uncertainty)[:3], ((1, 0.5, -0.2), (0.5, 1, 0.3), (-0.2, 0.3, 1))
        ),
        not_before={names[3]: 12.0},
        price=100.0,
    )
