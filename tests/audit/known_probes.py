"""The probes of all known scanners for CORS, and others that may be expected: where an audit has each of them.

The scanners are CORScanner, Corsy, CORStest, CorsMe, CorsOne, corsair_scan, nuclei with its template, ZAP, HTTP
Observatory, humble, PTK and others. Each value is the name of a probe, an origin of `NOT_TRIED`, a check of
`OTHER_CHECKS`, or a server of the bed whose responses browsers refuse.
"""

from __future__ import annotations

from typing import Final

_VARY: Final = "`Vary` without `Origin`"
_PREFLIGHT_VARY: Final = "`Vary` of preflights"
_PREFLIGHTS: Final = "preflights, and the methods and headers that they allow"
_LISTS: Final = "a list of origins, or of methods"
_OTHER_HEADERS: Final = "`Access-Control-Expose-Headers`, `Access-Control-Max-Age`"
_PRIVATE_NETWORK: Final = "`Access-Control-Request-Private-Network`"

OTHER_CHECKS: Final[dict[str, str]] = {
    _VARY: "a cache may mix up responses: HDR501",
    _PREFLIGHT_VARY: "caches do not store responses to OPTIONS",
    _PREFLIGHTS: "they are about what pages can send: `hdrcli check -X PUT -H 'X-Token: 1'`",
    _LISTS: "only you know them: `hdrcli check --origin A --origin B`",
    _OTHER_HEADERS: "they are about the service's own pages: HDR301 and others, HDR206",
    _PRIVATE_NETWORK: "browsers have abandoned such preflights",
}
"""Checks of scanners that do not show who can read, and the reason or where hdrcli has them."""

OF_SCANNERS: Final[dict[str, str]] = {
    "the service's own origin": "the service's own origin",
    "an unrelated origin": "any-origin",
    "null": "null",
    "the host with a domain appended": "label-appended",
    "the host with text appended": "text-appended",
    "the host or the domain with text prepended": "text-prepended",
    "a subdomain": "subdomain",
    "a subdomain over http": "http-subdomain",
    "the host over http": "http",
    "the domain with text prepended over http": "http-text-prepended",
    "the domain without its first letter": "part-of-host",
    "dots replaced": "dot-replaced",
    "an underscore behind the host": "special-character",
    "a backtick behind the host, or %60": "special-character",
    "other characters behind the host": "special-character",
    "a label of a special character": "special-label",
    "a character between the host and itself": "https://app.example$.app.example",
    "a host without a scheme": "app.example",
    "another port": "other-port",
    "localhost with a domain appended": "localhost-label",
    "playgrounds": "shared-hosting",
    "storage of Amazon": "shared-hosting",
    "origins of a list": _LISTS,
    "another top-level domain": "other-top-level-domain",
    "the host over https, of an http service": "https://app.example for http://app.example",
    "a wildcard": "any-origin",
    "a wildcard with credentials": "a wildcard with credentials, which browsers refuse",
    "the origin of another host, whoever requests": "named-origin",
    "// as the value": "a placeholder for any origin, which browsers refuse",
    "several values": "several origins in one line, which browsers refuse",
    "Vary without Origin": _VARY,
    "Vary without Access-Control-Request-Method and -Headers": _PREFLIGHT_VARY,
    "OPTIONS with Origin": _PREFLIGHTS,
    "the methods of a preflight": _PREFLIGHTS,
    "the headers of a preflight": _PREFLIGHTS,
    "line ends in the origin": "control characters, %0d%0a, %0b, spaces, ^ | % < >",
    "all methods from all origins": _LISTS,
    "the value of Access-Control-Expose-Headers": _OTHER_HEADERS,
    "the value of Access-Control-Max-Age": _OTHER_HEADERS,
    "an origin with a cookie": "any-origin-with-cookie",
}

OF_NOBODY: Final[dict[str, str]] = {
    "a dot at the end": "https://app.example.",
    "upper case": "https://APP.EXAMPLE",
    "other alphabets": "other-alphabet",
    "the default port": "https://app.example:443",
    "other forms of an IP address": "http://167772161 and http://[::ffff:a00:1] for http://10.0.0.1",
    "extensions of Chromium": "extension",
    "extensions of Firefox": "extension-of-firefox",
    "extensions of Safari": "extension-of-safari",
    "apps": "capacitor://localhost, ionic://localhost, tauri://localhost, vscode-webview://ID",
    "files": "file://",
    "a user": "https://app.example@evil.example",
    "several Origin headers, or an empty one": "an empty Origin, or several",
    "no Origin": _VARY,
    "private networks": "private-address",
    "localhost": "localhost",
    "Access-Control-Request-Private-Network": _PRIVATE_NETWORK,
    "an empty list of origins": "any-origin",
    "CORS headers only on errors": "reflects any origin on an error",
    "GET and OPTIONS that differ": _PREFLIGHTS,
    "everything below a public suffix": "text-prepended",
    "null after a redirect": "null",
    "credentials that are not exactly true": "credentials that are not true",
}
