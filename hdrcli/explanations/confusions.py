"""What people say when headers and browsers confuse them, and what it comes of: no failure, no header's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hdrcli.explanations.layout import blocks, paragraph

_LONGEST: Final = 1000
"""Characters: the patterns take their time over what is longer."""

_HEADERS: Final = "To see which headers the page's JavaScript gets:\n  hdrcli check URL --origin PAGE"
_EXCHANGES: Final = "To see what the browser sees, preflights included:\n  hdrcli check URL --origin PAGE --verbose"
_MODES: Final = f"{_HEADERS}\n  hdrcli check URL --origin PAGE --mode no-cors"

_COOKIES: Final = (
    "To see whether the cookie is sent or stored, and if not, why:\n"
    "  hdrcli check URL --origin PAGE --credentials include --cookie 'NAME=VALUE'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """`said` are patterns of what people paste, in lower case; `text` are paragraphs with a blank line between them."""

    title: str
    said: tuple[str, ...]
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
        title="It works in curl or Postman, and not in the browser",
        said=(rf"{_CLIENT}.*{_BROWSER}", rf"{_BROWSER}.*{_CLIENT}"),
        text="""\
CORS is the browser's alone. curl, Postman and other servers are no web page: they show every answer and every header. A
browser asks in the name of a page, and keeps from it what the answer does not allow to the page's origin: the whole
response without Access-Control-Allow-Origin, all but seven headers without Access-Control-Expose-Headers.

It also asks otherwise: with Origin, and with a preflight (OPTIONS) before a JSON body, an Authorization header or a
method such as PUT. A service that answers curl's GET may refuse that, or redirect it. The mend is in the service, or in
the proxy before it: nothing in the page helps.""",
        command=_EXCHANGES,
    ),
    Confusion(
        title="The headers that were printed are empty",
        said=(
            r"\bheaders ?(?:\(\d*\))? ?\{ ?\}",
            r"\b(?:console\.\w+|json\.stringify|print|log)\b.*\bheaders\b",
            r"\bheaders\b.*\bempty\b",
            r"\bempty (?:response )?headers\b",
        ),
        text="""\
response.headers is no plain object: console.log() shows it as Headers {}, and JSON.stringify() makes {} of it, however
many headers it holds. Print Object.fromEntries(response.headers), or ask by name:
response.headers.get("x-total-count").

If that is empty, too, the response is opaque (mode: "no-cors"): that one never has a header. If one header alone is
missing, the answer does not expose it: Access-Control-Expose-Headers has to name it.""",
    ),
    Confusion(
        title="JavaScript gets null for a response header",
        said=(
            r"\b(?:headers\.get|getresponseheader)\b.*\b(?:null|undefined|empty|nothing)\b",
            r"\b(?:null|undefined|nothing)\b.*\b(?:headers\.get|getresponseheader)\b",
            r"\bheaders? (?:(?:value )?(?:is|are|comes?|returns?|gives?)(?: back)?(?: as)?|=+) ?(?:null|undefined)\b",
            rf"{_CANNOT} (?:read|get|access|see)\b.*\bheaders?\b",
            rf"\bheaders?\b.*{_CANNOT} be (?:read|accessed|seen)\b",
            rf"\bheaders?\b.*(?:{_NOT}.*{_READABLE}|\b(?:invisible|unreadable|inaccessible)\b)",
        ),
        text="""\
The header is not sent, or it is sent and hidden. Across origins a page may read seven headers (Cache-Control,
Content-Language, Content-Length, Content-Type, Expires, Last-Modified, Pragma) and those that the answer names in
Access-Control-Expose-Headers. For all others response.headers.get() gives null, though curl and the browser's network
panel show them. Set-Cookie is never to be read.

The mend is in the service: name the header in Access-Control-Expose-Headers (FastAPI: expose_headers) of the answer
itself; Access-Control-Allow-Headers is for requests. "hdrcli explain NAME" tells of one header.""",
    ),
    Confusion(
        title="A CORS error, and no more is known",
        said=(rf"(?<!-)\bcors\b.*{_TROUBLE}", rf"{_TROUBLE}.*(?<!-)\bcors\b"),
        text="""\
The browser kept the response from the page, or did not send the request, as no answer allowed it to the page's origin.
The page is not told why; the browser's console (F12) names one reason of many: give that line to hdrcli explain.

It need not be a setting for CORS: an error page (500, 502), a login or a redirect that lacks
Access-Control-Allow-Origin looks the same.""",
        command=_EXCHANGES,
    ),
    Confusion(
        title="A cookie is not sent, or not stored",
        said=(
            rf"\bcookies?\b.*(?:{_NOT}|{_CANNOT}).*\b(?:sen[dt]|sending|set|stored?|saved?|included?|attached|received)\b",
            rf"(?:{_NOT}|{_CANNOT}).*\b(?:send|sending|set|store|save|include|attach|receive)\b.*\bcookies?\b",
        ),
        text="""\
