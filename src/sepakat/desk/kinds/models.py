"""What people keep of the lists that they use."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A list's filter under a name, for the one who saved it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000)

    class Meta:
        app_label = "desk"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind", "name"], name="a_view_is_named_once")
        ]
