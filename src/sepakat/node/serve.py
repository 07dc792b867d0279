"""Serving a node over HTTP or HTTPS, with gunicorn and its threads."""

import ctypes
import fcntl
import logging
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.http import wsgi
from gunicorn.http.message import Request
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import TConn, ThreadWorker

from sepakat.node.home import VARIABLE, Home
from sepakat.node.transport import is_loopback
from sepakat.record.errors import ConflictError, InvalidError, RefusedError

WORKERS = 2
THREADS = 8  # of one worker
HEAD_DEADLINE = 10.0  # seconds until a request's head is there, the TLS handshake included
DEADLINE = 60.0  # seconds from then until its answer is sent
BACKLOG = 256
PR_SET_PDEATHSIG = 1  # prctl(2)
RESTART_AFTER = 10.0  # seconds between two starts of the process that does the jobs
# A command of the desk, known here by its name; what ends it at once is told here, not by it.
JOBS = (sys.executable, "-m", "django", "work", "--verbosity", "0")
TAKEN: Final = 5  # its status where another process does the jobs already

log = logging.getLogger(__name__)


def serve(
    home: Home,
    host: str,
    port: int,
    certificate: Path | None = None,
    private_key: Path | None = None,
    workers: int = WORKERS,
    ready: Callable[[str], None] | None = None,
    with_jobs: bool = False,
) -> NoReturn:
    """Serve the node until SIGTERM or SIGINT, then exit with status 0.

    Port 0 takes a free one. The address is written to `run/address` in the home once the port is
    bound, unless another process that serves the node has written its own there; then `ready` is
    called with it, or one line is printed. `certificate` is a PEM file with
    the whole chain, and with the private key unless that is in a file of its own. `with_jobs` also
    keeps a process running that does what people have asked for in the background.
    """
    if certificate is None and not is_loopback(host):
        raise RefusedError(
            f"plain HTTP is not served on {host}",
            fix="Give --certificate and --private-key, or bind to 127.0.0.1 behind a TLS proxy",
        )
    if certificate is not None:
        _check_certificate(certificate, private_key)
    listener = _bind(host, port)
    os.umask(0o077)
    os.environ[VARIABLE] = str(home.path)
    scheme = "http" if certificate is None else "https"
    shown = f"[{host}]" if ":" in host else host
    address = f"{scheme}://{shown}:{listener.getsockname()[1]}"
    named = _AddressFile(home)

    def announce(_: Arbiter) -> None:
        named.write(address)
        if ready is not None:
            ready(address)
        else:
            sys.stdout.write(f"{home.config.nation} answers on {address}\n")
            sys.stdout.flush()

    def retract(_: Arbiter) -> None:
        named.remove()

    settings = {
        "bind": f"fd://{listener.detach()}",
        "backlog": BACKLOG,
        "workers": workers,
        "worker_class": DeadlineWorker,
        "threads": THREADS,
        "preload_app": True,
        "timeout": 30,  # a worker whose main loop stands still for so long is replaced
        "graceful_timeout": 10,
        "keepalive": 15,
        "limit_request_line": 4094,
        "limit_request_fields": 50,
        "limit_request_field_size": 8190,
        "forwarded_allow_ips": "",  # what a proxy says of the client decides nothing here
        "certfile": str(certificate) if certificate else None,
        "keyfile": str(private_key) if private_key else None,
        "errorlog": None,
        "loglevel": "warning",
        "logger_class": NodeLogger,
        "control_socket_disable": True,
        "post_fork": _die_with_master,
        "when_ready": announce,
        "on_exit": retract,
    }
    Server(settings, with_jobs).run()
    raise AssertionError("gunicorn returned")  # its arbiter leaves by sys.exit


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with the settings given here, and none from files or the environment."""

    def __init__(self, settings: dict[str, Any], with_jobs: bool) -> None:
        self._settings = settings
        self._with_jobs = with_jobs
        super().__init__()

    def run(self) -> None:
        (JobsMaster if self._with_jobs else Arbiter)(self).run()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        from django.conf import settings
        from django.db import connections

        from sepakat.node.wsgi import application

        import_module(settings.ROOT_URLCONF)  # which Django would leave to the first request
        connections.close_all()  # none may be carried over the fork
        return application


class JobsMaster(Arbiter):  # type: ignore[misc]
    """Gunicorn's master, which also keeps the process running that does the jobs."""

    _jobs: subprocess.Popen[bytes] | None = None
    _started = -RESTART_AFTER

    def manage_workers(self) -> None:
        """Called by the main loop every second."""
        super().manage_workers()
        is_running = self._jobs is not None and self._jobs.poll() is None
        if not is_running and time.monotonic() - self._started >= RESTART_AFTER:
            if self._jobs is not None and self._jobs.returncode == TAKEN:
                self._started = float("inf")  # its own process may go on for ever
                log.warning("another process does this node's jobs; this one only serves")
                return
            self._started = time.monotonic()
            self._jobs = subprocess.Popen(  # noqa: S603 - always the same command
                JOBS,
                env={"DJANGO_SETTINGS_MODULE": "sepakat.node.settings"} | os.environ,
                stdin=subprocess.DEVNULL,
                preexec_fn=_dying_with(os.getpid()),  # safe: the master has one thread
            )

    def reap_workers(self) -> None:
        """Gunicorn's own waits for every child, and would keep from us how this one ended."""
        if self._jobs is not None:
            self._jobs.poll()
        super().reap_workers()

    def stop(self, graceful: bool = True) -> None:
        jobs, self._jobs = self._jobs, None
        self._started = float("inf")  # no other is wanted
        if jobs is not None:
            with suppress(ProcessLookupError):
                jobs.terminate()  # the job under way ends at its next step
        super().stop(graceful)
        if jobs is not None:
            _await_end(jobs, self.cfg.graceful_timeout)


