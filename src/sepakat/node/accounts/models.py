"""The people of a node: who they are, in which roles they act, and who stands in for whom.

None of this is in the record, where a person is a pseudonym that only the own node can resolve.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from sepakat.record.errors import InvalidError
from sepakat.record.label import CLASSIFICATIONS

ROLES = (
    "officer",
    "approver",
    "committee",
    "inspector",
    "evaluator",
    "company",
    "administrator",
    "auditor",
)
CLEARANCES = [(name, name) for name in CLASSIFICATIONS]


def _pseudonym() -> str:
    return f"p-{secrets.token_hex(8)}"


def digest(secret: str) -> str:
    """How a secret of ours is kept: it is too long to be guessed, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


class UserManager(BaseUserManager["User"]):
    """Makes users; an e-mail address is kept in lower case, so that it names one person."""

    def create_user(self, email: str, password: str | None = None, **rest: object) -> "User":
        user = self.model(email=email.strip().lower(), **rest)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser):
    """A person with an account. `account` is the pseudonym that statements carry."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    # Of a partner's liaison officer, who reads here as that nation may; of our own people, empty.
    nation = models.CharField(max_length=3, blank=True, default="")
    account = models.CharField(max_length=64, unique=True, default=_pseudonym, editable=False)
    clearance = models.CharField(max_length=16, choices=CLEARANCES, default="UNCLASSIFIED")
    caveats = models.JSONField(default=dict, blank=True)  # values held, by restrictive category
    language = models.CharField(max_length=5, default="en")
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


class Membership(models.Model):
    """A role that a person has, in an organisation or, where none is named, in the nation's own
    offices."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=32, choices=[(role, role) for role in ROLES])
    organisation = models.CharField(max_length=80, blank=True, default="")
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation"], name="a_role_is_held_once"
            )
        ]


class Delegation(models.Model):
    """That `delegate` acts in the roles of `user` between two days, both included."""

    user = models.ForeignKey(User, models.CASCADE, related_name="delegations")
    delegate = models.ForeignKey(User, models.CASCADE, related_name="stands_in_for")
    starts = models.DateField()
    ends = models.DateField()
    created = models.DateTimeField(default=timezone.now, editable=False)
    ended = models.DateTimeField(null=True, editable=False)  # taken back early


class Invitation(models.Model):
    """A place offered to a person, by a link whose secret is kept as a digest only."""

    email = models.EmailField()
    name = models.CharField(max_length=200)
    nation = models.CharField(max_length=3, blank=True, default="")  # as the user's
    clearance = models.CharField(max_length=16, choices=CLEARANCES, default="UNCLASSIFIED")
    caveats = models.JSONField(default=dict, blank=True)
    role = models.CharField(max_length=32, choices=[(role, role) for role in ROLES])
    organisation = models.CharField(max_length=80, blank=True, default="")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # The operator, by the command line, is nobody of these.
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now, editable=False)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True, editable=False)
    withdrawn = models.DateTimeField(null=True, editable=False)


class Token(models.Model):
    """A secret by which a program acts for a person, in some of the person's own roles, until it
    expires or is revoked. The secret itself is kept as a digest only."""

    PREFIX: Final = "sepakat_"  # by which scanners of leaked secrets know it
    LONGEST: Final = timedelta(days=365)
    USE_NOTED_EVERY: Final = timedelta(minutes=1)  # so that reading does not write every time

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    roles = models.JSONField(default=list)  # of the person's own; none, to see what the public sees
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True, editable=False)
    used = models.DateTimeField(null=True, editable=False)

    @classmethod
    def issue(
        cls, user: User, name: str, roles: Iterable[str], expires: datetime
    ) -> tuple[Self, str]:
        """A new token and its secret, which cannot be shown again.

        Raises InvalidError for a role that the person does not hold, or a time that has passed or
        is more than a year ahead.
        """
        wanted = sorted(set(roles))
        held = set(user.memberships.values_list("role", flat=True))
        if stray := set(wanted) - held:
            raise InvalidError(
                f"the person does not hold the role {', '.join(sorted(stray))}",
                where="roles",
                fix=f"Choose among {', '.join(sorted(held)) or 'none'}",
            )
        if not timezone.now() < expires <= timezone.now() + cls.LONGEST:
            raise InvalidError(
                "a token lasts for at most one year",
                where="expires",
                fix=f"Choose a time within {cls.LONGEST.days} days",
            )
        secret = cls.PREFIX + secrets.token_urlsafe(32)
        token = cls.objects.create(
            user=user, name=name, roles=wanted, digest=digest(secret), expires=expires
        )
        return token, secret

    @classmethod
    def find(cls, secret: str) -> Self | None:
        """The token that has this secret, if it is still good; notes that it was used."""
        now = timezone.now()
        token = (
            cls.objects.select_related("user")
            .filter(digest=digest(secret), revoked=None, expires__gt=now, user__is_active=True)
            .first()
        )
        if token and (token.used is None or now - token.used > cls.USE_NOTED_EVERY):
            token.used = now
            token.save(update_fields=["used"])
        return token

    @property
    def is_good(self) -> bool:
        return self.revoked is None and self.expires > timezone.now()


class Prepared(models.Model):
    """A statement that one person has prepared and a second must confirm before it is said."""

    kind = models.CharField(max_length=40)
    object = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    draft = models.JSONField()  # the rest of it: body, label, role, organisation, whose role
    head = models.CharField(max_length=64, blank=True, default="")  # of the object, as prepared
    prepared_by = models.ForeignKey(User, models.CASCADE, related_name="prepared")
    created = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, default="")  # of the statement, once said
