"""`python -m tests.cli.rewrite` runs the command of each *.console file anew and writes what it printed."""

from __future__ import annotations

from tests.cli.consoles import FILES, command_of, console

if __name__ == "__main__":
    for file in sorted(FILES.glob("*.console")):
        file.write_text(console(command_of(file)), "utf-8")
