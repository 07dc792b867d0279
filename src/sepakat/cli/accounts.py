"""The accounts of people, as the node's operator makes the first, lists and closes them."""

from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.caveats import caveat_option
from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, Page, answers

if TYPE_CHECKING:
    from sepakat.node.accounts.models import User

OPERATOR = "operator"  # whom the log names for what is done here


@click.group(no_args_is_help=False, short_help="Add, list and close people's accounts.")
def account() -> None:
    """Add, list and close the accounts of people who use the desk. Administrators do the same, and
    more, at the desk; the first of them is added here.

    \b
    Example:
      sepakat account add nur@mys.example --name "Nur" --role administrator
    """


@account.command(short_help="Add an account, or print a link that makes it.")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, help="officer, approver, administrator …; see the manual.")
@click.option(
    "--organisation",
    default="",
    metavar="ID",
    help="The organisation, or a partner's code for its liaison officer.  [default: own offices]",
)
@click.option(
    "--clearance",
    default="UNCLASSIFIED",
    show_default=True,
    metavar="GRADE",
    help="The highest classification that the person may see.",
)
@caveat_option("A caveat that the person holds, of those that the node holds.")
@click.option("--password", "ask", is_flag=True, help="Ask for the password on the terminal.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@answers
def add(
    email: str,
    name: str,
    role: str,
    organisation: str,
    clearance: str,
    caveats: tuple[str, ...],
    ask: bool,
    password_stdin: bool,
) -> Answer:
    """Print a link by which EMAIL's owner makes the account, for seven days. With --password or
    --password-stdin the account is made at once.

    \b
    Examples:
      sepakat account add nur@mys.example --name "Nur" --role administrator
      sepakat account add lee@mys.example --name "Lee" --role officer \\
        --clearance RESTRICTED --password
    """
    home = open_node()
    from sepakat.node.accounts import invitations, people
    from sepakat.node.accounts.places import Place
    from sepakat.node.plainlabel import parse_caveats
    from sepakat.record.errors import ConflictError

    given: dict[str, Any] = {
        "email": _checked(email),
        "name": name,
        "role": role,
        "place": Place.parse(organisation),
        "clearance": clearance,
        "caveats": parse_caveats(caveats, "--caveat"),
    }
    try:
        if ask or password_stdin:
            password = _password(email, name, ask=ask)
            user = people.create(home, **given, password=password, by=OPERATOR)
            return Answer(
                _document(user),
                lambda page: page.line(f"The account of {user.email} is made: {user.account}."),
            )
        invitation, secret = invitations.invite(home, **given, by=None)
    except ConflictError as error:
        error.fix = "Give that account the role at the desk, under People"  # no command does
        raise
    link = invitations.link(home, secret)
    document = {"email": invitation.email, "link": link, "expires": invitation.expires.isoformat()}

    def text(page: Page) -> None:
        page.line(f"{invitation.email} makes the account here, once, within seven days:")
        page.line(f"  {link}")

    return Answer(document, text)


@account.command("list", short_help="List all accounts.")
@answers
def list_() -> Answer:
    """List all accounts, with their roles.

    \b
    Example:
      sepakat account list
    """
    open_node()
    from sepakat.node.accounts.models import User
    from sepakat.node.plainlabel import caveat_texts

    found = list(User.objects.prefetch_related("memberships").order_by("email"))

    def text(page: Page) -> None:
        page.table(
            ["e-mail", "name", "account", "roles", "clearance", "state"],
            [
                (
                    user.email,
                    user.name,
                    user.account,
                    ", ".join(_roles(user)),
                    ", ".join([user.clearance, *caveat_texts(user.caveats)]),
                    "open" if user.is_active else "closed",
                )
                for user in found
            ],
            wrap=["name", "roles"],
        )
        if not found:
            page.line("There are none.")

    return Answer({"accounts": [_document(user) for user in found]}, text)


@account.command(short_help="Close an account, with its sessions and tokens.")
@click.argument("email")
@answers
def close(email: str) -> Answer:
    """Close the account of EMAIL at once; its sessions and tokens end. An administrator can open it
    again at the desk. The last administrator's account stays open.

    \b
    Example:
      sepakat account close lee@mys.example
    """
    open_node()
    from sepakat.node.accounts import people
    from sepakat.node.accounts.models import User
    from sepakat.record.errors import NotFoundError

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise NotFoundError(
            "there is no account with this address", where=email, fix="See `sepakat account list`"
        )
    people.close(user, by=OPERATOR)
    return Answer(_document(user), lambda page: page.line(f"The account of {email} is closed."))


def _checked(email: str) -> str:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from sepakat.record.errors import InvalidError

    try:
        validate_email(email)
    except ValidationError:
        raise InvalidError(
            "this is no e-mail address", where=email, fix="Write it as name@host"
        ) from None
    return email


def _password(email: str, name: str, *, ask: bool) -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from sepakat.node.accounts.models import User
    from sepakat.record.errors import InvalidError

    password = _typed() if ask else click.get_text_stream("stdin").readline().rstrip("\r\n")
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise InvalidError(
            " ".join(error.messages), where="password", fix="Choose another password"
        ) from None
    return password


def _typed() -> str:
    import getpass
    import warnings

    with warnings.catch_warnings():
        # Python's way to say that it would show what is typed, or read it from a pipe.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        except getpass.GetPassWarning:
            raise click.UsageError(
                "There is no terminal to ask for the password on: use --password-stdin."
            ) from None
    return typed


def _roles(user: "User") -> list[str]:
    return [
        f"{held.role} ({held.organisation})" if held.organisation else held.role
        for held in user.memberships.all()
    ]


def _document(user: "User") -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "account": user.account,
        "nation": user.nation or None,
        "clearance": user.clearance,
        "caveats": user.caveats,
        "open": user.is_active,
        "roles": [
            {"role": held.role, "organisation": held.organisation or None}
            for held in user.memberships.all()
        ],
    }
