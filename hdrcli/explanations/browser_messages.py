"""What browsers report about cookies, mixed content, local networks and other causes that look like CORS.

The messages about failures of Fetch are in `hdrcli.verdict.console_table`. Sources: `core/sdk/NetworkRequest.ts` of
Chromium's DevTools, `cors_error_string.cc` of Blink, Firefox's `necko.properties` and `security.properties`, and
`MixedContentChecker.cpp` of WebKit.
"""

from __future__ import annotations

from typing import Final

from hdrcli.explanations.commands import check_command
from hdrcli.explanations.topics import Topic

_COOKIE_COMMAND: Final = (
    f"To see which cookies are stored and sent, and why not:\n  {check_command(credentials=True)} --cookie 'NAME=VALUE'"
)

_COOKIES: Final = (
    Topic(
        title="A cookie is not stored, because the page belongs to another site (SameSite)",
        phrases=(
            "was blocked because it had the SameSite=\u2026 attribute but came from a cross-site response",
            "Set-Cookie\u2026 didn't specify a SameSite attribute",
            "has been rejected because it is in a cross-site context and its SameSite is Lax or Strict",
            "A cookie associated with a cross-site resource\u2026 was set without the SameSite attribute",
        ),
        text="""\
A cookie without SameSite, or with Lax or Strict, is not stored from a response to fetch() if page and service belong to
different sites. Set it with SameSite=None; Secure, over https (FastAPI: response.set_cookie(…, samesite="none",
secure=True)), or serve both from one site: app.example.com and api.example.com are the same site.""",
        rules=("HDR601",),
        command=_COOKIE_COMMAND,
    ),
    Topic(
        title="A cookie is not sent, because the page belongs to another site (SameSite)",
        phrases=(
            "was blocked because it had the SameSite=\u2026 attribute and the request was made from a different site",
            "was blocked because it had the SameSite=\u2026 attribute but the request was cross-site",
            "This cookie didn't specify a SameSite attribute when it was stored",
            "was omitted because of a cross-site redirect",
        ),
        text="""\
The browser holds the cookie and omits it from the request, because page and service belong to different sites (a
different scheme makes a different site in Chromium) and the cookie is not SameSite=None. Set it with SameSite=None;
Secure, or serve both from one site.""",
        rules=("HDR602",),
        command=_COOKIE_COMMAND,
    ),
    Topic(
        title="SameSite=None requires Secure",
        phrases=(
            "had the SameSite=None attribute but did not have the Secure attribute",
            "had the SameSite=None attribute but was not marked Secure",
            "rejected because it has the SameSite=None attribute but is missing the secure attribute",
            "has the SameSite attribute set to None\u2026 without the secure attribute",
        ),
        text="""\
Chromium and Firefox reject a cookie that is SameSite=None and not Secure. Add Secure (FastAPI: secure=True) and serve
it over https; on localhost, Chromium and Firefox accept Secure over http.""",
        rules=("HDR601",),
        command=_COOKIE_COMMAND,
    ),
    Topic(
        title="A cookie without SameSite is treated as SameSite=Lax",
        phrases=(
            "has SameSite policy set to Lax because it is missing a SameSite attribute",
            "does not have a proper SameSite attribute value",
            "Invalid SameSite value for cookie",
        ),
        text="""\
This is a notice, not an error: the cookie is stored, but not sent from pages of other sites. State SameSite explicitly:
None with Secure if other sites need the cookie, Lax or Strict otherwise.""",
        rules=("HDR601", "HDR602"),
        command=_COOKIE_COMMAND,
    ),
    Topic(
        title="A Secure cookie needs https",
        phrases=(
            "had the Secure attribute but was not received over a secure connection",
            "had the Secure attribute and the connection was not secure",
            "a non-HTTPS cookie can't be set as secure",
            "would have overwritten a cookie with the Secure attribute",
            "because there is an existing secure cookie",
        ),
        text="""\
The cookie is Secure, or a Secure cookie of the same name exists, and the URL is http. Serve it over https. Safari
requires that on localhost, too.""",
        rules=("HDR601", "HDR602"),
        command=_COOKIE_COMMAND,
    ),
    Topic(
        title="The browser blocks third-party cookies",
        phrases=(
            "cookie was blocked due to user preferences",
            "header was blocked due to user preferences",
            "third-party cookie phaseout",
            "third-party cookie will be blocked",
            "third-party cookie is blocked",
            "has been rejected as third-party",
            "has been rejected by user set permissions",
            "Request to access cookie or storage on\u2026 was blocked",
            "Request to access cookies or storage on\u2026 was blocked",
            "because it is foreign and does not have the Partitioned attribute",
        ),
        text="""\
Page and service belong to different sites, and the browser's settings or tracking protection block such cookies. No
attribute and no CORS header changes that for an ordinary cookie. Serve both from one site (app.example.com and
api.example.com), or use a token in Authorization. A cookie that only has to work within this page's site can be
Partitioned.""",
        rules=("HDR601", "HDR602"),
        command=f"{_COOKIE_COMMAND} --third-party-cookies block",
    ),
    Topic(
        title="The cookie is partitioned: each page's site has its own",
        phrases=(
            "Partitioned cookie or storage access was provided",
            "has the Partitioned attribute but is missing the secure attribute",
        ),
        text="""\
Firefox keeps the cookies of other sites apart for each page's site, and so do all browsers with cookies that are
Partitioned. The cookie that was set on the service's own pages is not sent. Partitioned cookies must also be Secure. A
login that several sites share needs a page and a service of one site, or a token.""",
        rules=("HDR601", "HDR602"),
        command=_COOKIE_COMMAND,
    ),
    Topic(
        title="The cookie's Domain does not match the host",
        phrases=(
            "Domain attribute was invalid with regards to the current host url",
            "has been rejected for invalid domain",
            "neither did the request URL's domain exactly match the cookie's domain",
            "its path was not an exact match for or a superdirectory of the request url's path",
        ),
        text="""\
A response can set cookies only for its own host or for a parent domain of it, not for the page's, for a public suffix
such as github.io, or for another host name of the same machine. A cookie is sent only to its domain and path. Omit
Domain and set Path=/, unless subdomains need the cookie.""",
        rules=("HDR601", "HDR602"),
        command=_COOKIE_COMMAND,
    ),
    Topic(
        title="The cookie's prefix requires attributes that are missing",
        phrases=("used the __Secure- or __Host- prefix in its name", "has been rejected for invalid prefix"),
        text="""\
A name that begins with __Secure- requires Secure. __Host- also requires Path=/ and no Domain.""",
        rules=("HDR601",),
        command=_COOKIE_COMMAND,
    ),
    Topic(
        title="The cookie is too large or malformed",
        phrases=(
            "the cookie was too large",
            "it was too large. The combined size of the name and value",
            "is invalid because its size is too big",
            "Set-Cookie header had invalid syntax",
            "Set-Cookie header contained a disallowed character",
            "has been rejected for invalid characters in the",
            "Cookie with an empty name and an empty value has been rejected",
        ),
        text="""\
Name and value together may have 4096 bytes, without control characters. Store an ID in the cookie and the data on the
server; encode other values with quote() (Python) or encodeURIComponent().""",
        rules=("HDR601",),
        command=_COOKIE_COMMAND,
    ),
)