def _await_end(process: subprocess.Popen[bytes], patience: float) -> None:
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class NodeLogger(Logger):  # type: ignore[misc]
    """Gunicorn's warnings and errors go where the node's go. Ordinary requests are not logged."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


class UnnamedResponse(wsgi.Response):  # type: ignore[misc]
    """An answer that does not say which software made it."""

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class DeadlineWorker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker that cuts off whoever holds a thread for too long.

    Gunicorn's own waits without end for the rest of a request, for the end of a TLS handshake, and
    for a client that does not read its answer.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._until: dict[TConn, float] = {}

    def init_process(self) -> None:
        wsgi.Response = UnnamedResponse
        super().init_process()

    def handle(self, conn: TConn) -> object:
        self._until[conn] = time.monotonic() + HEAD_DEADLINE
        try:
            return super().handle(conn)
        finally:
            del self._until[conn]

    def handle_request(self, req: Request, conn: TConn) -> bool:
        self._until[conn] = time.monotonic() + DEADLINE
        return bool(super().handle_request(req, conn))

    def murder_pending(self) -> None:
        """Called by the main loop every second; threads wake up from reading or writing."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, until in list(self._until.items()) if until < now]:
            with suppress(OSError):
                # Not the method of SSLSocket, which would drop what the thread still uses.
                socket.socket.shutdown(conn.sock, socket.SHUT_RDWR)


def _die_with_master(master: Arbiter, worker: Worker) -> None:
    """A worker without its master would hold the port, and serve on until it noticed."""
    _dying_with(worker.ppid)()


def _dying_with(parent: int) -> Callable[[], None]:
    """What a new process calls to be killed when its parent dies."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def bind() -> None:
        if library is None:
            return  # gunicorn's workers look for their parent every second
        library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise ConflictError(
            f"cannot listen there ({error.strerror or error})",
            where=f"{host} port {port}",
            fix="Choose another port (0 takes a free one) or an address of this machine",
        ) from error


def _check_certificate(certificate: Path, private_key: Path | None) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, private_key, password="")  # none is asked for
    except (OSError, ssl.SSLError) as error:
        raise InvalidError(
            f"the certificate and its private key do not load ({error.strerror or error})",
            where=", ".join(str(path) for path in (certificate, private_key) if path),
            fix="Give PEM files that belong together, the private key without a password",
        ) from error


class _AddressFile:
    """`run/address`, of the one process that may write it: the first that serves the node."""

    def __init__(self, home: Home) -> None:
        self._path = home.run_dir / "address"
        home.run_dir.mkdir(mode=0o700, exist_ok=True)
        # Held until the process ends, however it does. Gunicorn's workers do not inherit such a
        # lock, so that none of them outlives its master with it.
        self._lock = (home.run_dir / "serve.lock").open("a")
        try:
            fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._is_ours = False
        else:
            self._is_ours = True

    def write(self, address: str) -> None:
        if self._is_ours:
            temporary = self._path.with_suffix(".new")
            temporary.write_text(address + "\n", encoding="ascii")
            temporary.replace(self._path)

    def remove(self) -> None:
        if self._is_ours:
            self._path.unlink(missing_ok=True)
