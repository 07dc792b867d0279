"""What was answered to requests with an idempotency key."""

from typing import ClassVar

from django.db import models


class KeptAnswer(models.Model):
    """The answer to an account's request with a key; without status while it is being answered.

    It is written in one transaction with what the request records.
    """

    account = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)  # digest of the request's method, path and body
    attempt = models.CharField(max_length=32)  # whoever is answering
    started = models.DateTimeField(db_index=True)
    status = models.SmallIntegerField(null=True)
    location = models.CharField(max_length=200, default="")
    body = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="a_key_is_answered_once")
        ]
