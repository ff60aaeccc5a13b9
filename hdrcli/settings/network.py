"""The settings of connections and requests."""

from __future__ import annotations

from dataclasses import dataclass

from hdrcli.settings.option import count, count_or_none, file_name, header, option, rate, seconds


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class Network:
    """How requests reach the service, and which requests are sent.

    `timeout` is in seconds, for one exchange as a whole; `max_time` is for the whole run, `rate` in requests per
    second. `cacert`, `cert` and `key` name PEM files.
    """

    timeout: float = option(
        10.0, "--timeout", metavar="SECONDS", read=seconds, help="The time limit for each request and its response."
    )
    connect_timeout: float | None = option(
        None,
        "--connect-timeout",
        metavar="SECONDS",
        read=seconds,
        help="The time limit for each connection, with name resolution and TLS. Default: that of --timeout.",
    )
    max_time: float = option(
        1800.0,
        "--max-time",
        metavar="SECONDS",
        read=seconds,
        help="The time limit for the whole run. When it is reached, the routes checked so far are reported, "
        "and the run fails.",
    )
    retries: int = option(
        0,
        "--retries",
        metavar="N",
        read=count_or_none,
        help="How often to send a GET, HEAD or OPTIONS request again if the connection fails or is closed without "
        "a response, after 0.5 s, 1 s, 2 s and so on.",
    )
    rate: float | None = option(
        None, "--rate", metavar="N/s", read=rate, help="Send at most N requests per second (N/m: per minute)."
    )
    concurrency: int = option(
        10,
        "--concurrency",
        metavar="N",
        read=count,
        help="The number of routes to check at once, and the most connections to one host.",
    )
    send: tuple[tuple[str, str], ...] = option(
        (),
        "--send",
        metavar="'NAME: VALUE'",
        separator="\n",
        read=header,
        help="A header that no page sets, such as a gateway's token. It is sent with every request to the service's "
        "origin, preflights included, and its value is redacted.",
    )
    proxy: str | None = option(
        None,
        "--proxy",
        "-x",
        metavar="URL",
        help="Use this proxy for all requests; '' is none. Default: that of http_proxy, https_proxy, all_proxy and "
        "no_proxy.",
    )
    resolve: tuple[str, ...] = option(
        (),
        "--resolve",
        metavar="HOST:PORT:ADDRESS",
        separator="\n",
        help="Connect to this IP address for requests to HOST:PORT.",
    )
    connect_to: tuple[str, ...] = option(
        (),
        "--connect-to",
        metavar="HOST:PORT:HOST:PORT",
        separator="\n",
        help="Connect to the second host and port for requests to the first. An empty first host or port stands for "
        "any, an empty second one for the same.",
    )
    unix_socket: str | None = option(
        None, "--unix-socket", metavar="FILE", read=file_name, help="Connect to this Unix socket for all requests."
    )
    http2: bool | None = option(
        None,
        "--http2",
        "--http1.1",
        help="Require HTTP/2, or use only HTTP/1.1. Default: HTTP/2 where an https server offers it.",
    )
    verify: bool = option(True, "--verify", "--insecure", "-k", help="Accept any TLS certificate.")
    cacert: str | None = option(
        None,
        "--cacert",
        metavar="FILE",
        read=file_name,
        help="Certificate authorities to trust in addition to the system's, in PEM format.",
    )
    cert: str | None = option(
        None,
        "--cert",
        metavar="FILE",
        read=file_name,
        help="The browser's client certificate, in PEM format. Fetches with credentials send it.",
    )
    key: str | None = option(
        None,
        "--key",
        metavar="FILE",
        read=file_name,
        help="The certificate's private key, in PEM format, if it is not in the --cert file.",
    )
    launch: str | None = option(
        None,
        "--launch",
        metavar="COMMAND",
        in_file="service",
        help="Start this command, check the service that it serves, and stop it. {port} stands for a free port: "
        "--launch 'uvicorn main:app --port {port}'.",
    )
    wait: float = option(
        15.0,
        "--wait",
        metavar="SECONDS",
        read=seconds,
        help="The time limit for the start of an app in process or of the --launch command.",
    )
    base_url: str = option("http://127.0.0.1:8000", "--base-url", metavar="URL", help="The URL of an app in process.")
    compare: str | None = option(
        None,
        "--compare",
        metavar="URL",
        in_file="nowhere",
        help="A URL that reaches the same service without its proxy. The report shows which headers the proxy removes, "
        "adds and changes.",
    )
    probe: bool = option(
        True,
        "--probe",
        "--no-probe",
        help="Send only the fetches, without the additional requests that narrow down causes.",
    )
    in_browser: bool = option(
        False,
        "--in-browser",
        "--no-in-browser",
        help="Also run the fetches in a real Chromium, or with --browser firefox in a real Firefox. Fail if the "
        "browser behaves differently from its simulation.",
    )
    preflight_only: bool = option(
        False,
        "--preflight-only",
        "--no-preflight-only",
        help="Send only the preflight of a POST or the like, not the request itself.",
    )
    repeat_writes: bool = option(
        False,
        "--repeat-writes",
        "--no-repeat-writes",
        help="Send a request with a method such as POST for every caller, and again with --in-browser. Default: once.",
    )
    dry_run: bool = option(False, "--dry-run", "--no-dry-run", help="Print the requests, and send none.")
