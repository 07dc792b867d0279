"""The application that knows the node's own people."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sepakat.node.accounts"
    label = "accounts"
