"""The Django application that a node is."""

from django.apps import AppConfig


class NodeConfig(AppConfig):
    name = "sepakat.node"
    label = "node"
