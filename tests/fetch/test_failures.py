"""The facts of failures, and the sentence of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

import pytest

from hdrcli.fetch import (
    FIREFOX,
    STANDARD,
    TRANSPORT_FAILURES,
    CookieFault,
    CookieStore,
    CookieVerdict,
    Failure,
    FetchParams,
    HTTPResponse,
    NetworkContext,
    NetworkError,
    Request,
    RequestInit,
    TransportFailure,
    TransportSubject,
    UserAgent,
    fetch,
    new_request,
    parse_origin,
)
from hdrcli.fetch.failures import (
    CertificateSubject,
    ConnectionSubject,
    MalformedSubject,
    TimeoutSubject,
    TLSSubject,
)
from hdrcli.verdict.cookie_sentences import cookie_sentence
from hdrcli.verdict.failures import sentence, transport_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hdrcli.fetch.headers import Header

PAGE: Final = "https://app.example"
OPEN: Final = ("Access-Control-Allow-Origin", "*")
SUBJECTS: Final[Mapping[Failure, tuple[TransportSubject, ...]]] = {
    Failure.TIMEOUT: get_args(TimeoutSubject),
    Failure.CERTIFICATE: ("", *get_args(CertificateSubject)),
    Failure.TLS: ("", *get_args(TLSSubject)),
    Failure.CONNECTION_FAILED: ("", *get_args(ConnectionSubject)),
    Failure.INVALID_HTTP: ("", *get_args(MalformedSubject)),
}


def response(*headers: Header, status: int = 200) -> HTTPResponse:
    return HTTPResponse(status=status, headers=headers)


def error_of(
    init: RequestInit, *responses: HTTPResponse | TransportFailure, user_agent: UserAgent = STANDARD
) -> NetworkError:
    """The error of a fetch that gets these responses."""
    page = parse_origin(PAGE)
    assert page is not None
    request = new_request(init, page, user_agent)
    if isinstance(request, NetworkError):
        return request
    assert isinstance(request, Request)
    cookies = CookieStore(quirks=user_agent.cookies)
    context = NetworkContext(user_agent=user_agent, cookies=cookies, clock=lambda: 0.0)
    fetching = fetch(FetchParams(request=request, context=context))
    next(fetching)
    for each in responses[:-1]:
        fetching.send(each)
    with pytest.raises(StopIteration) as stop:
        fetching.send(responses[-1])
    assert isinstance(stop.value.value, NetworkError)
    return stop.value.value


def test_a_request_that_throws() -> None:
    error = error_of(RequestInit(url="https://api.example/", method="TRACE"))

    assert (error.failure, error.at, error.exchange) == (Failure.FORBIDDEN_METHOD, "request", None)
    assert (error.subject, error.seen) == ("method", ("TRACE",))


def test_the_values_of_several_lines() -> None:
    other = ("Access-Control-Allow-Origin", "https://other.example")
    error = error_of(RequestInit(url="https://api.example/"), response(OPEN, other, status=500))

    assert (error.failure, error.at, error.exchange, error.status) == (
        Failure.ALLOW_ORIGIN_MISMATCH,
        "response",
        0,
        500,
    )
    assert (error.seen, error.expected) == (("*", "https://other.example"), (PAGE, "*"))


def test_all_request_headers_that_a_preflight_does_not_allow() -> None:
    headers = (("X-C", "1"), ("X-A", "1"), ("X-B", "1"))
    allow = ("Access-Control-Allow-Headers", "X-B")
    error = error_of(RequestInit(url="https://api.example/", headers=headers), response(OPEN, allow))

    assert (error.failure, error.at, error.status) == (Failure.PREFLIGHT_HEADER, "preflight", 200)
    assert (error.subject, error.seen, error.expected) == ("Access-Control-Allow-Headers", ("X-B",), ("x-c", "x-a"))


def test_authorization_and_other_request_headers() -> None:
    headers = (("Authorization", "Bearer x"), ("X-A", "1"))
    error = error_of(RequestInit(url="https://api.example/", headers=headers), response(OPEN))

    assert (error.failure, error.expected) == (Failure.PREFLIGHT_AUTHORIZATION, ("authorization", "x-a"))


def test_the_later_checks_of_a_preflight_that_fail_too() -> None:
    headers = (("X-A", "1"),)
    error = error_of(RequestInit(url="https://api.example/", method="PUT", headers=headers), response(status=404))

    assert error.failure is Failure.ALLOW_ORIGIN_MISSING
    assert error.also == (Failure.PREFLIGHT_STATUS, Failure.PREFLIGHT_METHOD, Failure.PREFLIGHT_HEADER)


def test_an_origin_that_redirects_have_made_null() -> None:
    error = error_of(
        RequestInit(url="https://a.example/"),
        response(OPEN, ("Location", "https://b.test/"), status=302),
        response(("Access-Control-Allow-Origin", PAGE)),
    )

    assert (error.at, error.exchange, error.tainted_origin) == ("response", 1, True)
    assert (error.seen, error.expected) == ((PAGE,), ("null", "*"))


def test_firefox_sends_the_page_s_origin_in_the_preflight_of_a_tainted_request() -> None:
    error = error_of(
        RequestInit(url="https://a.example/", headers=(("X-A", "1"),)),
        response(OPEN, ("Access-Control-Allow-Headers", "*")),
        response(OPEN, ("Location", "https://b.test/"), status=302),
        response(("Access-Control-Allow-Origin", "null")),
        user_agent=FIREFOX,
    )

    assert (error.at, error.exchange, error.tainted_origin) == ("preflight", 2, True)
    assert error.expected == (PAGE, "*")


def test_a_redirect_to_a_blocked_url() -> None:
    redirect = response(OPEN, ("Location", "https://api.example:6000/"), status=307)
    error = error_of(RequestInit(url="https://api.example/"), redirect)

    assert (error.failure, error.at, error.exchange, error.seen) == (Failure.BAD_PORT, "redirect", 0, ("6000",))


def test_no_response() -> None:
    failure = TransportFailure(failure=Failure.CONNECTION_REFUSED, peer="api.example:8443")
    error = error_of(RequestInit(url="https://api.example:8443/"), failure)

    assert (error.failure, error.at, error.exchange, error.status) == (failure.failure, "response", 0, None)
    assert error.cause == failure
    assert sentence(error) == transport_sentence(failure) == "api.example:8443 refused the connection."


@pytest.mark.parametrize("failure", sorted(TRANSPORT_FAILURES))
@pytest.mark.parametrize("proxy", [None, "proxy.example:3128"])
def test_every_transport_failure_has_sentences(failure: Failure, proxy: str | None) -> None:
    sentences = [
        transport_sentence(
            TransportFailure(
                failure=failure,
                subject=subject,
                peer="api.example",
                proxy=proxy,
                at_proxy=proxy is not None,
                seen="reason",
                expected="10 s",
            )
        )
        for subject in SUBJECTS.get(failure, ("",))
    ]

    assert all(text.endswith((".", "?")) for text in sentences)
    assert len(set(sentences)) == len(sentences)


def test_a_password_in_a_url_is_redacted() -> None:
    error = error_of(RequestInit(url="https://user:secret@api.example:x/"))

    assert error.failure is Failure.INVALID_URL
    assert "secret" not in sentence(error)


@pytest.mark.parametrize("fault", [None, *CookieFault])
def test_every_cookie_fault_has_a_sentence(fault: CookieFault | None) -> None:
    assert cookie_sentence(CookieVerdict(name="c", faults=(fault,) if fault else ())).endswith(
        "" if fault is None else "."
    )
