"""A CORS configuration as data, whatever the stack: what its options hold, and where its layer stands.

A fix is applied to this data just as a reader applies its text: lists take in the new values, and "..." stands for
those that are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

from hdrcli.stacks import write
from hdrcli.stacks.fix import Fix
from hdrcli.stacks.setting import Concept
from hdrcli.structs import replace

PAGE: Final = "https://app.example"
ADMIN: Final = "https://admin.example"
OTHER: Final = "https://other.example"
CUSTOM: Final = "X-Token"
TOTAL: Final = "X-Total-Count"

CONCEPTS: Final[tuple[Concept, ...]] = get_args(Concept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """`options` are those that are set. Without a `layer` nothing does CORS.

    `outermost` says that the layer responds to preflights before authentication does, `errors` that the 500 of an
    unhandled exception has its headers, too. `vary` says that responses have Vary: Origin, where the layer doesn't add
    it by itself. `doubled` are headers that a second layer adds (with a proxy, the application behind it does CORS
    itself), `dropped` those of them that are removed again.
    """

    options: Mapping[Concept, tuple[str, ...]]
    layer: bool = True
    outermost: bool = True
    errors: bool = True
    vary: bool = True
    doubled: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def lines(self, stack: str) -> tuple[str, ...]:
        """The options, as the stack's fixes are worded, so that these texts are what the server is made of."""
        return tuple(
            line
            for concept in CONCEPTS
            if concept in self.options
            for line in write(Fix(stack=stack, concept=concept, values=self.options[concept])).lines
        )

    def dropping(self, stack: str) -> tuple[str, ...]:
        """The lines that drop what is doubled."""
        return write(Fix(stack=stack, concept="one-layer", values=self.dropped)).lines if self.dropped else ()

    def with_option(self, concept: Concept, *values: str) -> Configuration:
        """The same, but for one option, which is unset if there are no values."""
        others = {name: value for name, value in self.options.items() if name != concept}
        return replace(self, options={**others, concept: values} if values else others)


CORRECT: Final = Configuration(
    options={
        "origins": (PAGE, ADMIN),
        "methods": ("GET", "PUT"),
        "request-headers": (CUSTOM, "Content-Type", "Authorization"),
        "expose": (TOTAL, "ETag"),
        "credentials": ("true",),
        "max-age": ("600",),
    },
)
"""Two pages read two headers, and save by PUT with a token and cookies."""


def apply(configuration: Configuration, fix: Fix) -> Configuration:
    """The configuration with the fix applied, and nothing else changed."""
    match fix.concept:
        case "cors-layer":
            return replace(configuration, layer=True, options={"origins": fix.values})
        case "outermost" | "preflights-first":
            return replace(configuration, outermost=True)
        case "errors":
            return replace(configuration, errors=True)
        case "one-layer":
            return replace(configuration, dropped=tuple(dict.fromkeys([*configuration.dropped, *fix.values])))
        case "vary-origin":
            return replace(configuration, vary=True)
        case concept:
            return configuration.with_option(concept, *_applied(configuration.options.get(concept, ()), fix))


def _applied(known: tuple[str, ...], fix: Fix) -> tuple[str, ...]:
    if fix.operation == "remove":
        return tuple(value for value in known if value not in fix.values) if fix.values else ()
    if fix.concept == "credentials":
        return ("true",)
    if fix.holds_all:
        return fix.values
    return tuple(dict.fromkeys([*known, *fix.values]))
