"""What people are told, how they wish to be told, and their calendar addresses."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from sepakat.node.lookups import of_labels


class What(models.TextChoices):
    """The occasions of a notice, in the order in which they are shown."""

    PREPARED = "prepared"  # a second person must confirm it
    WAITING = "waiting"  # the next step is in this person's role
    FIRED = "fired"  # a contingency plan's trigger, by a forecast
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    MEETING = "meeting"
    SAID = "said"  # by a partner
    FROZEN = "frozen"
    TROUBLE = "trouble"
    DELEGATED = "delegated"


class Mail(models.TextChoices):
    OFF = "off"
    DAILY = "daily"
    AT_ONCE = "at_once"  # what waits for approval; the rest once a day


class Notice(models.Model):
    """Something that one person is told once. `key` names the occasion; `kind`, `object` and
    `label` the record, if it is of one: its title is looked up when it is shown, if it may be."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    what = models.CharField(max_length=16, choices=What.choices)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, blank=True, default="")
    object = models.CharField(max_length=80, blank=True, default="")
    label = of_labels(models.BigIntegerField(null=True))
    detail = models.CharField(max_length=200, blank=True, default="")  # a day, a nation, a name
    created = models.DateTimeField(default=timezone.now)
    read = models.DateTimeField(null=True)
    mailed = models.DateTimeField(null=True)

    class Meta:
        app_label = "desk"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="an_occasion_is_told_once")
        ]
        indexes: ClassVar = [models.Index(fields=["user", "read"], name="unread_notices")]


class Preference(models.Model):
    """How a person wishes to be told, and when the last digest went out."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="telling")
    mail = models.CharField(max_length=8, choices=Mail.choices, default=Mail.DAILY)
    mailed = models.DateField(null=True)

    class Meta:
        app_label = "desk"


class Feed(models.Model):
    """A calendar address of a person. Its secret is kept as a digest only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feeds")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    revoked = models.DateTimeField(null=True, editable=False)
    used = models.DateTimeField(null=True, editable=False)

    class Meta:
        app_label = "desk"


class Heard(models.Model):
    """Up to where a partner's log has been looked through for what to tell."""

    nation = models.CharField(primary_key=True, max_length=3)
    size = models.BigIntegerField(default=0)

    class Meta:
        app_label = "desk"
