"""What browsers do and the engine does not play: vectors whose departure is not the engine's to make, with the reason.

The engine gets an answer's head from `hdrcli.wire.head`, which reads a faulty one alike for all browsers, and no more
than the head. A vector that comes to pass must go from here: the test fails until it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.fetch.vector_files import UserAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """Vectors that one browser takes otherwise than the engine, for one reason."""

    browser: UserAgent
    reason: str
    vectors: frozenset[str]


def _beyond(browser: UserAgent, reason: str, vectors: str) -> Beyond:
    return Beyond(browser=browser, reason=reason, vectors=frozenset(vectors.split()))


def _heads(browser: UserAgent, reason: str, *numbers: int) -> Beyond:
    return Beyond(browser=browser, reason=reason, vectors=frozenset(f"heads-{number}" for number in numbers))


BEYOND_THE_ENGINE: Final = (
    # The page.
    _beyond(
        "webkit", "an opaque page has no URL here that Referer could tell", "network_headers-18 preflight_needed-8"
    ),
    # Cookies.
    _beyond(
        "webkit",
        "libsoup reads Set-Cookie in a way of its own (libsoup)",
        "cookies-48 cookies-54 cookies-55 cookies-63 cookies-66 cookies-67 cookies-68 cookies-69",
    ),
    _beyond("webkit", "a fetch that was refused cookies once gets none any more", "cookies-85"),
    # Bodies are not read.
    _beyond("webkit", "the body of a preflight answer must be whole", "preflight_judged-70"),
    _beyond("firefox", "the first chunk of a body must be sound", "preflight_judged-71 heads-76"),
    # The head reader: lines.
    _heads("chromium", "a blank before the colon is cut off, and the line counts", 24, 25, 26, 27),
    _heads("chromium", "a bare CR ends a line", 28, 29, 30, 31, 33, 37),
    _heads("firefox", "a bare CR stays in the value, and fetch() hides such a header", 28, 29, 30, 34),
    _heads("firefox", "a NUL outside of a value does not spoil the whole", 10, 11, 12),
    _heads("firefox", "of a continued line the line break alone is taken out", 13, 14),
    _heads("webkit", "of a continued line all blanks around the break become one (libsoup)", 14, 18),
    # The head reader: where a head ends.
    _heads("chromium", "over https a head must be whole", 36, 38, 48, 49, 50, 51, 52, 53, 54, 55),
    _heads("webkit", "a line must be ended (libsoup)", 37, 38, 39, 40, 42, 43, 45, 46, 48, 49, 51, 52, 54, 55, 57),
    _heads("webkit", "a head has 64 KiB at most (libsoup)", 59, 60),
    _heads("firefox", "a head may have 384 KiB", 61, 62),
    _heads("firefox", "a 101 is the answer", 82, 83),
    # The head reader: what tells how long the body is.
    _heads("webkit", "lengths that differ spoil the body alone (libsoup)", 66, 67, 68),
    _heads("webkit", "a length must be a number (libsoup)", 69, 70),
    _heads("webkit", "a transfer coding must be known (libsoup)", 77),
    # The head reader: status lines.
    _heads("chromium", "what does not begin with HTTP is HTTP/0.9", 47, 100, 101, 102, 128, 129),
    _heads("firefox", "no status line: HTTP/0.9", 47, 56, 92, 93, 94, 95, 96, 97, 98, 100, 101, 128, 129, 130, 131),
    _heads("chromium", "a line that begins with HTTP is a status line, in any case", 96, 97, 98, 99, 131),
    _heads("firefox", "the minor version may be anything", 99),
    _heads("chromium", "a status that is missing or faulty is 200", 110, 113, 114, 119),
    _heads("chromium", "a status may have four digits", 111, 112),
    _heads("firefox", "a blank must stand behind the status", 115, 116, 117, 118),
    _heads("webkit", "a version is 1.0 or 1.1 (libsoup)", 87, 88, 89, 90, 91, 92, 93, 94),
    _heads("webkit", "a status is a number of three digits over 99 (libsoup)", 103, 104, 105, 106, 107, 109, 115),
    _heads("webkit", "nothing may stand before the status line (libsoup)", 125, 127),
    _heads("chromium", "a line end before the status line is skipped like junk", 126),
    _heads("firefox", "a line end before the status line is skipped like junk", 126),
)


def is_beyond_the_engine(vector_id: str, user_agent: UserAgent) -> bool:
    return any(vector_id in beyond.vectors for beyond in BEYOND_THE_ENGINE if beyond.browser == user_agent)
