"""The checks before a request is sent: whether the page may request this URL, in this mode.

Source: https://fetch.spec.whatwg.org/#main-fetch
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch.address_space import address_space
from hdrcli.fetch.failures import Failure, NetworkError
from hdrcli.fetch.network import NetworkContext
from hdrcli.fetch.ports import BAD_PORTS
from hdrcli.fetch.request import Request
from hdrcli.fetch.url import URL, is_potentially_trustworthy, same_origin
from hdrcli.fetch.user_agent import CheckQuirks

_UNSPECIFIED_IPV4: Final = "0.0.0.0"  # noqa: S104 -- nothing listens here
UNSPECIFIED_ADDRESSES: Final = frozenset({_UNSPECIFIED_IPV4, "[::]", "[::ffff:0:0]"})
"""The hosts that mean every address of a machine to a server."""


def blocked(request: Request, context: NetworkContext) -> NetworkError | None:
    """Why nothing may be sent to the request's current URL, or None."""
    quirks = context.user_agent.checks
    error = (
        _bad_port(request.current_url, quirks) or _mixed_content(request, quirks) or _local_network(request, context)
    )
    return None if error is None else _not_sent(request, error)


def _bad_port(url: URL, quirks: CheckQuirks) -> NetworkError | None:
    """https://fetch.spec.whatwg.org/#block-bad-port."""
    port = url.port  # a default port is not a bad one
    if port is None or port not in BAD_PORTS or port in quirks.bad_ports_allowed or not url.is_http:
        return None
    return NetworkError(failure=Failure.BAD_PORT, subject="port", seen=(str(port),))


def _mixed_content(request: Request, quirks: CheckQuirks) -> NetworkError | None:
    """https://w3c.github.io/webappsec-mixed-content/#should-block-fetch.

    Only https pages prohibit mixed content, as in all browsers; by the text of the standard, http pages on loopback
    would, too.
    """
    url = request.current_url
    if url.scheme != "http" or request.origin.scheme != "https":
        return None
    if is_potentially_trustworthy(url.origin) and not quirks.loopback_is_mixed_content:
        return None
    if quirks.local_address_is_not_mixed_content and address_space(url.host) in {"local", "loopback"}:
        return None
    return NetworkError(
        failure=Failure.MIXED_CONTENT,
        subject="origin",
        seen=(str(url.origin),),
        expected=("https",),
    )


def _local_network(request: Request, context: NetworkContext) -> NetworkError | None:
    """https://wicg.github.io/local-network-access/#local-network-access-check, as far as the URL shows the address.

    Only public pages are restricted, and not in requests to their own origin, if that is trustworthy.
    """
    url = request.current_url
    space = address_space(url.host) if context.page_address_space == "public" else None
    if not context.user_agent.checks.local_network_needs_permission or space not in {"local", "loopback"}:
        return None
    is_secure = is_potentially_trustworthy(request.origin)
    if is_secure and same_origin(request.origin, url.origin):
        return None
    return NetworkError(
        failure=Failure.LOCAL_NETWORK, subject="permission" if is_secure else "secure context", seen=(space,)
    )


def bad_host(request: Request, quirks: CheckQuirks, *, is_preflighted: bool) -> NetworkError | None:
    """A step that the standard does not have: see `CheckQuirks.unspecified_address_blocked`.

    WebKit checks the URL of a fetch and of a preflight, and a redirect that leaves the page's own origin with
    credentials mode same-origin. In the latter two cases it may have sent the request by then.
    """
    host = request.current_url.host
    match quirks.unspecified_address_blocked:
        case "always":
            is_blocked = host in UNSPECIFIED_ADDRESSES
        case "unless-redirected":
            is_checked = not request.redirect_count or is_preflighted or _leaves_own_origin(request)
            is_blocked = is_checked and host == _UNSPECIFIED_IPV4
        case "never":
            is_blocked = False
    error = NetworkError(failure=Failure.BAD_HOST, subject="host", seen=(host,))
    return _not_sent(request, error) if is_blocked else None


def _leaves_own_origin(request: Request) -> bool:
    """Whether the last redirect was the first to leave the page's origin, with credentials mode "same-origin"."""
    own = request.url_list[0].origin
    return request.began_with_own_credentials and all(same_origin(url.origin, own) for url in request.url_list[:-1])


def mode_error(request: Request) -> NetworkError | None:
    """Why the request's mode does not allow a request to another origin, or None."""
    url = request.current_url
    if request.mode == "same-origin":
        error = NetworkError(
            failure=Failure.SAME_ORIGIN_MODE,
            subject="origin",
            seen=(str(url.origin),),
            expected=(str(request.origin),),
        )
    elif request.mode == "no-cors" and request.redirect_mode != "follow":
        error = NetworkError(
            failure=Failure.NO_CORS_REDIRECT_MODE,
            subject="redirect mode",
            seen=(request.redirect_mode,),
            expected=("follow",),
        )
    elif not url.is_http:
        error = NetworkError(
            failure=Failure.SCHEME_NOT_HTTP, subject="scheme", seen=(url.scheme,), expected=("http", "https")
        )
    else:
        return None
    return _not_sent(request, error)


def _not_sent(request: Request, error: NetworkError) -> NetworkError:
    """The error of a request that is blocked before it is sent: by itself, or by the redirect that led to it."""
    return request.failed_at("redirect", error) if request.redirect_count else error
