"""Wrong usage that Typer finds, in one sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import typer

from hdrcli.cli.habits import INSTEAD

_NEAR = 0.8
"""How similar two names are (`difflib`) that may be mistaken for each other: --orign and --origin, not --quiet and
--cert."""


def is_wrong_usage(error: Exception) -> bool:
    """Whether Typer could not make sense of the arguments."""
    return isinstance(error, typer.BadParameter.__bases__)  # their common class has no public name


def sentence(error: Exception) -> str:
    """What is wrong, and what was meant, or where to look."""
    from hdrcli.text.redaction import redact_command  # few starts of the program need it

    context, option = getattr(error, "ctx", None), getattr(error, "option_name", None)
    if context is not None and option is not None:
        if context.command.name == "check" and option in INSTEAD:
            return f"There is no option {option}. {INSTEAD[option]}"
        known = [name for parameter in context.command.params for name in (*parameter.opts, *parameter.secondary_opts)]
        near = " or ".join(_near(option, known))
        return f"There is no option {option}. " + (f"Did you mean {near}?" if near else _see(context))
    if context is None and option == "--json":
        from hdrcli.targets import JSON_IS_BODY  # few starts of the program need it

        return f"{_of_typer(error)} {JSON_IS_BODY}".replace("'", '"')
    message = redact_command(_of_typer(error)).replace("No such command", "There is no command").replace("'", '"')
    if "://" in message:
        return f'{message} Did you mean "hdrcli check URL"?'
    return message if message.endswith("?") or context is None else f"{message.rstrip('.')}. {_see(context)}"


def _of_typer(error: Exception) -> str:
    """Typer's sentence. It begins with the option, as ours do: --format "xml" is not one of "table", "json"."""
    parameter, message = getattr(error, "param", None), getattr(error, "message", "")
    if parameter is None or not message:  # without a message, an argument is missing
        return str(error.format_message() if hasattr(error, "format_message") else error)
    return f"{parameter.opts[0]} {message}" if parameter.param_type_name == "option" else str(message)


def _see(context: typer.Context) -> str:
    return f'See "{context.command_path} --help".'


def _near(option: str, known: Iterable[str]) -> list[str]:
    known = list(known)
    beginning = [name for name in known if name.startswith(option)] if option.startswith("--") else []
    return beginning or difflib.get_close_matches(option, known, cutoff=_NEAR)
