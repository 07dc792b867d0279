"""How far each person has looked."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Look(models.Model):
    """The size of a nation's log when a person last said to have seen what is in it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="looks")
    nation = models.CharField(max_length=3)
    size = models.BigIntegerField()

    class Meta:
        app_label = "desk"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "nation"], name="one_look_at_each_log")
        ]