_NETWORK: Final = (
    Topic(
        title="The browser changed http to https by itself",
        phrases=(
            "automatically upgraded to HTTPS",
            "automatically upgraded and should be served over HTTPS",
            "Upgrading insecure display request",
            "Upgrading insecure request",
            "This content should also be served over HTTPS",
        ),
        text="""\
The page requests an http URL, and the browser sends the request over https instead. If the service has no https, the
request fails as if the service were down. Write the https URL in the page, or serve the page over http in
development.""",
        rules=("HDR002",),
    ),
    Topic(
        title="An https page loads content over http (mixed content)",
        phrases=("Blocked loading mixed display content", "Loading mixed (insecure)", "blocked:mixed-content"),
        text="""\
"Active" content, such as the responses to fetch(), is blocked; "display" content, such as images, may be upgraded to
https. Use https URLs.""",
        rules=("HDR002", "HDR402"),
    ),
    Topic(
        title="A page requests an address of the local network or of the user's own machine",
        phrases=(
            "target IP address space",
            "Unable to ask for permission to access the",
            "was denied for this request to access the",
            "more-private address space",
            "Access-Control-Allow-Private-Network header",
            "Private-Network-Access-Name header",
            "Private-Network-Access-Id header",
            "Access-Control-Allow-External header",
        ),
        text="""\
Chromium protects private addresses from public pages. A page on http may not request them at all ("not a secure
context"): serve it over https. A page on https may do so after its user has given permission; if it was refused, change
it in the site's settings. No CORS header changes that in today's versions. Those that ask for
Access-Control-Allow-Private-Network are older ones, with the preflights of Private Network Access.""",
        rules=("HDR505",),
    ),
)

_OTHERS: Final = (
    Topic(
        title="The page's own Content-Security-Policy blocks the request",
        phrases=(
            "violates the following Content Security Policy directive",
            "Content-Security-Policy: The page's settings blocked",
            "it does not appear in the connect-src directive",
            "blocked:csp",
        ),
        text="""\
The page, not the service, forbids the request: add the service's origin to connect-src in the page's
Content-Security-Policy. hdrcli does not load pages and cannot see that header.""",
    ),
    Topic(
        title="An extension of the browser blocks the request",
        phrases=("ERR_BLOCKED_BY_CLIENT", "blocked:other"),
        text="""\
An ad blocker or another extension stopped the request before it was sent, mostly because the URL looks like
advertising or tracking. Try a private window without extensions.""",
    ),
    Topic(
        title="The response to a no-cors request is blocked (ORB, CORB)",
        phrases=(
            "was blocked by OpaqueResponseBlocking",
            "ERR_BLOCKED_BY_ORB",
            "Cross-Origin Read Blocking (CORB) blocked",
        ),
        text="""\
The request was made without CORS, by an <img> or <script> element or in the mode "no-cors", and the response is not of
a type that such a request may load, such as JSON. Request it with fetch() in the default mode, and let the service
allow the page's origin.""",
    ),
    Topic(
        title="Chrome shows provisional headers",
        phrases=("Provisional headers are shown",),
        text="""\
DevTools doesn't know the headers that were sent: the request was blocked before it was sent, answered from the cache,
or handled by a service worker. The list is incomplete, so don't judge CORS by it.""",
    ),
    Topic(
        title="CORS is disabled in Firefox",
        phrases=("Reason: CORS disabled", "CORS header Origin cannot be added"),
        text="""\
The browser itself cannot make CORS requests: the preference content.cors.disable is set in about:config, or an
extension interferes. The service is not the cause.""",
    ),
)

BROWSER_MESSAGES: Final = (*_COOKIES, *_NETWORK, *_OTHERS)
