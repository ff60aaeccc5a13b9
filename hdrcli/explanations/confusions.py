"""Common confusions: what people write when they don't have an error message, and the facts behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hdrcli.explanations.commands import check_command
from hdrcli.explanations.layout import blocks, paragraph
from hdrcli.explanations.topics import TO_SEE_THE_EXCHANGES
from hdrcli.structs import Record

_LONGEST: Final = 1000
"""Characters. The patterns are slow on longer texts, which are not questions anyway."""

_HEADERS: Final = f"To see which headers the page's JavaScript can read:\n  {check_command()}"
_MODES: Final = f"{_HEADERS}\n  {check_command()} --mode no-cors"
_COOKIES: Final = (
    "To see whether the cookie is stored or sent, and why not:\n"
    f"  {check_command(credentials=True)} --cookie 'NAME=VALUE'"
)


class Confusion(Record, frozen=True, kw_only=True):
    """`patterns` match what people write, in lower case; `text` holds paragraphs with an empty line between them."""

    title: str
    patterns: tuple[str, ...]
    text: str
    command: str = _HEADERS


_CLIENT: Final = r"\b(?:curl|postman|insomnia|httpie|wget|bruno|swagger|terminal|command line|python requests)\b"
_BROWSER: Final = r"\b(?:browser|chrome|firefox|safari|fetch|axios|javascript|react|angular|vue|frontend)\b"
_TOOLS: Final = r"\b(?:dev ?tools|network (?:tab|panel)|console|chrome|firefox|safari|browser|shown?|visible|see)\b"
_NOT: Final = r"(?:\bnot?\b|n't\b|\bmissing\b|\bhidden\b)"
_CANNOT: Final = r"(?:\bcan ?not\b|\bcan\W?t\b|\bunable to\b|\bnot able to\b|\b(?:do|does|did)(?: not|n\W?t)\b)"
_READABLE: Final = r"\b(?:visible|readable|accessible|available|exposed)\b"
_TROUBLE: Final = r"\b(?:errors?|issues?|problems?|fail(?:s|ed|ures?)?|block(?:s|ed)?|not work(?:ing)?|policy)\b"
_PREFLIGHT: Final = r"\b(?:preflights?|options(?: requests?| calls?)?)\b"

CONFUSIONS: Final = (
    Confusion(
        title="It works in curl or Postman, but not in the browser",
        patterns=(rf"{_CLIENT}.*{_BROWSER}", rf"{_BROWSER}.*{_CLIENT}"),
        text="""\
Only browsers enforce CORS. curl, Postman and other servers are not web pages: they show every response and every
header. A browser sends a request on behalf of a page, and withholds what the response does not allow to the page's
origin: the whole response without Access-Control-Allow-Origin, and all but seven headers without
Access-Control-Expose-Headers.

A browser also sends different requests: with an Origin header, and with a preflight (OPTIONS) before a JSON body, an
Authorization header or a method such as PUT. A service that responds to curl's GET may refuse or redirect those. The
fix is in the service, or in the proxy in front of it: no change to the page helps.""",
        command=TO_SEE_THE_EXCHANGES,
    ),
    Confusion(
        title="The printed headers are empty",
        patterns=(
            r"\bheaders ?(?:\(\d*\))? ?\{ ?\}",
            r"\b(?:console\.\w+|json\.stringify|print) ?\(.{0,20}\bheaders\b",
            r"\bheaders\b.{0,40}\bempty\b",
            r"\bempty (?:response )?headers\b",
        ),
        text="""\
response.headers is not a plain object: console.log() shows it as Headers {}, and JSON.stringify() turns it into {},
however many headers it holds. Print Object.fromEntries(response.headers), or get a header by its name:
response.headers.get("x-total-count").

If that is empty, too, the response is opaque (mode: "no-cors"), which never has a header. If only one header is
missing, the response does not expose it: Access-Control-Expose-Headers has to name it.""",
    ),
    Confusion(
        title="JavaScript gets null for a response header",
        patterns=(
            r"\b(?:headers\.get|getresponseheader)\b.*\b(?:null|undefined|empty|nothing)\b",
            r"\b(?:null|undefined|nothing)\b.*\b(?:headers\.get|getresponseheader)\b",
            r"\bheaders? (?:(?:value )?(?:is|are|comes?|returns?|gives?)(?: back)?(?: as)?|=+) ?(?:null|undefined)\b",
            rf"{_CANNOT} (?:read|get|access|see)\b.*\bheaders?\b",
            rf"\bheaders?\b.*{_CANNOT} be (?:read|accessed|seen)\b",
            rf"\bheaders?\b.*(?:{_NOT}.*{_READABLE}|\b(?:invisible|unreadable|inaccessible)\b)",
        ),
        text="""\
Either the header is not sent, or it is sent and hidden. Across origins, a page can read seven headers (Cache-Control,
Content-Language, Content-Length, Content-Type, Expires, Last-Modified, Pragma) and those that the response names in
Access-Control-Expose-Headers. For all others, response.headers.get() returns null, although curl and the browser's
network panel show them. Set-Cookie is never readable.

The fix is in the service: name the header in Access-Control-Expose-Headers (FastAPI: expose_headers) on the response
itself. Access-Control-Allow-Headers is for request headers. "hdrcli explain NAME" explains a single header.""",
    ),
    Confusion(
        title="A CORS error without details",
        patterns=(rf"(?<!-)\bcors\b.*{_TROUBLE}", rf"{_TROUBLE}.*(?<!-)\bcors\b"),
        text="""\
