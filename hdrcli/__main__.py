"""The program's entry: nothing is imported before it is known to be needed."""

from __future__ import annotations

import errno
import gc
import sys


def main() -> int:
    """Run the command line and return its exit status (see `hdrcli.records.errors`). No traceback unless asked for."""
    if sys.argv[1:] == ["--version"]:
        from hdrcli import __version__

        sys.stdout.write(f"hdrcli {__version__}\n")
        return 0
    gc.set_threshold(100_000)  # little of what is made while modules load is garbage: looking for it takes 8 ms
    try:
        from hdrcli.cli import run

        return run()
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from hdrcli.settings import is_debugging

        if is_debugging():
            raise
        if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
            sys.stderr.write("hdrcli: too many open files: the system's limit (ulimit -n) is too low.\n")
            return 2
        sys.stderr.write(f"hdrcli: this is a bug of hdrcli: {type(error).__name__}: {error!r:.300}\n")
        sys.stderr.write("hdrcli: HDRCLI_DEBUG=1 shows where; please report it with the command line.\n")
        return 70
    finally:
        gc.freeze()  # all memory goes back to the system at once: looking for garbage before takes 20 ms


if __name__ == "__main__":
    sys.exit(main())
