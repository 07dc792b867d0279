"""Signing keys of the node: making and registering them, revoking them."""

import click

from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, Page, answers


@click.group(no_args_is_help=False, short_help="Add and revoke signing keys.")
def key() -> None:
    """Add and revoke the keys that sign statements. `sepakat list key` lists them.

    \b
    Example:
      sepakat key add acme --organisation MYS-acme --sign-as company
    """


@key.command(short_help="Make a key and register it in the log.")
@click.argument("name")
@click.option("--organisation", metavar="ID", help="The one organisation that it may sign for.")
@click.option("--sign-as", "roles", multiple=True, metavar="ROLE", help="A role it may sign in.")
@answers
def add(name: str, organisation: str | None, roles: tuple[str, ...]) -> Answer:
    """Make a key, keep it in the node's folder under NAME, and register it in the log. Statements
    are signed with it by `sepakat say --key NAME`. Without --sign-as it may sign in any role.

    \b
    Example:
      sepakat key add acme --organisation MYS-acme --sign-as company
    """
    home = open_node()
    from django.db import transaction

    from sepakat.node import clock, rows
    from sepakat.node.accounts.models import ROLES
    from sepakat.node.ledger import Draft, Ledger
    from sepakat.record import label
    from sepakat.record.errors import InvalidError, NotFoundError
    from sepakat.record.keys import SigningKey
    from sepakat.vocabulary import REGISTRY

    seen_by = label.make("UNCLASSIFIED", [label.PUBLIC])
    body: dict[str, object] = {"name": name}
    if organisation:
        thing = rows.objects([organisation]).get(organisation)
        if thing is None or thing.kind != "organisation":
            raise NotFoundError(
                "there is no such organisation here",
                where=organisation,
                fix="Register it with `sepakat say organisation register`",
            )
        body["organisation"] = organisation
        seen_by = thing.label  # whoever may not know the organisation may not know its key
    if strange := set(roles) - set(ROLES):
        raise InvalidError(
            "there is no such role, and a key's registration is for good",
            where=f"--sign-as {min(strange)}",
            fix=f"The roles are {', '.join(ROLES)}",
        )
    if roles:
        body["sign_as"] = list(roles)
    secret = SigningKey.generate()
    body["public_key"] = str(secret.public)
    nation = home.config.nation
    object_id = f"{nation}-key-{name.removeprefix(f'{nation}-')}"
    draft = Draft("key", object_id, "register", body, seen_by, "administrator")
    with transaction.atomic():
        (receipt,) = Ledger(home, REGISTRY).append([draft], at=clock.now())
        home.keys.put(name, secret.seed)
    document = {
        "name": name,
        "object": object_id,
        "keyid": secret.public.keyid,
        "public_key": str(secret.public),
        "index": receipt.index,
    }

    def text(page: Page) -> None:
        page.line(f"The key {name} is in the node's folder, and registered as {object_id}.")
        page.line(f"Sign with it:  sepakat say --key {name} ...")

    return Answer(document, text)


@key.command(short_help="Revoke a key from here on.")
@click.argument("object_id", metavar="OBJECT")
@click.option("--reason", required=True, help="Why, in words that go on the record.")
@answers
def revoke(object_id: str, reason: str) -> Answer:
    """Revoke the key OBJECT: what it signs after this place in the log does not stand. What it has
    signed before does.

    \b
    Example:
      sepakat key revoke MYS-key-acme --reason "The company has left the programme."
    """
    home = open_node()
    from sepakat.node import clock
    from sepakat.node.ledger import Draft, Ledger
    from sepakat.vocabulary import REGISTRY

    draft = Draft("key", object_id, "revoke", {"reason": reason}, role="administrator")
    (receipt,) = Ledger(home, REGISTRY).append([draft], at=clock.now())
    return Answer(
        {"object": object_id, "state": "revoked", "index": receipt.index},
        lambda page: page.line(f"{object_id} is revoked from index {receipt.index} on."),
    )
