"""A glossary: the words of hdrcli's reports and of the Fetch standard."""

from __future__ import annotations

import re
from typing import Final

from hdrcli.explanations.layout import blocks, paragraph
from hdrcli.structs import Record


class Term(Record, frozen=True):
    """`names` are the term and its other forms, in lower case and without hyphens; `see` is what to look up next."""

    names: tuple[str, ...]
    text: str
    see: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The form under which the term is listed."""
        return self.names[0]


TERMS: Final = (
    # Whether and why a header is readable
    Term(
        ("readable",),
        "JavaScript in the page can read the header with response.headers.get().",
        ("safelisted", "exposed", "wildcard", "same-origin"),
    ),
    Term(
        ("hidden", "hidden header"),
        "The header was sent, but JavaScript gets null for it. curl and the browser's network panel show it.",
        ("not-listed", "wildcard-with-credentials", "list-void", "forbidden", "HDR301"),
    ),
    Term(
        ("sent",),
        "The header is on the wire: the server sent it, whether or not JavaScript can read it.",
        ("readable", "hidden", "not-sent"),
    ),
    Term(
        ("safelisted", "safelist", "cors safelisted"),
        "A CORS-safelisted response header is readable on every response that the page may read: Cache-Control, "
        "Content-Language, Content-Length, Content-Type, Expires, Last-Modified and Pragma. A CORS-safelisted request "
        "header, such as Accept, or Content-Type with the type of a form, needs no preflight.",
        ("exposed", "preflight"),
    ),
    Term(
        ("listed", "exposed", "exposed header"),
        "Access-Control-Expose-Headers of the response names the header, so JavaScript can read it.",
        ("not-listed", "expose list"),
    ),
    Term(
        ("not listed", "no list", "not exposed", "unexposed"),
        "The header was sent, but Access-Control-Expose-Headers of the response does not name it, or is not sent. "
        "JavaScript gets null.",
        ("expose list", "HDR301", "HDR309"),
    ),
    Term(
        ("listed not sent", "exposed not sent"),
        "Access-Control-Expose-Headers names the header, but the response does not have it. Other routes may send it, "
        "or the name is misspelled.",
        ("HDR302", "HDR313"),
    ),
    Term(
        ("not sent",),
        "The response does not have the header. No CORS setting changes that.",
        ("HDR313", "HDR511"),
    ),
    Term(
        ("wildcard", "star", "asterisk", "*"),
        "The value * of a CORS header: any origin, all headers or all methods. It counts only for requests without "
        "credentials; with credentials, it is a name like any other.",
        ("wildcard-with-credentials", "HDR105", "HDR303"),
    ),
    Term(
        ("wildcard with credentials",),
        "The expose list is *, but the request was sent with credentials. Then * exposes nothing, and the header is "
        "hidden.",
        ("credentials", "HDR303"),
    ),
    Term(
        ("list void", "void", "void list"),
        "One element of a list is not a valid name, so browsers ignore the whole list, including its valid names.",
        ("HDR304", "HDR205"),
    ),
    Term(
        ("forbidden", "forbidden header", "forbidden response header", "forbidden in this browser"),
        "Browsers never show the header to JavaScript, exposed or not: Set-Cookie and Set-Cookie2. A forbidden request "
        "header, such as Cookie, Host or Origin, is set only by the browser; a page that sets it is ignored.",
        ("Set-Cookie", "HDR308"),
    ),
    Term(
        ("lines hidden",),
        "The header was sent on several lines, and this browser joins them into a value that fetch() never shows.",
        ("HDR310",),
    ),
    Term(
        ("value hidden",),
        "The value contains a character, such as CR, because of which this browser does not show the header.",
        ("HDR311",),
    ),
    Term(
        ("expose list", "exposelist"),
        "The value of Access-Control-Expose-Headers: the names of the response headers that JavaScript may read, "
        "separated by commas. It counts on the response itself, not on the preflight's.",
        ("Access-Control-Expose-Headers", "HDR301", "HDR306"),
    ),
    Term(
        ("custom header", "custom"),
        "A header whose name is not a registered HTTP field, such as X-Total-Count. Most need to be exposed.",
        ("registered header", "HDR301"),
    ),
    Term(
        ("registered header", "registered", "standard header"),
        "A header whose name is in the IANA registry of HTTP fields, such as ETag. Registered headers are hidden "
        "across origins, too, except for the seven that are CORS-safelisted.",
        ("safelisted", "HDR309"),
    ),
    # What happens to a request
    Term(
        ("blocked", "blocked by cors"),
        "The browser withholds the whole response from the page: fetch() rejects with a TypeError, without a status, "
        "headers or a body. The server may have received and processed the request.",
        ("CORS check", "network error", "preflight"),
    ),
    Term(
        ("network error", "networkerror"),
        "The standard's term for a fetch that fails, for whatever reason. The page gets a TypeError and does not learn "
        "the reason, which might reveal something about the other server. The browser's console states it.",
        ("blocked",),
    ),
    Term(
        ("cors", "cross origin resource sharing"),
        "Cross-Origin Resource Sharing: response headers by which a server allows pages of other origins to read its "
        "responses. Browsers enforce it, curl and servers do not.",
        ("origin", "CORS check", "preflight"),
    ),
    Term(
        ("cors check", "access control check"),
        "The browser's comparison of a response with the request: Access-Control-Allow-Origin must be the page's "
        "origin, or * without credentials; with credentials, Access-Control-Allow-Credentials must be true. If it "
        "fails, the response is blocked. It applies to every response: the preflight's, a redirect and an error.",
        ("allow-origin-missing", "allow-origin-mismatch", "allow-credentials-not-true"),
    ),
    Term(
        ("preflight", "preflights", "preflight request", "cors preflight", "options request"),
        "An OPTIONS request that the browser sends before the actual request, to ask whether its method and headers "
        "are allowed. It happens unless the method is GET, HEAD or POST and all headers are CORS-safelisted; "
        "Content-Type: application/json is not. It carries no cookies and no Authorization, and its response must have "
        "a 2xx status.",
        ("simple request", "preflight-status", "HDR201"),
    ),
    Term(
        ("simple request", "simple", "without preflight"),
        "A request that needs no preflight: GET, HEAD or POST, with only CORS-safelisted headers. The browser sends it "
        "at once, and judges only the response.",
        ("preflight", "safelisted"),
    ),
    Term(
        (
            "credentials",
            "with credentials",
            "withcredentials",
            "credentials mode",
            "include",
            "without cookies",
            "with cookies",
        ),
        "Cookies, HTTP authentication and TLS client certificates. Across origins, fetch() uses them only with "
        'credentials: "include" (axios and XMLHttpRequest: withCredentials). The response must then name the '
        "page's origin and have Access-Control-Allow-Credentials: true. An Authorization header that the page sets "
        "itself does not count as credentials.",
        ("wildcard-with-credentials", "HDR105", "HDR106"),
    ),
    Term(
        ("origin", "origins"),
        "Scheme, host and port of a URL, such as http://localhost:3000. Two URLs are of the same origin only if all "
        "three are equal: http://localhost:3000 and http://127.0.0.1:3000 are different origins.",
        ("same-origin", "cross-origin", "site", "HDR103"),
    ),
    Term(
        ("opaque origin", "null origin", "null"),
        "The origin of a page that has none of its own: a local file, a sandboxed frame, or a request after a redirect "
        "to another origin. The browser sends it as Origin: null.",
        ("HDR403", "HDR503"),
    ),
    Term(
        ("same origin",),
        "The page and the URL have the same scheme, host and port. CORS does not apply: JavaScript can read every "
        "header except Set-Cookie.",
        ("origin", "cross-origin", "same-origin-mode"),
    ),
    Term(
        ("cross origin",),
        "The page and the URL differ in scheme, host or port, so CORS applies.",
        ("origin", "CORS"),
    ),
    Term(
        ("site", "same site", "cross site"),
        "Sites matter for cookies, as origins do for CORS. Two hosts belong to the same site if their registrable "
        "domain is the same: app.example.com and api.example.com, with any ports. localhost and 127.0.0.1 are "
        "different sites.",
        ("third-party cookie", "HDR601"),
    ),
    Term(
        ("opaque", "opaque response"),
        'A response of type "opaque", from a request in the mode "no-cors": JavaScript sees status 0, no headers and '
        "no body.",
        ("no-cors",),
    ),
    Term(
        ("opaque redirect", "opaqueredirect"),
        'A response of type "opaqueredirect", from a request with redirect: "manual" that was redirected: JavaScript '
        "sees status 0 and no headers.",
        ("opaque",),
    ),
    Term(
        ("basic", "type basic"),
        "The type of a response from the page's own origin: JavaScript can read every header except Set-Cookie.",
        ("same-origin",),
    ),
    Term(
        ("third party cookie", "third party cookies"),
        "A cookie of another site than the page's. It needs SameSite=None; Secure, and many browsers block or "
        "partition it all the same.",
        ("site", "partitioned", "HDR602"),
    ),
    Term(
        ("partitioned", "partitioned cookie", "chips"),
        "A cookie that the browser stores separately for each site whose pages use it.",
        ("third-party cookie",),
    ),
    Term(
        ("samesite", "same site attribute", "samesite none", "samesite lax"),
        "An attribute of a cookie. Lax and Strict restrict it to pages of its own site; None, with Secure, allows "
        "other sites to use it. Chromium treats a cookie without the attribute as Lax.",
        ("site", "HDR601"),
    ),
    Term(
        ("local network access", "private network access", "pna", "lna"),
        "Chromium's protection of private addresses: since version 142, a public page may request them only after its "
        "user has given permission. It replaced Private Network Access, with its preflights.",
        ("HDR505",),
    ),
    # hdrcli's own
    Term(
        ("page", "caller"),
        "The web page on whose behalf hdrcli sends requests: its origin (--origin), with or without credentials, in "
        "one browser.",
        ("origin", "credentials"),
    ),
    Term(
        ("finding", "findings"),
        "A fault that a rule found, with its code, where it was found, the evidence, the effect on the page and the "
        "fix.",
        ("error", "warning", "advice"),
    ),
    Term(
        ("error", "severity"),
        "The severity of a finding: an error means that the page which sends the request is broken. A warning means "
        "that it is likely to be, and advice that you decide for yourself.",
        ("finding",),
    ),
    Term(("warning",), "A finding with which a page is likely to break, now or later.", ("error", "advice")),
    Term(
        ("advice",),
        "A finding about a risk, or a possible improvement: decide for yourself.",
        ("error", "warning"),
    ),
    Term(
        ("probe", "probes"),
        "An additional request that hdrcli sends to find the cause of a fault, such as one with another Origin. "
        "--no-probe turns them off.",
        ("HDR103", "HDR501"),
    ),
    Term(
        ("quirk", "quirks"),
        "A way in which one browser differs from the Fetch standard. hdrcli simulates Chromium, Firefox and WebKit "
        "with their quirks.",
    ),
)

_BY_NAME: Final = {name: term for term in TERMS for name in term.names}
_QUESTION: Final = re.compile(
    r"(?:what(?: s| is| are| does)|explain|meaning of|definition of) (?:an? |the )?(?P<term>.+?)(?: means?)?"
)


def explain_term(text: str) -> str:
    """Explain the term that the text consists of, also as a question ("what is a preflight?"); empty if unknown."""
    plain = _plain(text)
    question = _QUESTION.fullmatch(plain)
    term = _BY_NAME.get(plain) or (_BY_NAME.get(question["term"]) if question else None)
    if term is None:
        return ""
    see = f'See also ("hdrcli explain TERM"): {", ".join(term.see)}.' if term.see else ""
    return blocks(paragraph(f"{term.name}: {term.text}"), paragraph(see))


def term_names() -> list[str]:
    """The names to compare a misspelled word with."""
    return [name for name in _BY_NAME if len(name) > 3]  # noqa: PLR2004 -- shorter ones resemble too much


def _plain(text: str) -> str:
    """In lower case, without hyphens, quotation marks and the punctuation at the end."""
    return " ".join(re.sub(r"[-_\u2018\u2019\"'`,]+", " ", text.lower()).rstrip(" ?.!:").split())
