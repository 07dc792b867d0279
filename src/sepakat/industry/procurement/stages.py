"""The stages of a procurement, from need to closure, in their order."""

from typing import Literal, get_args

Stage = Literal[
    "need",
    "requirements",
    "strategy",
    "tender",
    "closing",
    "opening",
    "evaluation",
    "approval",
    "award",
    "contract",
    "acceptance",
    "payment",
    "completion",
    "closure",
]
STAGES: tuple[str, ...] = get_args(Stage)
