"""Messages of browsers and servers as users paste them, with their subject and the values in them."""

from __future__ import annotations

from typing import Final

CHROMIUM: Final = (
    "Access to fetch at 'http://127.0.0.1:8000/a?b' from origin 'http://localhost:3000' has been blocked by "
)
FIREFOX: Final = (
    "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at http://a/b."
)
PREFLIGHT: Final = "CORS policy: Response to preflight request doesn't pass access control check: "
TEXTS: Final[list[tuple[str, set[str], dict[str, str]]]] = [
    (
        CHROMIUM + "CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        {"allow-origin-missing"},
        {"page": "http://localhost:3000", "url": "http://127.0.0.1:8000/a?b"},
    ),
    ("No 'Access-Control-Allow-Origin' header is present", {"allow-origin-missing"}, {}),
    (
        CHROMIUM + PREFLIGHT + "No 'Access-Control-Allow-Origin' header is present on the requested resource. "
        "If an opaque response serves your needs, set the request's mode to 'no-cors'.",
        {"allow-origin-missing"},
        {"page": "http://localhost:3000", "url": "http://127.0.0.1:8000/a?b", "preflight": "preflight"},
    ),
    (
        (
            "Access to XMLHttpRequest at 'https://a/' (redirected from 'http://a/') from origin 'null' has been "
            "blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value 'https://b' that is not "
            "equal to the supplied origin."
        ),
        {"allow-origin-mismatch"},
        {"page": "null", "url": "https://a/", "redirected": "http://a/", "value": "https://b"},
    ),
    (
        "The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed.",
        {"allow-origin-mismatch"},
        {"value": "*, *"},
    ),
    (
        (
            "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when "
            "the request's credentials mode is 'include'."
        ),
        {"allow-origin-wildcard-with-credentials"},
        {},
    ),
    (
        (
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' "
            "when the request's credentials mode is 'include'."
        ),
        {"allow-credentials-not-true"},
        {},
    ),
    (PREFLIGHT + "It does not have HTTP ok status.", {"preflight-status"}, {"preflight": "preflight"}),
    (
        "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
        {"preflight-method"},
        {"method": "PUT", "preflight": "preflight"},
    ),
    (
        "Request header field x-token is not allowed by Access-Control-Allow-Headers in preflight response.",
        {"preflight-header"},
        {"header": "x-token", "preflight": "preflight"},
    ),
    (
        "Request header field authorization is not allowed by Access-Control-Allow-Headers.",
        {"preflight-header", "preflight-authorization"},
        {"header": "authorization"},
    ),
    (
        FIREFOX + " (Reason: CORS header \u2018Access-Control-Allow-Origin\u2019 missing). Status code: 200.",
        {"allow-origin-missing"},
        {"url": "http://a/b", "status": "200"},
    ),
    (
        FIREFOX + " (Reason: CORS header \u2018Access-Control-Allow-Origin\u2019 does not match \u2018http://c\u2019).",
        {"allow-origin-mismatch"},
        {"url": "http://a/b", "value": "http://c"},
    ),
    (
        (
            "(Reason: header \u2018x-a\u2019 is not allowed according to header "
            "\u2018Access-Control-Allow-Headers\u2019 from CORS preflight response)."
        ),
        {"preflight-header"},
        {"header": "x-a", "preflight": "preflight"},
    ),
    (
        FIREFOX + " (Reason: CORS request did not succeed). Status code: (null).",
        {"no-response"},
        {"url": "http://a/b"},
    ),
    (
        "Origin https://x is not allowed by Access-Control-Allow-Origin. Status code: 404",
        {"allow-origin-missing", "allow-origin-mismatch"},
        {"page": "https://x", "status": "404"},
    ),
    (
        (
            "[Error] Preflight response is not successful. Status code: 400\n[Error] Fetch API cannot load "
            "http://a:8000/b due to access control checks.\n[Error] TypeError: Load failed"
        ),
        {"preflight-status"},
        {"status": "400", "url": "http://a:8000/b", "preflight": "Preflight"},
    ),
    (
        "[Warning] [blocked] The page at https://a/ requested insecure content from http://a/items.",
        {"mixed-content"},
        {},
    ),
    ("GET http://a.test/ net::ERR_NAME_NOT_RESOLVED", {"dns"}, {}),
    ("TypeError: Window.fetch: c ontent-type is an invalid header name.", {"invalid-header-name"}, {}),
    ("TypeError: Failed to fetch", {"unspecific"}, {}),
    ("NetworkError when attempting to fetch resource.", {"unspecific"}, {}),
    ("Load failed", {"unspecific"}, {}),
    ("AxiosError: Network Error", {"unspecific"}, {}),
    ('Refused to get unsafe header "X-Total-Count"', {"hidden-header"}, {"header": "X-Total-Count"}),
    ("Refused to get unsafe header", {"hidden-header"}, {}),
    ('Refused to set unsafe header "Cookie"', {"forbidden-request-header"}, {"header": "Cookie"}),
    ("Blocked: CORS Missing Allow Origin", {"allow-origin-missing"}, {}),
    ("CORS Preflight Did Not Succeed", {"preflight-status"}, {"preflight": "Preflight"}),
    ("PreflightMissingAllowOriginHeader", {"allow-origin-missing"}, {"preflight": "Preflight"}),
    ("https://developer.mozilla.org/docs/Web/HTTP/CORS/Errors/CORSMissingAllowOrigin", {"allow-origin-missing"}, {}),
]

