"""The origins that an audit tries, as data; `planning` makes them of those of the service and its pages."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from hdrcli.planning.probes.probe import UNKNOWN_HOST
from hdrcli.structs import Record

_LABEL: Final = UNKNOWN_HOST.partition(".")[0]


class Reader(StrEnum):
    """Who can have a page at an origin."""

    WEBSITE = "any website"
    LOOKALIKE = "anyone who registers such a domain"
    NETWORK = "anyone who controls the network"
    SUBDOMAIN = "anyone who controls a subdomain"
    LOCAL = "a server on the user's computer or network"
    EXTENSION = "any browser extension"
    NAMED = "the website that the service names"
    PORT = "another server on the same host"


class OriginProbe(Record, frozen=True, kw_only=True):
    """One kind of origin. `template` has the fields of `planning`; `shows` is the fault of a server that allows it.

    If a probe in `implied_by` has the same result, this one shows nothing new. With `cookie`, the request has a cookie,
    as some servers respond to such requests in another way. With `first_only`, there are many such origins: they are
    made of the first page's origin only.
    """

    name: str
    template: str
    reader: Reader
    shows: str
    implied_by: tuple[str, ...] = ()
    cookie: bool = False
    first_only: bool = False


ANY: Final = "any-origin"
NULL: Final = "null"
ANY_WITH_COOKIE: Final = "any-origin-with-cookie"
LOCALHOST: Final = "localhost"
NAMED: Final = "named-origin"
_OF_DEVELOPMENT: Final = "an origin of development is allowed"
SPECIAL_CHARACTERS: Final = "_-`!~+=,;&'\"()$}*"
"""The characters that hosts of URLs can have besides letters and digits: https://url.spec.whatwg.org/#host-miscellaneous.

