"""The server of `hdrcli serve-sample` and `check --sample`: the sample app on uvicorn, from bind to clean stop.

uvicorn and FastAPI are imported after the port is bound, so that a port in use is reported at once.
"""

import contextlib
import copy
import errno
import ipaddress
import json
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hdrcli.wire.descriptors import check_descriptors

if TYPE_CHECKING:
    from uvicorn import Config, Server

    from hdrcli.wire.over_asgi import ASGIApp

_REASONS = {
    errno.EADDRINUSE: "another process uses this port",
    errno.EACCES: "permission denied",
}
_SHUTDOWN_SECONDS = 3


class PortUnavailableError(Exception):
    """The host and port cannot be used. The message is one sentence and proposes an alternative."""

    def __init__(self, host: str, port: int, cause: Exception) -> None:
        wrong_host = isinstance(cause, socket.gaierror | UnicodeError)
        if isinstance(cause, OSError) and cause.errno is not None and not wrong_host:
            wrong_host = cause.errno == errno.EADDRNOTAVAIL
            reason = _REASONS.get(cause.errno, os.strerror(cause.errno))
        else:
            reason = getattr(cause, "strerror", None) or str(cause)
        way_out = "another address with --host" if wrong_host else "another port with --port (0: any free one)"
        super().__init__(f"cannot listen on {_authority(host, port)}: {reason.rstrip('.')}; choose {way_out}")


def serve(
    *,
    host: str,
    port: int,
    allow_origins: Sequence[str],
    expose_headers: Sequence[str],
    allow_credentials: bool,
    cors: bool,
    reload: bool,
    announce: Callable[[str], None],
    access_log: bool = True,
    stop_on_stdin_eof: bool = False,
    app: "ASGIApp | None" = None,
) -> None:
    """Serve the sample app, or `app` in its place, until SIGINT or SIGTERM, then return.

    `announce` gets the base URL as soon as the port accepts connections; requests wait until the app is loaded.
    Without `access_log`, the server prints nothing, not even the traceback of the app's deliberate crash. With
    `stop_on_stdin_eof`, it also stops when standard input ends, that is, when the process at the other end of the
    pipe ends for any reason. Signals are handled only in the main thread.
    """
    settings = {
        "allow_origins": list(allow_origins),
        "expose_headers": list(expose_headers),
        "allow_credentials": allow_credentials,
        "cors": cors,
    }
    with contextlib.closing(_listen(host, port)) as listener, _stopped_by_signals():
        announce(_base_url(host, listener))
        check_descriptors()
        config = _configure(settings, app, reload=reload, access_log=access_log)
        run, stop = _server(config, listener)
        if stop_on_stdin_eof:
            threading.Thread(target=_stop_at_end_of_stdin, args=[stop], daemon=True).start()
        run()


def _listen(host: str, port: int) -> socket.socket:
    """Listen on the host's first IPv4 address, or on its first address if it has no IPv4 one."""
    if port not in range(2**16):
        raise PortUnavailableError(host, port, ValueError("a port must be a number from 0 to 65535"))
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        family, *_, address = min(found, key=lambda info: info[0] != socket.AF_INET)
        return socket.create_server((address[0], port, *address[2:]), family=family, backlog=2048)
    except (OSError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
            raise  # another port would not help
        raise PortUnavailableError(host, port, error) from error


def _base_url(host: str, listener: socket.socket) -> str:
    """The URL for clients: with the host as it was given, or with loopback if it means every interface."""
    address, port, *_ = listener.getsockname()
    if ipaddress.ip_address(address).is_unspecified:
        host = "::1" if listener.family == socket.AF_INET6 else "127.0.0.1"
    return f"http://{_authority(host, port)}"


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """End the block on SIGINT and SIGTERM, whenever they arrive.

    While it serves, uvicorn handles both signals itself, shuts down, and raises them again for the previous handler.
    That must not be the default handler of SIGTERM, which kills the process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for number in before:
            signal.signal(number, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _configure(settings: dict[str, object], app: "ASGIApp | None", *, reload: bool, access_log: bool) -> "Config":
    """Configure uvicorn: without an app, with the import string of the sample.

    Reloading starts a new process, which inherits the settings.
    """
    from uvicorn.config import LOGGING_CONFIG, Config

    from sample_app import app as sample

    log_config: dict[str, Any] = copy.deepcopy(LOGGING_CONFIG)  # Any: the type that uvicorn declares
    log_config["loggers"]["uvicorn.error"]["level"] = "WARNING" if access_log else "CRITICAL"
    log_config["filters"] = {"brief": {"()": _WithoutTraceback}}
    log_config["handlers"]["default"]["filters"] = ["brief"]
    os.environ[sample.SETTINGS_VARIABLE] = json.dumps(settings)
    return Config(
        app or "sample_app.app:app_from_environment",
        factory=app is None,
        reload=reload,
        reload_dirs=str(Path(sample.__file__).parent) if reload else None,
        lifespan="off",
        ws="none",
        log_config=log_config,
        access_log=access_log,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


class _WithoutTraceback(logging.Filter):
    """Leaves a line of the app's deliberate crash, which each visit of the lab's page causes several times."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record."""
        from sample_app.errors import CRASH

        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, RuntimeError) and str(error) == CRASH:
            record.msg, record.args, record.exc_info = f"RuntimeError: {CRASH}", (), None
        return True


def _server(config: "Config", listener: socket.socket) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return a function that runs the server until it is stopped, and one that stops it from another thread."""
    from uvicorn import Server
    from uvicorn.supervisors import ChangeReload

    server = Server(config)
    if config.should_reload:
        supervisor = ChangeReload(config, target=partial(_run_below_supervisor, server), sockets=[listener])
        return supervisor.run, supervisor.should_exit.set
    return partial(server.run, sockets=[listener]), partial(setattr, server, "should_exit", True)


def _run_below_supervisor(server: "Server", sockets: list[socket.socket]) -> None:
    """Run the server in a child process of the one that reloads it. If that is killed, the server stops, too."""
    supervisor = multiprocessing.parent_process()
    assert supervisor is not None  # noqa: S101 -- it has started this process

    def stop() -> None:
        supervisor.join()
        server.should_exit = True

    threading.Thread(target=stop, daemon=True).start()
    server.run(sockets=sockets)


def _stop_at_end_of_stdin(stop: Callable[[], None]) -> None:
    """Wait for the end of standard input, then stop.

    This reads the file descriptor directly. A thread that waits in `sys.stdin` holds a lock that the interpreter needs
    at its exit, and the interpreter would abort.
    """
    with contextlib.suppress(AttributeError, OSError, ValueError):  # a missing or closed standard input has ended
        descriptor = sys.stdin.fileno()
        while os.read(descriptor, 4096):
            pass
    stop()
