"""Methods of procurement, in Open Contracting's words."""

from typing import Annotated, Literal

from pydantic import Field

Method = Annotated[
    Literal["open", "selective", "limited", "direct"],
    Field(title="Method", description="Who may offer, in Open Contracting's words."),
]
