"""The program's entry: nothing is imported before it is known to be needed."""

from __future__ import annotations

import errno
import gc
import os
import sys


def main() -> int:
    """Run the command line and return its exit status (see `hdrcli.records.errors`). No traceback unless asked for."""
    if sys.argv[1:] in (["--version"], ["-V"]) and _print_version():
        return 0
    gc.set_threshold(100_000)  # little of what is made while modules load is garbage: looking for it takes 8 ms
    try:
        from hdrcli.cli.interrupts import exit_at_once

        exit_at_once()
        from hdrcli.cli.entry import run

        return run()
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from hdrcli.settings import is_debugging

        if is_debugging():
            raise
        from hdrcli.cli.streams import complain

        if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
            complain("Too many open files: the system's limit is too low (ulimit -n).")
            return 2
        complain(f"this is a bug of hdrcli: {type(error).__name__}: {error!r:.300}")
        complain("HDRCLI_DEBUG=1 shows where; please report it with the command line.")
        return 70
    finally:
        gc.freeze()  # all memory goes back to the system at once: looking for garbage before takes 20 ms


def _print_version() -> bool:
    """Print the version and return True; if that fails, the option's way through Typer reports why."""
    from hdrcli import __version__

    try:
        os.write(sys.stdout.fileno(), f"hdrcli {__version__}\n".encode())
    except (AttributeError, OSError):  # standard output is closed, or cannot be written
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
