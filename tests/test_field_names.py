import re

import pytest

from hdrcli.text.field_names import NAMES, REGISTERED, is_registered

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")  # RFC 9110, 5.6.2, in lower case


def test_every_name_is_a_lower_case_token() -> None:
    assert [name for name in NAMES if not TOKEN.fullmatch(name)] == []


def test_the_names_are_sorted_and_listed_once() -> None:
    assert list(NAMES) == sorted(set(NAMES))
    assert frozenset(NAMES) == REGISTERED


def test_the_list_is_whole() -> None:
    assert len(NAMES) == 258


@pytest.mark.parametrize(
    "name",
    [
        "accept-ranges",
        "access-control-expose-headers",
        "content-disposition",
        "content-length",
        "deprecation",
        "etag",
        "expect-ct",  # deprecated
        "link",
        "location",
        "nel",
        "p3p",  # obsoleted
        "permissions-policy",  # provisional
        "retry-after",
        "server-timing",
        "set-cookie",
        "sunset",
        "timing-allow-origin",  # provisional
        "traceparent",
        "www-authenticate",
        "x-content-type-options",
        "x-frame-options",
    ],
)
def test_registered(name: str) -> None:
    assert is_registered(name)


@pytest.mark.parametrize(
    "name",
    [
        "*",  # reserved in the registry, names no field
        "",
        " etag",
        "content_disposition",
        "critical-ch",
        "idempotency-key",
        "ratelimit",
        "ratelimit-limit",
        "ratelimit-policy",
        "ratelimit-remaining",
        "report-to",
        "sec-ch-ua",
        "service-worker-allowed",
        "sourcemap",
        "speculation-rules",
        "x-correlation-id",
        "x-dns-prefetch-control",
        "x-forwarded-for",
        "x-powered-by",
        "x-process-time",
        "x-ratelimit-limit",
        "x-request-id",
        "x-robots-tag",
        "x-total-count",
        "x-xss-protection",
    ],
)
def test_not_registered(name: str) -> None:
    assert not is_registered(name)


@pytest.mark.parametrize("name", ["ETag", "ETAG", "WWW-Authenticate", "X-Frame-Options"])
def test_any_case(name: str) -> None:
    assert is_registered(name)


def test_only_ascii_letters_have_a_case() -> None:
    kelvin = "lin\N{KELVIN SIGN}"
    assert kelvin.lower() == "link"
    assert not is_registered(kelvin)