Across origins fetch() sends and keeps cookies with credentials: "include" alone (XMLHttpRequest and axios:
withCredentials). The answer then needs Access-Control-Allow-Credentials: true, and the page's own origin, not *, in
Access-Control-Allow-Origin; a preflight never carries a cookie.

Between different sites the cookie must be set with SameSite=None; Secure, which needs https (or, in Chrome and Firefox,
localhost), and Firefox and Safari keep third-party cookies apart or away even so. A cookie goes to the host that set
it, or to its Domain; localhost and 127.0.0.1 are two sites.""",
        command=_COOKIES,
    ),
    Confusion(
        title="The preflight is not to be seen in DevTools",
        said=(
            rf"{_PREFLIGHT}.*{_NOT}.*{_TOOLS}",
            rf"{_TOOLS}.*{_NOT}.*{_PREFLIGHT}",
            rf"{_NOT} (?:cors )?{_PREFLIGHT}",
            rf"\b(?:where|why)\b.*{_PREFLIGHT}",
        ),
        text="""\
In Chrome a preflight is listed under "All" and "Other", not under "Fetch/XHR"; versions from 79 on did not list it at
all for a while. In Firefox it has the method OPTIONS.

Or there was none. A GET, HEAD or POST that sets no other headers than CORS-safelisted ones (the Content-Type of a form
or of plain text, not application/json) has none, nor has a request to the page's own origin; and the answer to an
earlier one is kept, for Access-Control-Max-Age seconds, or 5 where that is not sent.""",
        command=_EXCHANGES,
    ),
    Confusion(
        title='The response is opaque: mode: "no-cors" gives no headers',
        said=(r"\bopaque\b", r"\bno-?cors\b", r"\bstatus(?: code)?:? (?:is )?0\b"),
        text="""\
fetch(url, {mode: "no-cors"}) is no way round CORS: the request is sent, and the page gets a response of type "opaque",
with status 0, no header and no body. It is for what no script reads, such as images in a cache. No setting of the
service changes that.

Leave the mode out, and let the service allow the page's origin. (What redirect: "manual" gives looks alike: its type is
"opaqueredirect".)""",
        command=_MODES,
    ),
    Confusion(
        title="Allow-Headers or Expose-Headers?",
        said=(r"\ballow(?:ed)?[-_ ]?headers\b.*\bexposed?[-_ ]?headers\b", r"\bexposed?[-_ ]?headers\b.*\ballow"),
        text="""\
Access-Control-Allow-Headers (allow_headers) is about the request: which headers the page may send. It stands on the
answer to the preflight. Access-Control-Expose-Headers (expose_headers) is about the response: which headers the page
may read. It stands on the answer itself. Both are the service's to send: a page that sets them on its request makes
nothing readable, and causes a preflight.""",
    ),
    Confusion(
        title="Upper and lower case in a header's name",
        said=(
            r"\b(?:lower|upper)[- ]?cased?\b",
            r"\bcase[- ]?(?:in)?sensitiv",
            r"\bheaders?\b.*\bcapital|\bcapital.*\bheaders?\b",
            r"(?<![\w-])([a-z0-9]+(?:-[a-z0-9]+)+)(?![\w-]).*(?<![\w-])\1(?![\w-])",  # X-Total-Count vs x-total-count
            r"\bheaders(?:\[|\.(?!get\b)).*\bundefined\b",
        ),
        text="""\
X-Total-Count and x-total-count are one header: names are compared without regard to case, by browsers, by servers and
in Access-Control-Expose-Headers. HTTP/2, HTTP/3 and Starlette send them in lower case, other servers as they were
written. It is never the case that hides a header.

It counts where a name is the key of an object: response.headers.get("X-Total-Count") finds it in any case, and
response.headers["X-Total-Count"] is undefined in fetch() always. axios keeps names in lower case:
response.headers["x-total-count"], or response.headers.get("X-Total-Count") in versions from 1.0 on.""",
    ),
)


def explain_confusions(text: str) -> str:
    """What a sentence is about, each thing once; empty if about none of these, or if too long for one."""
    return blocks(*_explanations(" ".join(text.split()).lower())) if len(text) <= _LONGEST else ""


def _explanations(plain: str) -> Iterator[str]:
    for confusion in CONFUSIONS:
        if any(re.search(pattern, plain) for pattern in confusion.said):
            yield blocks(confusion.title, *map(paragraph, confusion.text.split("\n\n")), confusion.command)