_SET: Final = "This attempt to set a cookie via a Set-Cookie header was blocked because "
_CROSS_SITE: Final = "it came from a cross-site response which was not the response to a top-level navigation."
_NOT_STORED: Final = "A cookie is not stored, because the page belongs to another site (SameSite)"
_NOT_SENT: Final = "A cookie is not sent, because the page belongs to another site (SameSite)"
_NEEDS_SECURE: Final = "SameSite=None requires Secure"
_LAX: Final = "A cookie without SameSite is treated as SameSite=Lax"
_SECURE: Final = "A Secure cookie needs https"
_THIRD_PARTY: Final = "The browser blocks third-party cookies"
_PARTITIONED: Final = "The cookie is partitioned: each page's site has its own"
_DOMAIN: Final = "The cookie's Domain does not match the host"
_PREFIX: Final = "The cookie's prefix requires attributes that are missing"
_MALFORMED: Final = "The cookie is too large or malformed"
_UPGRADED: Final = "The browser changed http to https by itself"
_MIXED: Final = "An https page loads content over http (mixed content)"
_LOCAL: Final = "A page requests an address of the local network or of the user's own machine"
_CSP: Final = "The page's own Content-Security-Policy blocks the request"
_EXTENSION: Final = "An extension of the browser blocks the request"
_ORB: Final = "The response to a no-cors request is blocked (ORB, CORB)"
_RUST: Final = "The CORS layer does not allow the request (actix-cors, rocket_cors)"
_GO: Final = "rs/cors does not allow the request (Go)"
_ASP: Final = "The CORS policy does not allow the request (ASP.NET Core)"
_DJANGO: Final = "Django's CSRF protection refuses the request; it is not a CORS error"

_FIREWALL: Final = "A firewall in front of the service blocks the request"