`{` is like `}`.
"""
NOT_IN_CHROMIUM: Final = frozenset("*")
"""Those of them that Chromium encodes."""
NOT_IN_FIREFOX: Final = frozenset(SPECIAL_CHARACTERS) - frozenset("_-+$")
"""Those of them that Firefox loads no page from."""

_SHARED_HOSTING: Final = (
    *(f"https://{host}" for host in ("codepen.io", "s.codepen.io", "cdpn.io", "jsbin.com", "output.jsbin.com")),
    *(f"https://{host}" for host in ("jsfiddle.net", "fiddle.jshell.net", "repl.it", "s3.amazonaws.com")),
    *("http://jsbin.com", "http://www.webdevout.net"),
    *(f"https://{_LABEL}.{host}" for host in ("github.io", "pages.dev", "workers.dev", "netlify.app", "vercel.app")),
    *(f"https://{_LABEL}.{host}" for host in ("web.app", "herokuapp.com", "replit.app", "cloudfront.net")),
    *(f"https://{_LABEL}.{host}" for host in ("s3.amazonaws.com", "s3.us-east-1.amazonaws.com")),
)

FIRST: Final = (
    OriginProbe(
        name=ANY,
        template=f"{{scheme}}://{UNKNOWN_HOST}",
        reader=Reader.WEBSITE,
        shows="every origin is allowed",
    ),
    OriginProbe(
        name=ANY_WITH_COOKIE,
        template=f"{{scheme}}://{UNKNOWN_HOST}",
        reader=Reader.WEBSITE,
        shows="every origin is allowed if the request has a cookie",
        implied_by=(ANY,),
        cookie=True,
    ),
    OriginProbe(
        name=NULL,
        template="null",
        reader=Reader.WEBSITE,
        shows='"null" is allowed, which is the origin of sandboxed frames',
        implied_by=(ANY, ANY_WITH_COOKIE),
    ),
)
"""They are sent first: if every origin is allowed with cookies, the others show nothing new."""

OTHERS: Final = (
    OriginProbe(
        name="label-appended",
        template=f"{{scheme}}://{{host}}.{UNKNOWN_HOST}{{port}}",
        reader=Reader.LOOKALIKE,
        shows="only the beginning of the origin is compared",
    ),
    OriginProbe(
        name="text-appended",
        template=f"{{scheme}}://{{host}}{UNKNOWN_HOST}{{port}}",
        reader=Reader.LOOKALIKE,
        shows="only the beginning of the origin is compared",
        implied_by=("label-appended",),
    ),
    OriginProbe(
        name="text-prepended",
        template=f"{{scheme}}://{_LABEL}{{domain}}{{port}}",
        reader=Reader.LOOKALIKE,
        shows="only the end of the origin is compared",
    ),
    OriginProbe(
        name="text-prepended-to-host",
        template=f"{{scheme}}://{_LABEL}{{host}}{{port}}",
        reader=Reader.SUBDOMAIN,
        shows="only the end of the origin is compared",
        implied_by=("text-prepended", "sibling"),
    ),
    OriginProbe(
        name="contained",
        template=f"{{scheme}}://{_LABEL}.{{host}}.{UNKNOWN_HOST}{{port}}",
        reader=Reader.LOOKALIKE,
        shows="the allowed host may stand anywhere in the origin",
        implied_by=("label-appended", "text-prepended"),
    ),
    OriginProbe(
        name="part-of-host",
        template="{scheme}://{clipped}{port}",
        reader=Reader.LOOKALIKE,
        shows="an origin is allowed that is only a part of an allowed one",
    ),
    OriginProbe(
        name="dot-replaced",
        template="{scheme}://{dots}{port}",
        reader=Reader.LOOKALIKE,
        shows="a dot in the pattern is not escaped, and matches any character",
        implied_by=("text-prepended",),
    ),
    OriginProbe(
        name="special-character",
        template=f"{{scheme}}://{{host}}{{special}}.{UNKNOWN_HOST}{{port}}",
        reader=Reader.LOOKALIKE,
        shows="the host is taken to end at a special character",
        implied_by=("label-appended",),
        first_only=True,
    ),
    OriginProbe(
        name="special-label",
        template=f"{{scheme}}://{{host}}.{{special}}.{UNKNOWN_HOST}{{port}}",
        reader=Reader.LOOKALIKE,
        shows="the host is taken to end at a label of a special character",
        implied_by=("label-appended", "special-character"),
        first_only=True,
    ),
    OriginProbe(
        name="other-alphabet",
        template="{scheme}://{other_alphabet}{port}",
        reader=Reader.LOOKALIKE,
        shows="letters of other alphabets are taken for those that they look like",
    ),
    OriginProbe(
        name="other-top-level-domain",
        template="{scheme}://{without_suffix}.invalid{port}",
        reader=Reader.LOOKALIKE,
        shows="the end of the host is not compared, so that any top-level domain is allowed",
    ),
    *(
        OriginProbe(
            name="localhost-label",
            template=f"{scheme}://localhost.{UNKNOWN_HOST}",
            reader=Reader.LOOKALIKE,
            shows="the pattern for localhost has no end",
        )
        for scheme in ("http", "https")
    ),
    OriginProbe(
        name="http-text-prepended",
        template=f"http://{_LABEL}{{secure_domain}}{{port}}",
        reader=Reader.LOOKALIKE,
        shows="only the end of the origin is compared, and not the scheme",
        implied_by=("text-prepended",),
    ),
    OriginProbe(
        name="http",
        template="http://{secure_host}{port}",
        reader=Reader.NETWORK,
        shows="an http page is trusted like the https page",
    ),
    OriginProbe(
        name="http-subdomain",
        template=f"http://{_LABEL}.{{secure_domain}}{{port}}",
        reader=Reader.NETWORK,
        shows="http pages on subdomains are trusted like https pages",
        implied_by=("text-prepended", "http-text-prepended"),
    ),
    OriginProbe(
        name="subdomain",
        template=f"{{scheme}}://{_LABEL}.{{host}}{{port}}",
        reader=Reader.SUBDOMAIN,
        shows="every subdomain of the host is allowed",
        implied_by=("text-prepended", "text-prepended-to-host", "sibling"),
    ),
    OriginProbe(
        name="sibling",
        template=f"{{scheme}}://{_LABEL}.{{domain}}{{port}}",
        reader=Reader.SUBDOMAIN,
        shows="every subdomain of the registrable domain is allowed",
        implied_by=("text-prepended",),
    ),
    OriginProbe(
        name="other-port",
        template="{scheme}://{host}:1337",
        reader=Reader.PORT,
        shows="the port is not compared",
        implied_by=("label-appended",),
    ),
    *(
        OriginProbe(name=LOCALHOST, template=template, reader=Reader.LOCAL, shows=_OF_DEVELOPMENT)
        for template in (
            "http://localhost",
            *(f"http://localhost:{port}" for port in (3000, 4200, 5173, 8080)),
            *("https://localhost", "http://127.0.0.1", "http://[::1]"),
        )
    ),
    *(
        OriginProbe(
            name="private-address",
            template=template,
            reader=Reader.LOCAL,
            shows="servers on private networks are allowed",
        )
        for template in ("http://10.0.0.1", "http://192.168.0.1")
    ),
    *(
        OriginProbe(
            name="shared-hosting",
            template=template,
            reader=Reader.WEBSITE,
            shows="a service is allowed on which anyone can publish pages",
        )
        for template in _SHARED_HOSTING
    ),
    OriginProbe(
        name="extension",
        template=f"chrome-extension://{'a' * 32}",
        reader=Reader.EXTENSION,
        shows="every extension of Chromium is allowed",
    ),
    OriginProbe(
        name="extension-of-firefox",
        template="moz-extension://01234567-89ab-cdef-0123-456789abcdef",
        reader=Reader.EXTENSION,
        shows="every extension of Firefox is allowed",
    ),
    OriginProbe(
        name="extension-of-safari",
        template="safari-web-extension://01234567-89ab-cdef-0123-456789abcdef",
        reader=Reader.EXTENSION,
        shows="every extension of Safari is allowed",
    ),
)

NAMED_BY_SERVICE: Final = OriginProbe(
    name=NAMED,
    template="",
    reader=Reader.NAMED,
    shows="the responses name this origin, whatever origin the request has",
    implied_by=(ANY, ANY_WITH_COOKIE),
)
"""Its origins are those that responses name, instead of one that is made of a template."""
LOCAL_NAMED_BY_SERVICE: Final = OriginProbe(name=LOCALHOST, template="", reader=Reader.LOCAL, shows=_OF_DEVELOPMENT)
"""As `NAMED_BY_SERVICE`, for origins of the user's computer or network."""
