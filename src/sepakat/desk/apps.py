"""The application that people see."""

from django.apps import AppConfig

from sepakat.record.kind import Kind


class DeskConfig(AppConfig):
    name = "sepakat.desk"
    label = "desk"

    def ready(self) -> None:
        # Templates call what can be called; a kind is a class, and is meant itself.
        Kind.do_not_call_in_templates = True
