"""`sepakat work`, for programs that can name it only by its name."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sepakat.desk.jobs.worker import work
from sepakat.node.signed import home
from sepakat.record.errors import ConflictError, SepakatError


class Command(BaseCommand):
    help = "Do the jobs that people have asked for, one after another."

    requires_system_checks = ()
    stealth_options = ("ready",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="Until none waits.")

    def handle(self, **options: Any) -> None:
        try:
            work(home(), batch=options["batch"], ready=options.get("ready") or (lambda: None))
        except SepakatError as error:
            if isinstance(error, ConflictError) and not options["verbosity"]:
                from sepakat.node.serve import TAKEN

                sys.exit(TAKEN)  # `sepakat serve` tells it in its own words
            raise CommandError(str(error)) from error
