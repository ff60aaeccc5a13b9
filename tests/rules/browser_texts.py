"""What users paste: whole messages as consoles show them, what they are about, and the values in them."""

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
    ("PreflightMissingAllowOriginHeader", {"allow-origin-missing"}, {"preflight": "Preflight"}),
    ("https://developer.mozilla.org/docs/Web/HTTP/CORS/Errors/CORSMissingAllowOrigin", {"allow-origin-missing"}, {}),
]
