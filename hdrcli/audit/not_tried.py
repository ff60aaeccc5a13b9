"""Origins that other tools try or may be expected, and the reason why an audit does not try them."""

from __future__ import annotations

from typing import Final

NOT_TRIED: Final = (
    ("the service's own origin", "its pages need no CORS"),
    ("https://APP.EXAMPLE", "browsers write schemes and hosts in lower case"),
    ("https://app.example:443", "browsers omit the default port"),
    ("https://app.example@evil.example", "an origin has no user"),
    ("app.example", "an origin always has a scheme"),
    ("an empty Origin, or several", "browsers send one, or none at all"),
    ("control characters, %0d%0a, %0b, spaces, ^ | % < >", "a URL's host cannot have them"),
    ("https://app.example%60.evil.example", "browsers decode it: the origin has the character itself"),
    (
        "http://167772161 and http://[::ffff:a00:1] for http://10.0.0.1",
        "the first is not what browsers write, the other is the same machine",
    ),
    ("https://app.example{.evil.example", "servers treat { like }, which is tried"),
    ("file://", "the origin of a file is null"),
    ("https://app.example.", "it is the same name in DNS, so that nobody else can have a page there"),
    ("https://app.example$.app.example", "only the owner of app.example can make such a name"),
    ("https://appaexample for https://app.example", "nobody can register a top-level domain"),
    ("https://app.example for http://app.example", "https pages cannot request http, and the page has the same owner"),
    (
        "capacitor://localhost, ionic://localhost, tauri://localhost, vscode-webview://ID",
        "an app has cookies of its own, and its server has to allow it",
    ),
)
