"""Django's settings, from the node's folder and the environment.

Without SEPAKAT_HOME and DATABASE_URL, as in tests, the database is SQLite in memory.
"""

import hashlib
import hmac
import os
import secrets
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from sepakat.node.home import VARIABLE, Home

_home = Home.from_environment() if os.environ.get(VARIABLE) else None
SEPAKAT_HOME = _home.path if _home else None


def secret_key() -> str:
    """Nothing is signed with it yet; without a node, another one in every process will do."""
    if _home is None:
        return secrets.token_hex(32)
    return hmac.digest(_home.keys.get("storage"), b"sepakat/django/v1", hashlib.sha256).hex()


def allowed_hosts() -> list[str]:
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    if _home is not None:
        name = urlsplit(_home.config.url).hostname or ""
        hosts.append(f"[{name}]" if ":" in name else name)
    return hosts


def database() -> dict[str, Any]:
    url = _home.database_url if _home else os.environ.get("DATABASE_URL", "sqlite://:memory:")
    # Connections are kept: with SQLite, closing the last one would write back the whole WAL.
    database = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if database["ENGINE"] == "django.db.backends.sqlite3":
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

INSTALLED_APPS = ["sepakat.node"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sepakat.node.signed.PartnerMiddleware",
]
ROOT_URLCONF = "sepakat.node.urls"
APPEND_SLASH = False  # the log's paths are given to the byte

USE_TZ = True
TIME_ZONE = "UTC"

# The longest body that a view may hold in memory; longer ones are refused before they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10

SECURE_HSTS_SECONDS = 365 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # CSRF: there are no cookies; whoever writes signs each request
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
