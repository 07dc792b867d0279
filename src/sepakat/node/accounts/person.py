"""Who a user is to the rest of the node: a person, with the roles held and stood in for."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from sepakat.node.accounts.models import Membership, User
from sepakat.node.authorisation import Person, public
from sepakat.node.cedar import Hat
from sepakat.node.home import Home


def person_of(home: Home, user: AbstractBaseUser | AnonymousUser) -> Person:
    """The person behind a user; the public, where nobody has signed in or the account is closed."""
    if not isinstance(user, User) or not user.is_active:
        return public(home)
    nation = user.nation or home.config.nation
    return Person(
        account=user.account,
        nation=nation,
        clearance=user.clearance,
        caveats=user.caveats,
        hats=tuple(
            Hat(nation, held.role, held.organisation or None)
            for held in memberships(user)
        ),
    )


def memberships(user: User) -> list[Membership]:
    """The user's own, then those of people that the user stands in for today, each role once."""
    today = timezone.now().date()
    lent = Q(
        user__delegations__delegate=user,
        user__delegations__starts__lte=today,
        user__delegations__ends__gte=today,
        user__delegations__ended=None,
        user__is_active=True,
    )
    found = Membership.objects.filter(Q(user=user) | lent).distinct().order_by("id")
    by_role = {}
    for held in sorted(found, key=lambda held: held.user_id != user.id):
        by_role.setdefault((held.role, held.organisation), held)
    return list(by_role.values())
