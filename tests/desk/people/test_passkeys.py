"""Passkeys in a real browser, at a node that serves: allauth's scripts run under our
Content-Security-Policy, and the browser's own authenticator signs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from cli.conftest import sepakat, served
from support.browsing import chromium

EMAIL, PASSWORD = "nur@mys.example", "correct horse battery staple"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node with one person, as browsers on this machine reach it."""
    home = tmp_path_factory.mktemp("passkeys") / "mys"
    done = sepakat("--home", home, "init", "--nation", "MYS", "--name", "Malaysia",
                   "--url", "http://localhost:8000")  # fmt: skip
    assert done.returncode == 0, done.stderr
    done = sepakat("--home", home, "account", "add", EMAIL, "--name", "Nur", "--role",
                   "administrator", "--password-stdin", stdin=PASSWORD + "\n")  # fmt: skip
    assert done.returncode == 0, done.stderr
    with served(home) as found:
        yield found.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with chromium() as browser:
        context = browser.new_context(base_url=address, locale="en-GB")
        page = context.new_page()
        page.set_default_timeout(30_000)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        give_authenticator(context, page)
        yield page
    assert not [text for text in said if "Content Security Policy" in text]


def give_authenticator(context: BrowserContext, page: Page) -> None:
    """An authenticator of the browser's own, whose user is always there and known."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "logout" not in url)


def add_passkey(page: Page, *, alone: bool) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    if alone:
        page.get_by_label("Sign in with this passkey alone").check()
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/recovery-codes/")


def test_a_passkey_signs_in_by_itself_and_as_a_second_step(page: Page) -> None:
    sign_in(page)
    page.wait_for_url(lambda url: "login" not in url)
    add_passkey(page, alone=True)
    assert page.locator("li", has_text="").count() >= 10
    sign_out(page)

    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/account")
    assert page.get_by_role("heading", name="My account").is_visible()
    sign_out(page)

    sign_in(page)
    page.wait_for_url("**/2fa/authenticate/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "authenticate" not in url)
    page.goto("/account")
    assert page.get_by_role("heading", name="My account").is_visible()


def test_a_passkey_that_fails_says_so_on_the_page(address: str, page: Page) -> None:
    page.goto("/accounts/login/")
    page.route("**/2fa/webauthn/login/", lambda route: route.abort())
    page.get_by_role("button", name="Sign in with a passkey").click()
    problem = page.get_by_role("alert")
    problem.wait_for(state="visible")
    assert "did not work" in problem.inner_text()
