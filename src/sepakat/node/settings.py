"""Django's settings, from the node's folder and the environment.

Without SEPAKAT_HOME and DATABASE_URL, as in tests, the database is SQLite in memory.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from sepakat.node import mail
from sepakat.node.accounts import oidc
from sepakat.node.home import VARIABLE, Home
from sepakat.record.errors import InvalidError

SQLITE = "django.db.backends.sqlite3"
ENGINES = (SQLITE, "django.db.backends.postgresql")
PACKAGE = Path(__file__).parents[1]
_home = Home.from_environment() if os.environ.get(VARIABLE) else None
SEPAKAT_HOME = _home.path if _home else None


def secret_key() -> str:
    """It signs sessions and links; without a node, another one in every process will do."""
    if _home is None:
        return secrets.token_hex(32)
    return hmac.digest(_home.keys.get("storage"), b"sepakat/django/v1", hashlib.sha256).hex()


def allowed_hosts() -> list[str]:
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    if _home is not None:
        name = urlsplit(_home.config.url).hostname or ""
        hosts.append(f"[{name}]" if ":" in name else name)
    return hosts


def origin() -> str:
    """The node's own address as browsers state it; plain HTTP where there is none, as in tests."""
    parts = urlsplit(_home.config.url if _home else "http://localhost")
    return f"{parts.scheme}://{parts.netloc}"


def database() -> dict[str, Any]:
    url = _home.database_url if _home else os.environ.get("DATABASE_URL", "sqlite://:memory:")
    # Connections are kept: with SQLite, closing the last one would write back the whole WAL.
    try:
        database = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    except ValueError:
        database = {"ENGINE": ""}
    if database["ENGINE"] not in ENGINES:
        raise InvalidError(
            "this is no address of a database that a node can use",
            where="DATABASE_URL",
            fix="Write postgres://user@host/name, or unset it",
        )
    if database["ENGINE"] == SQLITE:
        database["OPTIONS"] = {
            # A transaction that reads first and then writes could not wait for its turn.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,  # seconds to wait for another writer
            # FULL: what was committed outlives a loss of power. The cache is 32 MiB a connection.
            "init_command": (
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768"
            ),
        }
    return database


DEBUG = False
SECRET_KEY = secret_key()
ALLOWED_HOSTS = allowed_hosts()
DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "sepakat.node",
    "sepakat.node.accounts",
    "sepakat.desk",
]
MIDDLEWARE = [
    "sepakat.desk.api.problems.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "sepakat.desk.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sepakat.desk.middleware.UnkeptMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sepakat.desk.middleware.AccessMiddleware",
    "sepakat.node.signed.PartnerMiddleware",
]
ROOT_URLCONF = "sepakat.desk.urls"
APPEND_SLASH = False  # the log's paths are given to the byte

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "desk" / "templates"],  # before allauth's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "sepakat.desk.context.desk",
            ],
            "builtins": ["django.templatetags.i18n", "sepakat.desk.templatetags.desk"],
        },
    }
]
FORM_RENDERER = "sepakat.desk.forms.Renderer"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # from the packages themselves: nothing is to be collected
CACHES = {
    # Shared by all workers, for what is counted to lock out whoever guesses.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Of more, a part is thrown away: so many that nobody pushes a counter out by filling it.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
_mail = mail.server(os.environ.get(mail.VARIABLE, ""))
EMAIL_BACKEND = _mail.backend
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.use_ssl, _mail.use_tls
EMAIL_TIMEOUT = mail.TIMEOUT
EMAIL_FILE_PATH = _home.path / "outbox" if _home else None
# The sender's address, of the node's own host unless another is given.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get(mail.SENDER) or (
    f"sepakat@{urlsplit(_home.config.url).hostname if _home else 'localhost'}"
)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ms", "Bahasa Melayu"), ("ko", "한국어")]
LOCALE_PATHS = [PACKAGE / "desk" / "locale"]

# The longest body that a view may hold in memory; longer ones are refused before they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a table of rows to fill in has some for each row
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "sepakat.desk.uploadlimit.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "sepakat.node.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation's link has proven the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers at anybody's wish
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords and codes: by account, whether there is such a one or not, and by address.
    "login_failed": "5/5m/key,100/5m/ip",
    "login": "300/5m/ip",
    "reset_password": "20/5m/ip,3/5m/key",
    "reset_password_from_key": "20/5m/ip",
    "change_password": "5/5m/user",
    "reauthenticate": "10/5m/user",
}
_FORMS = "sepakat.desk.people.allauthforms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.SignInForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "set_password": f"{_FORMS}.SetPasswordForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",
    "reset_password_from_key": f"{_FORMS}.NewPasswordForm",
}
MFA_ADAPTER = "sepakat.node.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # as above
MFA_RATE_LIMITS = {"webauthn_login": "30/5m/ip"}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.CodeForm",
    "reauthenticate": f"{_FORMS}.CodeAgainForm",
    "activate_totp": f"{_FORMS}.ActivateAppForm",
    "login_webauthn": f"{_FORMS}.PasskeySignInForm",
    "authenticate_webauthn": f"{_FORMS}.PasskeyForm",
    "reauthenticate_webauthn": f"{_FORMS}.PasskeyAgainForm",
    "add_webauthn": f"{_FORMS}.AddPasskeyForm",
    "edit_webauthn": f"{_FORMS}.RenamePasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "sepakat.node.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = oidc.providers(SEPAKAT_HOME)
# By a link, as the Content-Security-Policy lets no form lead to another site. Whoever is sent there
# unasked can only sign in as oneself.
SOCIALACCOUNT_LOGIN_ON_GET = True

IS_SECURE = origin().startswith("https:")
# A TLS proxy says nothing that is believed here; the node's own address does.
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_SECURE else "http"
CSRF_TRUSTED_ORIGINS = [origin()]
# Two nodes on one machine share its cookies, whatever their ports: each has names of its own.
_PREFIX = f"{'__Host-' if IS_SECURE else ''}sepakat-{_home.config.nation.lower() if _home else 'x'}"
SESSION_COOKIE_NAME = f"{_PREFIX}-session"
CSRF_COOKIE_NAME = f"{_PREFIX}-csrf"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_AGE = 12 * 3600  # a working day
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "sepakat.desk.errors.csrf_failure"

SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: the node does not speak for its neighbours
    "security.W008",  # redirect to HTTPS: plain HTTP is served on loopback only
    "security.W021",  # HSTS preloading is for sites that everybody visits
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "sepakat.node.log.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Django's own handlers, which would mail tracebacks with their values, are taken away.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "httpx": {"level": "WARNING"},  # it would log every request of an exchange
        "gunicorn.error": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
