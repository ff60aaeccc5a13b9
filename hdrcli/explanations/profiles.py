"""The profiles of clients, as `hdrcli profiles` prints them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.explanations.layout import blocks, columns, wrapped_columns
from hdrcli.profiles import NAMES, Step, load_profile

_READS: Final = (
    ("must be sent and readable", "reads"),
    ("one must be sent; readable", "reads_one_of"),
    ("must be readable if sent", "reads_if_sent"),
    ("useful", "useful"),
)


def profiles_as_table() -> str:
    """The names, each with the client."""
    return columns((name, load_profile(name).title) for name in NAMES)


def profile_as_text(name: str) -> str:
    """One profile: its requests, the headers that it sets and reads, and the sources. `name` is one of `NAMES`."""
    profile = load_profile(name)
    return blocks(
        f"{profile.name}: {profile.title}",
        wrapped_columns((("URL", profile.url), *((("writes", profile.note),) if profile.note else ()))),
        *(_step(number, step) for number, step in enumerate(profile.steps, 1)),
        "Sources:\n" + "\n".join(f"  {source}" for source in profile.sources),
        f"hdrcli check URL --profile {profile.name} --origin https://app.example",
    )


def _step(number: int, step: Step) -> str:
    title = f"{number}. {step.method} {step.url or 'URL'} ({step.name})"
    if step.base:
        title = f"{number}. {step.method} {step.url} of the {step.base} ({step.name})"
    return f"{title}\n{wrapped_columns(_rows(step))}"


def _rows(step: Step) -> Iterator[tuple[str, str]]:
    if step.after is not None:
        name, status = step.after
        yield "only", f"after a {status} to {name}"
    if step.preflight_only:
        yield "only", "its preflight is sent"
    if step.needs:
        yield "needs", f"the {step.needs} from an earlier response"
    for name, value in step.headers:
        yield "sets", f"{name}: {value}"
    if step.body is not None:
        yield "body", step.body.replace("\0", "\\0")
    yield "accepts", ", ".join(step.statuses)
    for label, field in _READS:
        names: tuple[str, ...] = getattr(step, field)
        if names:
            yield "reads", f"{', '.join(names)} ({label})"
    for given in step.gives:
        yield "saves", f"{given.header or f'{given.member} of the body'}, as the {given.value}"
