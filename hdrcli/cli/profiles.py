"""`hdrcli profiles`."""

from __future__ import annotations

from typing import Annotated

import typer

from hdrcli.cli.streams import tell
from hdrcli.records.errors import UsageError


def profiles(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False, help="A profile.")] = None,
) -> None:
    """List the clients that hdrcli check --profile knows, or show one: its requests, headers and sources."""
    from hdrcli.explanations.profiles import profile_as_text, profiles_as_table
    from hdrcli.profiles import NAMES

    if name is None:
        tell(profiles_as_table())
        return
    chosen = name.strip().lower()
    if chosen not in NAMES:
        raise UsageError(f'There is no profile "{name[:60]}". The profiles are {", ".join(NAMES)}.')
    tell(profile_as_text(chosen))
