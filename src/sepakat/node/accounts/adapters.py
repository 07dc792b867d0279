"""What allauth is told about this node's accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: an account begins with an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
