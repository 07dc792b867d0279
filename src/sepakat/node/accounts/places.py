"""Where people work and in which roles: the nation's own offices, its organisations, and partners'
liaison officers, who read here as their nation may."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sepakat.node import rows
from sepakat.node.accounts.models import ROLES
from sepakat.node.home import Home
from sepakat.node.models import Partner
from sepakat.node.plainlabel import caveat_texts
from sepakat.record.errors import InvalidError
from sepakat.record.label import CLASSIFICATIONS, RANK

Caveats = Mapping[str, Iterable[str]]
"""Values held, by restrictive category."""

NO_CAVEATS: Caveats = {}

OFFICE_ROLES = tuple(role for role in ROLES if role != "company")
# An organisation files and inspects, and may have it looked through. It never speaks for the
# nation, so it has no officers, approvers or administrators.
ORGANISATION_ROLES = ("company", "inspector", "auditor")
LIAISON_ROLES = ("officer", "auditor")


@dataclass(frozen=True)
class Place:
    """The own offices, unless an organisation or a partner's nation is named."""

    organisation: str = ""
    nation: str = ""

    @classmethod
    def parse(cls, text: str) -> "Place":
        """From `text`: nothing, an organisation's identifier, or a partner's code."""
        return cls(organisation=text) if "-" in text else cls(nation=text)

    def __str__(self) -> str:
        return self.organisation or self.nation

    @property
    def roles(self) -> tuple[str, ...]:
        if self.nation:
            return LIAISON_ROLES
        return ORGANISATION_ROLES if self.organisation else OFFICE_ROLES


def organisations(home: Home) -> dict[str, str]:
    """The registered organisations of this nation: identifier -> name."""
    found = rows.objects_of("organisation", home.config.nation)
    return {thing.id: thing.fields["name"] for thing in found if thing.state == "registered"}


def partners() -> dict[str, str]:
    """The partners whose nations may have liaison officers here: code -> name."""
    return {partner.nation: partner.nation for partner in Partner.objects.order_by("nation")}


def clearances(home: Home) -> tuple[str, ...]:
    """The classifications up to the node's ceiling."""
    return tuple(name for name in CLASSIFICATIONS if RANK[name] <= RANK[home.config.ceiling])


def check_clearance(home: Home, clearance: str, caveats: Caveats) -> None:
    """Raise InvalidError, naming the field, unless the node itself is cleared so."""
    if clearance not in clearances(home):
        raise InvalidError(
            _("the clearance is above what this node may hold, {}").format(home.config.ceiling),
            where="clearance",
            fix=_("Choose one of: {}").format(", ".join(clearances(home))),
        )
    held = caveat_texts(home.config.caveats)
    if stray := [text for text in caveat_texts(caveats) if text not in held]:
        raise InvalidError(
            _("this node does not hold the caveat {}").format(stray[0]),
            where="caveats",
            fix=_("Choose one of: {}").format(", ".join(held) or _("none")),
        )


def check(home: Home, place: Place, role: str, clearance: str, caveats: Caveats) -> None:
    """Raise InvalidError, naming the field, unless this may be given here."""
    known = {"": ""} | (partners() if place.nation else organisations(home))
    if str(place) not in known:
        raise InvalidError(
            _("{} is no registered organisation of this nation, and no partner").format(place),
            where="organisation",
            fix=_("Register it first, or leave it out for the nation's own offices"),
        )
    if role not in place.roles:
        raise InvalidError(
            _("the role {} is not given there").format(role),
            where="role",
            fix=_("Choose one of: {}").format(", ".join(place.roles)),
        )
    check_clearance(home, clearance, caveats)