OTHER_MESSAGES: Final[list[tuple[str, str]]] = [
    # Chromium's DevTools
    (_SET + 'it had the "`SameSite=Lax`" attribute but came from a cross-site response which was not', _NOT_STORED),
    (
        (
            'This `Set-Cookie` header didn\'t specify a "`SameSite`" attribute and was defaulted to "`SameSite=Lax,`" '
            f'was blocked because {_CROSS_SITE} The `Set-Cookie` had to have been set with "`SameSite=None`"'
        ),
        _NOT_STORED,
    ),
    (
        (
            'This cookie was blocked because it had the "SameSite=Strict" attribute and the request was made from a '
            "different site. This includes top-level navigation requests initiated by other sites."
        ),
        _NOT_SENT,
    ),
    (
        (
            'This cookie didn\'t specify a "SameSite" attribute when it was stored and was defaulted to '
            '"SameSite=Lax," and was blocked because the request was made from a different site.'
        ),
        _NOT_SENT,
    ),
    (
        _SET
        + 'it had the "SameSite=None" attribute but did not have the "Secure" attribute, which is required in order '
        'to use "SameSite=None".',
        _NEEDS_SECURE,
    ),
    (
        'This cookie was blocked because it had the "SameSite=None" attribute but was not marked "Secure".',
        _NEEDS_SECURE,
    ),
    (_SET + 'it had the "Secure" attribute but was not received over a secure connection.', _SECURE),
    ('This cookie was blocked because it had the "`Secure`" attribute and the connection was not secure.', _SECURE),
    ("This cookie was blocked due to user preferences.", _THIRD_PARTY),
    ("Setting this cookie was blocked due to third-party cookie phaseout.", _THIRD_PARTY),
    ("Third-party cookie will be blocked in future Chrome versions as part of Privacy Sandbox.", _THIRD_PARTY),
    (_SET + "its Domain attribute was invalid with regards to the current host url.", _DOMAIN),
    (_SET + 'it used the "`__Secure-`" or "`__Host-`" prefix in its name and broke the additional rules', _PREFIX),
    (_SET + "the cookie was too large. The combined size of the name and value must be less than", _MALFORMED),
    ("This `Set-Cookie` header had invalid syntax.", _MALFORMED),
    ("Provisional headers are shown. Disable cache to see full headers.", "Chrome shows provisional headers"),
    # Firefox
    (
        (
            "Cookie “session” has been rejected because it is in a cross-site context and its “SameSite” is "
            "“Lax” or “Strict”."
        ),
        _NOT_STORED,
    ),
    (
        (
            "Cookie “a” with the “SameSite” attribute value “Lax” or “Strict” was omitted because of a "
            "cross-site redirect."
        ),
        _NOT_SENT,
    ),
    (
        "Cookie “a” rejected because it has the “SameSite=None” attribute but is missing the “secure” attribute.",
        _NEEDS_SECURE,
    ),
    (
        (
            "Cookie “a” will be soon rejected because it has the “SameSite” attribute set to “None” without the "
            "“secure” attribute."
        ),
        _NEEDS_SECURE,
    ),
    (
        (
            "Cookie “a” has “SameSite” policy set to “Lax” because it is missing a “SameSite” attribute, "
            "and “SameSite=Lax” is the default value for this attribute."
        ),
        _LAX,
    ),
    ("Cookie “a” has been rejected because a non-HTTPS cookie can\u2019t be set as “secure”.", _SECURE),
    ("Cookie “a” has been rejected as third-party.", _THIRD_PARTY),
    (
        (
            "Request to access cookie or storage on “http://a/” was blocked because it came from a tracker and content "
            "blocking is enabled."
        ),
        _THIRD_PARTY,
    ),
    (
        "Cookie “a” has been rejected because it is foreign and does not have the “Partitioned“ attribute.",
        _THIRD_PARTY,
    ),
    (
        (
            "Partitioned cookie or storage access was provided to “http://a/” because it is loaded in the third-party "
            "context and dynamic state partitioning is enabled."
        ),
        _PARTITIONED,
    ),
    ("Cookie “a” has been rejected for invalid domain.", _DOMAIN),
    ("Cookie “a” has been rejected for invalid prefix.", _PREFIX),
    ("Cookie “a” is invalid because its size is too big. Max size is 4096 B.", _MALFORMED),
    ("Loading mixed (insecure) active content “http://a/” on a secure page", _MIXED),
    ("Upgrading insecure display request \u2018http://a/b.png\u2019 to use \u2018https\u2019", _UPGRADED),
    ("The resource at “http://a/” was blocked by OpaqueResponseBlocking. Reason: “after sniff”.", _ORB),
    (
        "Content-Security-Policy: The page\u2019s settings blocked the loading of a resource (connect-src) at http://a/",
        _CSP,
    ),
    ("(Reason: CORS disabled).", "CORS is disabled in Firefox"),
    # Chromium's console
    (
        (
            "Mixed Content: The page at 'https://a/' was loaded over HTTPS, but requested an insecure element "
            "'http://b/'. This request was automatically upgraded to HTTPS."
        ),
        _UPGRADED,
    ),
    ("Request had no target IP address space, yet the resource is in address space `private`.", _LOCAL),
    (
        "The request client is not a secure context and the resource is in more-private address space `loopback`.",
        _LOCAL,
    ),
    (CHROMIUM + "CORS policy: Permission was denied for this request to access the `loopback` address space.", _LOCAL),
    (
        PREFLIGHT + "No 'Access-Control-Allow-Private-Network' header was present in the preflight response for this "
        "private network request targeting the `local` address space.",
        _LOCAL,
    ),
    (
        (
            "Refused to connect to 'http://a/' because it violates the following Content Security Policy directive: "
            "\"connect-src 'self'\"."
        ),
        _CSP,
    ),
    ("GET https://a/ads.js net::ERR_BLOCKED_BY_CLIENT", _EXTENSION),
    (
        "Cross-Origin Read Blocking (CORB) blocked cross-origin response http://a/ with MIME type application/json.",
        _ORB,
    ),
    # WebKit
    ("Refused to connect to http://a/ because it does not appear in the connect-src directive of the policy.", _CSP),
    # Servers
    ("Disallowed CORS origin", "The CORS layer does not allow the page's origin (Starlette, FastAPI, Litestar)"),
    ("Disallowed CORS method", "The CORS layer does not allow the method (Starlette, FastAPI, Litestar)"),
    ("Disallowed CORS headers", "The CORS layer does not allow a request header (Starlette, FastAPI, Litestar)"),
    ("Disallowed CORS private-network", "The CORS layer does not allow access to a private network (Starlette)"),
    ("Invalid CORS request", "Spring refuses the request"),
    ("[cors] 2026/11/28 12:00:00   Preflight aborted: origin 'http://a' not allowed", _GO),
    ("Actual request no headers added: missing origin", _GO),
    ("Origin is not allowed to make this request", _RUST),
    ("CORS policy execution failed.", _ASP),
    ("Request origin http://localhost:4200 does not have permission to access the resource.", _ASP),
    ("HTTP 403 CORS Rejected - Invalid origin", "Vert.x or Quarkus does not allow the page's origin"),
    ("Error: Not allowed by CORS", "The application refuses the page's origin (Express)"),
    ("Invalid Preflight Request", "@fastify/cors does not accept the preflight"),
    ("Origin checking failed - https://a does not match any trusted origins.", _DJANGO),
    ('{"message":"Missing Authentication Token"}', "Amazon API Gateway does not know the route"),
    ("error code: 1020", "Cloudflare blocks the request"),
    ("error code: 1015", "Cloudflare blocks the request"),
    ("<title>Attention Required! | Cloudflare</title>", "Cloudflare blocks the request"),
    ("error code: 1033", "Cloudflare can't reach the service"),
    ("error code: 1101", "The function behind a gateway failed"),
    ("403 ERROR: The request could not be satisfied. Request blocked. Generated by cloudfront (CloudFront)", _FIREWALL),
    ("Request unsuccessful. Incapsula incident ID: 8000-1", _FIREWALL),
    ('You don\'t have permission to access "http://a/" on this server. Reference #18.7d', _FIREWALL),
    ("403 Forbidden Request forbidden by administrative rules.", _FIREWALL),
    (
        '{"url":"https://geo.captcha-delivery.com/captcha/"}',
        "A layer in front of the service wants to know whether a human is there",
    ),
    ('{"message":"no Route matched with those values"}', "A gateway in front of the service has no such route"),
    ('{"message":"No API key found in request"}', "A gateway in front of the service wants a key or a token"),
    ("RBAC: access denied", "A gateway in front of the service wants a key or a token"),
    (
        "This distribution is not configured to allow the HTTP request method that was used for this request.",
        "CloudFront doesn't pass on this method",
    ),
]
"""Messages about causes other than failures of Fetch, and the titles of their explanations."""
