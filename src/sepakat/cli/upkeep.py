"""Keeping a node running: serving it, backing it up, making its read tables again."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import home_path, open_node
from sepakat.cli.output import Answer, Page, answers, working

if TYPE_CHECKING:
    from sepakat.node.backup import Summary

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Answer partners, until stopped.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="0 takes a free one.  [default: the port in the node's address]",
)
@click.option("--certificate", type=FILE, help="A PEM file with the certificate and its chain.")
@click.option("--private-key", type=FILE, help="Its private key, if not in the same file.")
@click.option("--without-worker", is_flag=True, help="Leave the jobs to `sepakat work`.")
@click.option("--json", "as_json", is_flag=True, help="Print the address as one JSON document.")
def serve(
    host: str,
    port: int | None,
    certificate: Path | None,
    private_key: Path | None,
    without_worker: bool,
    as_json: bool,
) -> None:
    """Serve the node over HTTPS, or over plain HTTP on this machine alone, until Ctrl-C or
    SIGTERM. The log is served to anyone; everything else to registered partners only.

    The address is printed, and written to run/address in the node's folder, once it answers.
    A second process that serves the same node does no jobs, and leaves that file alone.

    \b
    Examples:
      sepakat serve
      sepakat serve --host 0.0.0.0 --port 443 --certificate chain.pem --private-key key.pem
    """
    import json
    import logging
    from urllib.parse import urlsplit

    if private_key and not certificate:
        raise click.UsageError("--private-key is of no use without --certificate: give both.")
    home = open_node()
    from sepakat.node.serve import serve as run

    logging.getLogger().setLevel(logging.INFO)
    nation = home.config.nation
    if port is None:
        port = urlsplit(home.config.url).port or (443 if certificate else 8000)

    def ready(address: str) -> None:
        document = {"nation": nation, "address": address}
        click.echo(json.dumps(document) if as_json else f"{nation} answers on {address}")

    with_jobs = not without_worker
    run(home, host, port, certificate, private_key, ready=ready, with_jobs=with_jobs)


@click.command(short_help="Do the jobs that people ask for, until stopped.")
@click.option("--json", "as_json", is_flag=True, help="Print that it works as one JSON document.")
def work(as_json: bool) -> None:
    """Do what people have asked for on the node's pages that takes long: large exports and imports,
    verifying the record. `sepakat serve` has a worker of its own, unless it is told
    --without-worker; a node has one at a time.

    A job that is under way when it is stopped fails in words, and can be started again.

    \b
    Example:
      sepakat work
    """
    import json
    import logging
    import os

    nation = open_node().config.nation
    from django.core.management import CommandError, call_command

    logging.getLogger().setLevel(logging.INFO)

    def ready() -> None:
        document = {"nation": nation, "worker": os.getpid()}
        click.echo(json.dumps(document) if as_json else f"{nation} does its jobs")

    try:
        call_command("work", ready=ready)
    except CommandError as error:
        raise error.__cause__ or error from None


@click.command(short_help="Back the node up into one file, while it runs.")
@click.argument("file", type=OUT)
@click.option("--without-keys", is_flag=True, help="Leave the secret keys out.")
@answers
def backup(file: Path, without_keys: bool) -> Answer:
    """Write all that the node is into the new FILE: the database, the evidence, the nation's own
    policies and the secret keys. Keep it as you keep the keys. The node may go on running.

    \b
    Example:
      sepakat backup mys-2026-03-01.backup
    """
    home = open_node()
    from sepakat.node.backup import backup as write

    with working("backing up"):
        summary = write(home, file, with_keys=not without_keys)
    document = _summary(summary, file)

    def text(page: Page) -> None:
        page.line(f"{file} holds the node of {summary.nation} as it was at {summary.at} (UTC).")
        page.fields(_summary_fields(summary))
        if summary.keys:
            page.line("Keep it as you keep the keys.")

    return Answer(document, text)


@click.command(short_help="Make a node again from a backup.")
@click.argument("file", type=FILE)
@click.option(
    "--replace", is_flag=True, help="Replace the record of the same node, if it is there."
)
@click.option("--rewind", is_flag=True, help="Even if partners have seen what would be lost.")
@answers
def restore(file: Path, replace: bool, rewind: bool) -> Answer:
    """Make a node again from a backup, in the folder that --home or SEPAKAT_HOME names: all of it,
    or nothing is changed. What comes out is checked against the record.

    What was said after the backup is not in it. If partners have seen such statements, this node
    must not say anything new in their place: they would freeze it. Where its later record is still
    there, it is not given up without --rewind.

    \b
    Example:
      sepakat --home mys restore mys-2026-03-01.backup
    """
    from sepakat.node.backup import restore as read
    from sepakat.record.errors import SepakatError

    path = home_path()
    try:
        with working("restoring"):
            summary = read(path, file, replace=replace, rewind=rewind)
    except SepakatError as error:
        error.at(where=str(file))
        raise

    def text(page: Page) -> None:
        page.line(f"The node of {summary.nation} is in {path}, as it was at {summary.at} (UTC).")
        page.fields(_summary_fields(summary))

    return Answer(_summary(summary, file) | {"home": str(path)}, text)


def _summary(summary: "Summary", file: Path) -> dict[str, Any]:
    from dataclasses import asdict

    logs = {nation: head.model_dump() for nation, head in summary.logs.items()}
    return asdict(summary) | {"logs": logs, "file": str(file), "size": file.stat().st_size}


def _summary_fields(summary: "Summary") -> list[tuple[str, str]]:
    logs = [(f"log of {nation}", f"{log.size:,} leaves") for nation, log in summary.logs.items()]
    return [
        *logs,
        ("evidence", f"{summary.evidence:,} files"),
        ("lost before", ", ".join(summary.lost)),
        ("keys", ", ".join(summary.keys) or "none"),
    ]


@click.command(short_help="Make the read tables again from the record.")
@click.option("--check", is_flag=True, help="Only compare, and change nothing.")
@answers
def rebuild(check: bool) -> Answer:
    """Play all statements again, replace the read tables by what comes out, and print the digest
    of the state. After an upgrade it first brings all tables up to the new version. With --check
    it compares instead, and exits with 1 if they differ.

    \b
    Example:
      sepakat rebuild --check
    """
    home = open_node()
    from sepakat.node import rebuild as tables
    from sepakat.node.init import migrate, require_record
    from sepakat.node.recording import destroy_files
    from sepakat.vocabulary import REGISTRY

    with working("playing all statements again"):
        if not check:
            require_record(home)
            migrate()
        digest = (tables.check if check else tables.rebuild)(home, REGISTRY)
        if not check:
            destroy_files(home)
    done = "The read tables are what the record says." if check else "The read tables are made."

    def text(page: Page) -> None:
        page.line(done)
        page.fields([("state", digest)])

    return Answer({"state": digest, "checked": check}, text)
