"""The program `sepakat`: its commands by section, its help, and how it ends."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sepakat.cli import (
    accounts,
    agreements,
    begin,
    evidence,
    exports,
    keys,
    kinds,
    ledgers,
    look,
    notify,
    ocds,
    outlook,
    partners,
    plans,
    proofs,
    say,
    show,
    tenders,
    upkeep,
)
from sepakat.cli.demo import demo_command
from sepakat.cli.errors import EXIT_CODES, drop_stdout, report
from sepakat.cli.node import is_typed
from sepakat.cli.output import clean

SECTIONS: Mapping[str, Sequence[str]] = {
    "Begin": ("demo", "init", "card", "kinds", "completion"),
    "Say and see": ("say", "show", "list", "commitments", "ledger", "agreement", "log", "evidence"),
    "With partners": ("partner", "exchange"),
    "Prove and check": ("prove", "disclose", "verify", "export", "audit"),
    "Procurement": ("tender", "ocds"),
    "Outlook": ("plan", "forecast", "option"),
    "Keep running": ("serve", "work", "notify", "backup", "restore", "rebuild", "key"),
    "People": ("account",),
}

INTRODUCTION = """\
Sepakat runs a partnership of two governments from the signed agreement to the
proven outcome. Each nation runs its own node; anyone can check every word.

Type first:  sepakat demo    plays a whole case between two nodes on this machine
             sepakat init    makes a node of your own
             sepakat COMMAND --help    explains a command, with an example

The commands are for a node's operator, and show all that it holds, whatever
the label. With --node, list, show, commitments, say and prove ask a node
elsewhere, as the person whose token is in SEPAKAT_TOKEN, or as the public.
With --json each prints one JSON document and nothing else."""

ENVIRONMENT = {
    "SEPAKAT_HOME": "the node's folder, where --home is not given",
    "SEPAKAT_NODE": "the address of a node elsewhere, where --node is not given",
    "SEPAKAT_TOKEN": "the token to ask it with; never on the command line",
    "DATABASE_URL": "its database, if not SQLite in that folder: postgres://…",
    "SEPAKAT_KEY_<NAME>": "a secret key in base64, in place of its file",
    "SEPAKAT_EMAIL_URL": "the mail server: smtp://user:password@host:port, or smtps://",
    "SEPAKAT_EMAIL_FROM": "the sender of mails, if not sepakat@ the node's host",
    "SEPAKAT_OIDC": "single sign-on as JSON, in place of the file oidc.json",
    "SEPAKAT_DEBUG": "1 shows the traceback of a fault",
    "NO_COLOR": "set, it prints without colours",
}


class Program(click.Group):
    """A group whose help reads like a page and whose exit codes are documented."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in SECTIONS.values() for name in names]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write("Usage: sepakat [--home FOLDER | --node URL] COMMAND ...\n\n")
        formatter.write(INTRODUCTION + "\n")
        for section, names in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, self._short_help(ctx, name)) for name in names])
        self.format_options(ctx, formatter)
        with formatter.section("Environment"):
            formatter.write_dl(list(ENVIRONMENT.items()))
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), text) for code, text in EXIT_CODES.items()])

    def _short_help(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        return command.get_short_help_str(limit=60) if command else ""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Command.format_options(self, ctx, formatter)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        with _while_read():  # --help and --version are printed here
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with _while_read():
            return super().invoke(ctx)

    def main(  # type: ignore[override]  # the rest comes by name
        self, args: Sequence[str] | None = None, **options: Any
    ) -> Any:
        words = list(sys.argv[1:] if args is None else args) or ["--help"]
        is_standalone = options.pop("standalone_mode", True)
        options["prog_name"] = "sepakat"
        try:
            _check_utf8(words)
            code = super().main(words, standalone_mode=False, **options) or 0
        except Exception as error:
            if isinstance(error, click.UsageError) and error.ctx is None:
                error.ctx = self._meant(words)
            code = report(error, as_json=_wants_json(words))
        if is_standalone:
            sys.exit(code)
        return code

    def _meant(self, words: Sequence[str]) -> click.Context:
        """That of the command which the words name: Click raises some errors without it."""
        meant, rest = click.Context(self, info_name="sepakat", resilient_parsing=True), list(words)
        while isinstance(meant.command, click.Group):
            _, rest, _ = meant.command.make_parser(meant).parse_args(rest)
            command = meant.command.get_command(meant, rest[0]) if rest else None
            if command is None:
                break
            meant = click.Context(command, meant, rest.pop(0), resilient_parsing=True)
        return meant


@contextmanager
def _while_read() -> Iterator[None]:
    """It is no fault if whoever reads has seen enough."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        drop_stdout()
        raise click.exceptions.Exit(0) from None


def _check_utf8(words: Sequence[str]) -> None:
    """Python lets other bytes pass as lone surrogates, which no record and no database can hold."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            raise click.UsageError(f"The argument {clean(word)} is not UTF-8.") from None


def _wants_json(args: Sequence[str]) -> bool:
    """Whether errors are to be JSON too, also those in parsing the command line itself."""
    return "--json" in (args[: args.index("--")] if "--" in args else args)


@click.command(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 90},
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="SEPAKAT_HOME",
    help="The node's folder.",
)
@click.option(
    "--node", metavar="URL", envvar="SEPAKAT_NODE", help="The address of a node elsewhere."
)
@click.version_option(package_name="sepakat", prog_name="sepakat", message="%(prog)s %(version)s")
@click.pass_context
def program(ctx: click.Context, home: Path | None, node: str | None) -> None:
    """The whole help is in `Program.format_help`."""
    if home is not None and is_typed(ctx, "home"):
        if is_typed(ctx, "node"):
            raise click.UsageError("--home names a node here, --node one elsewhere: give one.")
        ctx.params["node"] = None  # whatever SEPAKAT_NODE says


for _command in (
    *(demo_command, begin.init, begin.card, begin.completion, kinds.kinds),
    *(
        say.say,
        show.show,
        look.list_,
        look.commitments,
        ledgers.ledger,
        agreements.agreement,
        look.log,
        evidence.evidence,
    ),
    *(partners.partner, partners.exchange),
    *(proofs.prove, proofs.disclose, proofs.verify, exports.export, exports.audit),
    *(upkeep.serve, upkeep.work, notify.notify, upkeep.backup, upkeep.restore, upkeep.rebuild),
    *(keys.key, accounts.account, tenders.tender, ocds.ocds),
    *(plans.plan, outlook.forecast, outlook.option),
):
    program.add_command(_command)