The browser withheld the response from the page, or did not send the request, because no response allowed it to the
page's origin. JavaScript does not learn the reason, but the browser's console (F12) states it: give that line to hdrcli
explain.

The cause need not be a CORS setting: an error page (500, 502), a login or a redirect that lacks
Access-Control-Allow-Origin looks the same.""",
        command=TO_SEE_THE_EXCHANGES,
    ),
    Confusion(
        title="A cookie is not sent, or not stored",
        patterns=(
            rf"\bcookies?\b.*(?:{_NOT}|{_CANNOT}).*\b(?:sen[dt]|sending|set|stored?|saved?|included?|attached|received)\b",
            rf"(?:{_NOT}|{_CANNOT}).*\b(?:send|sending|set|store|save|include|attach|receive)\b.*\bcookies?\b",
        ),
        text="""\
Across origins, fetch() sends and stores cookies only with credentials: "include" (XMLHttpRequest and axios:
withCredentials). The response then needs Access-Control-Allow-Credentials: true, and the page's own origin, not *, in
Access-Control-Allow-Origin. A preflight never carries a cookie.

Between different sites, the cookie must be SameSite=None; Secure, which requires https (or, in Chrome and Firefox,
localhost). Even then, Firefox keeps third-party cookies separate for each page's site, and Safari blocks them. A cookie
is sent to the host that set it, or to its Domain; localhost and 127.0.0.1 are different sites.""",
        command=_COOKIES,
    ),
    Confusion(
        title="DevTools does not show the preflight",
        patterns=(
            rf"{_PREFLIGHT}.*{_NOT}.*{_TOOLS}",
            rf"{_TOOLS}.*{_NOT}.*{_PREFLIGHT}",
            rf"{_NOT} (?:cors )?{_PREFLIGHT}",
            rf"\b(?:where|why)\b.*{_PREFLIGHT}",
        ),
        text="""\
Chrome lists a preflight under "All" and "Other", not under "Fetch/XHR"; some versions after 79 did not list it at all.
In Firefox, look for the method OPTIONS.

Perhaps there was none. A GET, HEAD or POST request with only CORS-safelisted headers (the Content-Type of a form or of
plain text, but not application/json) needs no preflight, nor does a request to the page's own origin. And the response
to an earlier preflight stays valid for Access-Control-Max-Age seconds, or for 5 if that header is not sent.""",
        command=TO_SEE_THE_EXCHANGES,
    ),
    Confusion(
        title='The response is opaque: mode: "no-cors" gives no headers',
        patterns=(r"\bopaque\b", r"\bno-?cors\b", r"\bstatus(?: code)?:? (?:is )?0\b"),
        text="""\
fetch(url, {mode: "no-cors"}) is not a way around CORS: the request is sent, and the page gets a response of type
"opaque", with status 0, without headers and body. It serves purposes for which no script reads the response, such as
filling a cache with images. No setting of the service changes that.

Remove the mode, and let the service allow the page's origin. (redirect: "manual" gives a similar response, of type
"opaqueredirect".)""",
        command=_MODES,
    ),
    Confusion(
        title="Allow-Headers or Expose-Headers?",
        patterns=(r"\ballow(?:ed)?[-_ ]?headers\b.*\bexposed?[-_ ]?headers\b", r"\bexposed?[-_ ]?headers\b.*\ballow"),
        text="""\
Access-Control-Allow-Headers (allow_headers) is about the request: it states which headers the page may send, on the
response to the preflight. Access-Control-Expose-Headers (expose_headers) is about the response: it states which headers
the page may read, on that response itself. The service sends both. A page that sets them on its request makes nothing
readable, and only causes a preflight.""",
    ),
    Confusion(
        title="Upper and lower case in a header's name",
        patterns=(
            r"\b(?:lower|upper)[- ]?cased?\b",
            r"\bcase[- ]?(?:in)?sensitiv",
            r"\bheaders?\b.*\bcapital|\bcapital.*\bheaders?\b",
            r"(?<![\w-])([a-z0-9]+(?:-[a-z0-9]+)+)(?![\w-]).*(?<![\w-])\1(?![\w-])",  # X-Total-Count vs x-total-count
            r"\bheaders(?:\[|\.(?!get\b)).*\bundefined\b",
        ),
        text="""\
X-Total-Count and x-total-count are the same header: browsers, servers and Access-Control-Expose-Headers compare names
without regard to case. HTTP/2, HTTP/3 and Starlette send names in lower case, other servers as they were written. Case
never hides a header.

It matters if a name is the key of an object: response.headers.get("X-Total-Count") works in any case, but
response.headers["X-Total-Count"] is always undefined with fetch(). axios keeps names in lower case:
response.headers["x-total-count"], or response.headers.get("X-Total-Count") since version 1.0.""",
    ),
)


def explain_confusions(text: str) -> str:
    """Explain each confusion that a sentence is about; empty if there is none, or if the text is too long."""
    return blocks(*_explanations(" ".join(text.split()).lower())) if len(text) <= _LONGEST else ""


def _explanations(plain: str) -> Iterator[str]:
    for confusion in CONFUSIONS:
        if any(re.search(pattern, plain) for pattern in confusion.patterns):
            yield blocks(confusion.title, *map(paragraph, confusion.text.split("\n\n")), confusion.command)
