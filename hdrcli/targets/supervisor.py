"""Runs a command until standard input ends, then stops it with all processes that it has started.

A program of its own, run by `hdrcli.targets.process`: the operating system closes its standard input even if hdrcli is
killed. It imports nothing of hdrcli. Its exit status is the command's.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading

_GRACE_SECONDS = 3.0
_NOT_FOUND = 127


def main(command: list[str]) -> int:
    """Run the command in a process group of its own, to its end or to that of standard input."""
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 -- its purpose
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)  # noqa: T201 -- its user reads it
        return _NOT_FOUND
    threading.Thread(target=_stop_at_end_of_input, args=[process], daemon=True).start()
    status = process.wait()
    _signal_group(process, "SIGKILL")  # what the command has left behind
    return status if status >= 0 else 128 - status


def _stop_at_end_of_input(process: subprocess.Popen[bytes]) -> None:
    """Let the processes end in order, then end them."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    _signal_group(process, "SIGTERM")
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    _signal_group(process, "SIGKILL")


def _signal_group(process: subprocess.Popen[bytes], name: str) -> None:
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, getattr(signal, name))
    elif process.poll() is None:  # Windows knows no groups, and ends a process with its children by force
        taskkill = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(taskkill, check=False, capture_output=True)  # noqa: S603 -- a program of the system


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
