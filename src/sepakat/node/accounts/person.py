"""Who a user is to the rest of the node: a person, with the roles held and stood in for."""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from sepakat.node.accounts.models import Membership, Token, User
from sepakat.node.authorisation import Person, public
from sepakat.node.cedar import Hat
from sepakat.node.home import Home


def person_of(home: Home, user: AbstractBaseUser | AnonymousUser) -> Person:
    """The person behind a user; the public, where nobody has signed in or the account is closed."""
    if not isinstance(user, User) or not user.is_active:
        return public(home)
    return _person(home, user, memberships(user))


def person_of_token(home: Home, token: Token) -> Person:
    """The person whose token it is, in the token's roles alone. What is lent is lent to a person,
    not to a program."""
    if not token.user.is_active:
        return public(home)
    own = token.user.memberships.order_by("id")
    return _person(home, token.user, [held for held in own if held.role in token.roles])


def _person(home: Home, user: User, held: Iterable[Membership]) -> Person:
    nation = user.nation or home.config.nation
    return Person(
        account=user.account,
        nation=nation,
        clearance=user.clearance,
        caveats=user.caveats,
        hats=tuple(Hat(nation, one.role, one.organisation or None) for one in held),
    )


def memberships(user: User) -> list[Membership]:
    """The user's own, then those of people that the user stands in for today, each role once."""
    by_role: dict[tuple[str, str], Membership] = {}
    for held in _held(user):
        by_role.setdefault((held.role, held.organisation), held)
    return list(by_role.values())


def holders(user: User, role: str, organisation: str) -> list[int]:
    """The numbers of those whose role it is that the user acts in: the user's own, or else that of
    everybody who lends it to the user today."""
    found = [
        held.user_id
        for held in _held(user)
        if (held.role, held.organisation) == (role, organisation)
    ]
    return [user.id] if user.id in found else found


def _held(user: User) -> list[Membership]:
    """The user's own, then all that is lent to the user today.

    A role is lent within its organisation and nation only, and only by whoever holds it: what was
    lent is not lent on.
    """
    today = timezone.now().date()
    own = list(user.memberships.order_by("id"))
    lent = Membership.objects.filter(
        user__delegations__delegate=user,
        user__delegations__ended=None,
        user__delegations__starts__lte=today,
        user__delegations__ends__gte=today,
        user__is_active=True,
        user__nation=user.nation,
        organisation__in={held.organisation for held in own},
    )
    return [*own, *lent.distinct().order_by("id")]
