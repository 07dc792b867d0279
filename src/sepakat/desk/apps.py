"""The application that people see."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "sepakat.desk"
    label = "desk"
