"""What reaches a terminal, a pipe, a file: widths, colours, and no text of a server's as it is."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli import in_process
from tests.cli.program import COMMAND, environment, hdrcli, hdrcli_process
from tests.serving.hostile import BEHAVIOURS, HostileServer
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import OPEN_TO_PAGE, Site

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b2J[bold red]x[/][link=http://evil]y[/link]\x07\x7f\u00ad"
ANSWERS = {
    "/items": answer(
        *OPEN_TO_PAGE,
        "Access-Control-Expose-Headers: X-Request-ID",
        "X-Request-ID: 7f3a",
        "Set-Cookie: session=s3cr3t; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000",
        "X-A-Name-That-Is-Longer-Than-Any-Column-Could-Be: " + "long " * 40,
        "Link: </items?page=2>; rel=next",
    ),
    "/wildcard": answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: *", "X-Total-Count: 1312"),
    "/closed": answer("X-Total-Count: 1312"),
    "/evil": answer(
        *OPEN_TO_PAGE,
        f"X-Evil: {EVIL}",
        f"Set-Cookie: {EVIL}={EVIL}; {EVIL}",
        f"Access-Control-Expose-Headers: {EVIL}",
    ),
    "/evil-origin": answer(f"Access-Control-Allow-Origin: {EVIL}"),
    "/evil-preflight": answer(*OPEN_TO_PAGE, f"Access-Control-Allow-Methods: {EVIL}"),
    "/evil-location": answer(*OPEN_TO_PAGE, f"Location: /items?{EVIL}", status="302 Found"),
    "/evil-scheme": answer(*OPEN_TO_PAGE, f"Location: evil:{EVIL}", status="302 Found"),
    "/evil-status": f"{EVIL}\r\n\r\n".encode("latin-1"),
    "/evil-host": answer(*OPEN_TO_PAGE, f"Location: http://{EVIL}/", status="302 Found"),
}
CASES = [
    ["/items"],
    ["/items", "--verbose"],
    ["/items", "--credentials=omit", "--credentials=same-origin", "--credentials=include"],
    ["/items", "--expect-readable=Link", "--origin=https://a-rather-long-name-of-a-page.example:8443"],
    ["/wildcard"],
    ["/closed"],
    ["/closed", "-X", "PUT", "-H", "Via: 1", "-H", "X-Asked: 1"],
    ["/evil"],
    ["/evil", "--verbose"],
    ["/evil-location", "--verbose"],
]

_progress = re.compile(r"(\r\x1b\[K[^\r\n]*)*\r\x1b\[K")
_colour = re.compile(r"\x1b\[[0-9;]*m")


def in_terminal(
    site: Site, *arguments: str, columns: int = 80, env: Mapping[str, str] | None = None
) -> tuple[int, list[str]]:
    """The exit status of a check with standard output and error in a terminal, and what stays on the terminal."""
    path, *options = arguments
    variables = environment({"TERM": "xterm-256color"} | dict(env or {}))
    status, written = in_process.run_in_terminal(
        ["check", site.url + path, "--fail-on=never", *options], variables, columns
    )
    shown = _progress.sub("", written.decode())  # where the machine is slow
    return status, shown.replace("\r\n", "\n").splitlines()


def written_to_terminal(
    url: str, *arguments: str, columns: int = 80, env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """... and all that the terminal got, of a process of its own."""
    ours, its = os.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    path, *options = arguments
    with (
        os.fdopen(ours, "rb", buffering=0) as terminal,
        subprocess.Popen(
            [*COMMAND, "check", url + path, "--fail-on=never", *options],
            env=environment({"TERM": "xterm-256color"} | dict(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=its,
            stderr=its,
        ) as process,
    ):
        os.close(its)
        written = b""
        try:
            while chunk := terminal.read(65536):
                written += chunk
        except OSError:
            pass  # Linux says so that nobody holds the other end any more
        status = process.wait(DEADLINE)
    return status, written.decode()


def bare(line: str) -> str:
    """The line without colours, and with nothing else that is not printable."""
    text = _colour.sub("", line)
    assert text.isprintable(), text
    return text


@pytest.mark.parametrize("arguments", CASES, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(arguments: list[str]) -> None:
    with Site(ANSWERS) as site:
        status, lines = in_terminal(site, *arguments)

    assert status in {0, 1}
    assert any(_colour.search(line) for line in lines)
    assert max(len(bare(line)) for line in lines) <= 80


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("path", ["/items", "/wildcard"])
def test_every_header_is_named_at_any_width(path: str, columns: int) -> None:
    with Site(ANSWERS) as site:
        status, lines = in_terminal(site, path, columns=columns)

    text = re.sub(r"\s", "", "".join(map(bare, lines)))
    assert status == 0
    assert ("X-Request-ID" if path == "/items" else "X-Total-Count") in text
    assert max(len(bare(line)) for line in lines) <= columns


def test_a_verdict_is_never_cut() -> None:
    long_name = "X-A-Name-Of-Twenty-Eight-Let"
    with Site({"/items": answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: *", f"{long_name}: 1")}) as site:
        _, lines = in_terminal(site, "/items", "--credentials=omit", "--credentials=include")

    assert ["readable", "hidden"] in [
        line.split()[1:3] for line in map(bare, lines) if line.startswith(f"  {long_name} ")
    ]


def test_what_is_waited_for_is_told_and_taken_back() -> None:
    behaviour = BEHAVIOURS["never-answers"]
    with HostileServer(behaviour) as server:
        told = f"hdrcli: GET {server.url}, request 1 ..."
        patience = ["--timeout=1.5", "--credentials=omit", "--browser=standard"]
        status, written = written_to_terminal(server.url, "", *patience, columns=60)
        _, in_a_dumb_one = written_to_terminal(server.url, "", *patience, env={"TERM": "dumb"})

    assert status == 3
    assert written.startswith(f"\r\x1b[K{told[:59]}\r\x1b[Khdrcli: GET ")
    assert " within 1.5 s." in written
    assert written.endswith("UNREACHABLE: no response from 1 service (exit 3)\x1b[0m\r\n")
    assert "\x1b" not in in_a_dumb_one


def test_a_tiny_terminal_gets_something() -> None:
    with Site(ANSWERS) as site:
        status, lines = in_terminal(site, "/items", columns=1)

    assert status == 0
    assert any(map(bare, lines))


def test_no_color_switches_colours_off() -> None:
    with Site(ANSWERS) as site:
        _, lines = in_terminal(site, "/items", env={"NO_COLOR": "1"})

    sequences = _colour.findall("".join(lines))
    numbers = {int(number or 0) for sequence in sequences for number in sequence[2:-1].split(";")}
    assert numbers <= {0, 1, 2, 22}  # bold and faint are no colours


@pytest.mark.parametrize(
    ("variables", "options", "in_a_terminal", "in_a_pipe"),
    [
        ({}, [], "colored", "plain"),
        ({}, ["--color=always"], "colored", "colored"),
        ({}, ["--color=NEVER"], "plain", "plain"),
        ({"HDRCLI_COLOR": "always"}, [], "colored", "colored"),
        ({"NO_COLOR": "1"}, [], "bold", "plain"),
        ({"NO_COLOR": "1"}, ["--color=always"], "colored", "colored"),
        ({"CLICOLOR": "0"}, [], "bold", "plain"),
        ({"CLICOLOR": "1"}, [], "colored", "plain"),
        ({"CLICOLOR_FORCE": "1"}, [], "colored", "colored"),
        ({"CLICOLOR_FORCE": "0"}, [], "colored", "plain"),
        ({"FORCE_COLOR": "1"}, [], "colored", "colored"),
        ({"FORCE_COLOR": "1"}, ["--color=never"], "plain", "plain"),
        ({"TERM": "dumb"}, ["--color=always"], "colored", "colored"),
    ],
    ids=str,
)
def test_colors(variables: dict[str, str], options: list[str], in_a_terminal: str, in_a_pipe: str) -> None:
    def kind(text: str) -> str:
        sequences = _colour.findall(text)
        numbers = {int(number or 0) for sequence in sequences for number in sequence[2:-1].split(";")}
        return "colored" if numbers - {0, 1, 2, 22} else "bold" if numbers else "plain"

    with Site(ANSWERS) as site:
        _, lines = in_terminal(site, "/items", *options, env=variables)
        ended = hdrcli("check", site.url + "/items", *options, env=variables)

    assert (kind("".join(lines)), kind(ended.out)) == (in_a_terminal, in_a_pipe)


def test_a_dumb_terminal_gets_no_escape_sequence() -> None:
    with Site(ANSWERS) as site:
        status, lines = in_terminal(site, "/items", env={"TERM": "dumb"})

    assert status == 0
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("arguments", CASES, ids=" ".join)
def test_a_pipe_gets_plain_lines_without_trailing_blanks(arguments: list[str]) -> None:
    path, *options = arguments
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + path, *options)

    lines = ended.out.splitlines()
    assert lines
    assert all(line.isprintable() for line in lines)
    assert [line for line in lines if line != line.rstrip()] == []
    assert ended.out.endswith("\n")
    assert not ended.out.endswith("\n\n")


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=str,
)
@pytest.mark.parametrize("options", [["--format=json"], ["--verbose"]], ids=str)
def test_no_encoding_is_too_poor(env: dict[str, str], options: list[str]) -> None:
    wide = answer(*OPEN_TO_PAGE, "X-Name: Zo\xeb \xe6\x97\xa5", "X-Long: " + "\xfc" * 200)
    with Site({"/items": wide}) as site:
        ended = subprocess.run(
            [*COMMAND, "check", site.url + "/items", *options],
            env=environment(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DEADLINE,
            check=False,
        )

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"X-Name" in ended.stdout


def test_a_pipe_gets_all_of_a_value() -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE, "X-Long: " + "long " * 300 + "end")}) as site:
        ended = hdrcli("check", site.url + "/items")
        _, lines = in_terminal(site, "/items")

    assert any(line.endswith("long " * 300 + "end") for line in ended.out.splitlines())
    assert any("long long" in line and line.endswith("…") for line in map(bare, lines))


@pytest.mark.parametrize("columns", [20, 40, 80, 120, 200])
@pytest.mark.parametrize("arguments", CASES, ids=" ".join)
def test_a_width_that_is_asked_for_is_kept_in_a_pipe(arguments: list[str], columns: int) -> None:
    path, *options = arguments
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + path, *options, "--no-probe", env={"COLUMNS": str(columns)})

    assert max(map(len, ended.out.splitlines())) <= columns


def test_a_poor_encoding_does_not_widen_lines() -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE, "X-Long: " + "\xfc" * 200)}) as site:
        ended = hdrcli_process("check", site.url + "/items", env={"PYTHONIOENCODING": "ascii", "COLUMNS": "80"})

    assert max(map(len, ended.out.splitlines())) <= 80


def test_marks_have_a_substitute_where_the_encoding_lacks_them() -> None:
    with Site(ANSWERS) as site:
        urls = [site.url + path for path in ("/items", "/wildcard")]
        rich = hdrcli_process("check", *urls, "--no-probe")
        poor = hdrcli_process("check", *urls, "--no-probe", env={"PYTHONIOENCODING": "ascii"})

    assert "x-request-id ✓" in rich.out
    assert "x-a-name-that-is-longer-than-any-column-could-be -" in poor.out
    assert "x-request-id +" in poor.out


# --- a reader that has enough ---------------------------------------------------------------------------


def piped_to_nobody(*arguments: str, lines: int) -> tuple[int, bytes]:
    """The exit status, and what is written to standard error, when the reader goes after so many lines."""
    pipe = subprocess.PIPE
    command = [*COMMAND, *arguments]
    with subprocess.Popen(
        command,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
    ) as process:
        assert process.stdout
        assert process.stderr
        for _ in range(lines):
            assert process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    return process.returncode, errors


LONG = answer(*OPEN_TO_PAGE, *(f"X-Header-{number}: {number}" for number in range(500)))


@pytest.mark.parametrize("options", [[], ["--format=json"], ["--verbose"]], ids=str)
@pytest.mark.parametrize("lines", [0, 1])
def test_a_closed_pipe_ends_it_without_a_word(lines: int, options: list[str]) -> None:
    with Site({"/items": LONG}) as site:
        status, errors = piped_to_nobody("check", site.url + "/items", *options, lines=lines)

    assert errors == b""
    assert status in {0, 1}


def test_a_closed_pipe_ends_help_without_a_word() -> None:
    assert piped_to_nobody("check", "--help", lines=0)[1] == b""


@pytest.mark.parametrize("path", ["/items", "/long"])
@pytest.mark.parametrize(
    ("options", "status"),
    [
        pytest.param([], 0),
        (["--expect-readable=X-None"], 1),
    ],
    ids=str,
)
def test_a_closed_pipe_does_not_change_the_verdict(path: str, options: list[str], status: int) -> None:
    with Site({"/items": ANSWERS["/items"], "/long": LONG}) as site:
        assert piped_to_nobody("check", site.url + path, *options, lines=0)[0] == status


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("options", [[], ["--format=json"]], ids=str)
def test_output_that_cannot_be_written_is_no_bug_of_ours(options: list[str]) -> None:
    with Site(ANSWERS) as site, Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, "check", site.url + "/items", *options],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=DEADLINE,
            check=False,
        )

    assert ended.returncode not in {0, 70}
    assert len(ended.stderr.splitlines()) == 1


# --- text of the server's -------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [["--verbose"], ["-X", "PUT"]], ids=" ".join)
@pytest.mark.parametrize("path", [path for path in ANSWERS if "evil" in path])
def test_no_text_of_the_servers_reaches_a_terminal_as_it_is(path: str, options: list[str]) -> None:
    with Site(ANSWERS) as site:
        status, lines = in_terminal(site, path, "--timeout=5", *options)

    assert status in {0, 1}
    text = "".join(map(bare, lines))  # which holds no escape sequence but colours
    assert "owned" not in text or r"\x1b]0;owned\x07" in text
    assert "\x1b]8;" not in "".join(lines)


def test_markup_is_shown_letter_by_letter() -> None:
    markup = "[bold red]x[/] [/] \\[a] :smile: [link=http://evil]y[/link]"
    with Site({"/items": answer(*OPEN_TO_PAGE, f"X-Markup: {markup}")}) as site:
        ended = hdrcli("check", site.url + "/items", "--verbose")

    assert f"< X-Markup: {markup}" in ended.out
