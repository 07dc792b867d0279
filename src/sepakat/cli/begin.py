"""Making a node, showing its card, and completion for the shell."""

from pathlib import Path
from shlex import quote

import click

from sepakat.cli.caveats import caveat_option
from sepakat.cli.node import home_path, open_node
from sepakat.cli.output import Answer, Page, answers

SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Make a node: its folder, keys, tables and log.")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--nation", required=True, metavar="CODE", help="Its nation, by ISO 3166 alpha-3.")
@click.option("--name", required=True, help="The nation's name, as partners will read it.")
@click.option("--url", required=True, help="The address at which partners reach the node.")
@click.option("--origin", help="The name of its log.  [default: HOST/CODE/log]")
@click.option(
    "--ceiling",
    default="RESTRICTED",
    show_default=True,
    metavar="GRADE",
    help="The highest classification that the node is cleared to hold.",
)
@caveat_option("A caveat that the node holds; what is under another it can neither see nor say.")
@answers
def init(
    folder: Path | None,
    nation: str,
    name: str,
    url: str,
    origin: str | None,
    ceiling: str,
    caveats: tuple[str, ...],
) -> Answer:
    """Make a node in FOLDER, or in the folder that --home or SEPAKAT_HOME names.

    The nation, the log's name, the ceiling and the caveats are for good: partners register them.

    \b
    Example:
      sepakat init mys --nation MYS --name Malaysia --url https://node.example
      export SEPAKAT_HOME=mys
      sepakat card --file mys.card
    """
    from pydantic import ValidationError

    from sepakat.node.home import Config
    from sepakat.node.init import init as make
    from sepakat.node.plainlabel import parse_caveats
    from sepakat.node.transport import require_safe
    from sepakat.record.statement import from_validation

    try:
        config = Config(
            nation=nation,
            name=name,
            url=url,
            origin=origin or _origin(nation, url),
            ceiling=ceiling,
            caveats=parse_caveats(caveats, "--caveat"),
        )
    except ValidationError as error:
        fix = "See `sepakat init --help`"
        raise from_validation(error, where="sepakat init", fix=fix) from error
    require_safe(url)  # or no partner could register it
    home = make(folder or home_path(), config)
    card = home.card()
    document = {
        "home": str(home.path),
        "nation": nation,
        "origin": card.origin,
        "fingerprint": card.fingerprint,
    }

    def text(page: Page) -> None:
        page.line(f"The node of {name} is made in {home.path}.")
        page.fields(
            [("log", card.origin), ("address", card.url), ("fingerprint", card.fingerprint)]
        )
        page.heading("Next")
        page.line(f"  export SEPAKAT_HOME={quote(str(home.path))}")
        page.line(f"  sepakat card --file {nation.lower()}.card    to hand to partners")
        page.line("  sepakat serve                    to answer them")

    return Answer(document, text)


def _origin(nation: str, url: str) -> str:
    from sepakat.record.address import split_address

    return f"{split_address(url).hostname or nation}/{nation.lower()}/log"


@click.command(short_help="Show the node's card, which partners register.")
@click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="Write the card to this file."
)
@answers
def card(file: Path | None) -> Answer:
    """Show the node's card and its fingerprint, and write the card to a file for partners.

    A partner that registers the card must hear the fingerprint from you, in person or by
    telephone: everything that it will believe rests on it.

    \b
    Example:
      sepakat card --file mys.card
    """
    from sepakat.cli.words import card_fields

    own = open_node().card()
    if file:
        file.write_bytes(own.encode())

    def text(page: Page) -> None:
        page.fields(card_fields(own), indent=0)
        if file:
            page.line()
            page.line(f"Written to {file}. Read the fingerprint out to whoever registers it.")

    return Answer({"card": own.plain(), "fingerprint": own.fingerprint}, text)


@click.command(short_help="Print the shell's completion script.")
@click.argument("shell", type=click.Choice(SHELLS))
@answers
def completion(shell: str) -> Answer:
    """Print the script by which SHELL completes commands, kinds and actions.

    \b
    Example:
      sepakat completion bash > ~/.local/share/bash-completion/completions/sepakat
      sepakat completion zsh > ~/.zfunc/_sepakat
      sepakat completion fish > ~/.config/fish/completions/sepakat.fish
    """
    from click.shell_completion import get_completion_class

    root = click.get_current_context().find_root().command
    maker = get_completion_class(shell)
    assert maker is not None  # click knows all of SHELLS
    script = maker(root, {}, "sepakat", "_SEPAKAT_COMPLETE").source()
    return Answer({"shell": shell, "script": script}, lambda page: click.echo(script))
