"""`django messages`: bring the catalogues up to date, and say what they lack."""

from django.core.management.base import BaseCommand, CommandError

from sepakat.desk import messages


class Command(BaseCommand):
    help = "Bring the catalogues of messages up to date, compile them, and say what they lack."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        wrong = [
            f"{language}: {fault}"
            for language in messages.LANGUAGES
            for fault in messages.write(language)
        ]
        if wrong:
            raise CommandError("\n".join(wrong))
