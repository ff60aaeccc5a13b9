"""A change of the CORS configuration, whatever the stack calls it.

A rule says which change is needed (`Setting`); `hdrcli.stacks.writing` words it for a stack (`Fix`, `FixText`).
"""

from __future__ import annotations

from typing import Literal

from hdrcli.structs import Record

Concept = Literal["origins", "methods", "request-headers", "expose", "credentials", "max-age"]
"""An option that every CORS layer has, by some name."""

Arrangement = Literal["cors-layer", "outermost", "preflights-first", "errors", "one-layer", "vary-origin"]
"""Where the CORS layer stands, and which responses it sees.

- `cors-layer`: there is none yet; add one.
- `outermost`: it has to wrap all that responds.
- `preflights-first`: it has to respond to preflights before authentication, a router or a proxy does.
- `errors`: error responses need its headers, too.
- `one-layer`: two layers send the headers in `values`; drop those of the layer behind this one.
- `vary-origin`: the responses depend on Origin and have to say so.
"""

Operation = Literal["set", "add", "remove"]


class Setting(Record, frozen=True, kw_only=True):
    """The change of one option or arrangement.

    "set" makes `values` the option's value, "add" adds them to it, "remove" takes them out (without `values`: removes
    the option). `complete` says that `values` is the whole list; otherwise the option holds others, which no response
    has shown, and which have to stay. `credentials` with "set" needs no value: it is true. `stack` names the layer to
    change, where a response shows that it is another one than the service's stack.
    """

    concept: Concept | Arrangement
    values: tuple[str, ...] = ()
    operation: Operation = "set"
    complete: bool = True
    stack: str = ""
