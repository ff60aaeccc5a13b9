"""Changes of an app's source: how a list is written is kept, what is not a plain list is left alone."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Final

import pytest

from hdrcli.records.location import Location
from hdrcli.structs import replace
from hdrcli.targets.app.changes import diff_of, text_after
from hdrcli.targets.app.edits import Change, NotEditableError, change_for
from tests.cli.program import COMMAND, assert_one_line, environment, hdrcli, importing_first
from tests.targets.projects import FASTAPI, ROOT, eventually, project, readable, report, run
from tests.targets.test_apps import DJANGO, FLASK

HEAD: Final = "headers = {'X-Total-Count': '1'}\n"
NAMES: Final = ("X-Total-Count", "x-job")


def change(folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> Change:
    """The change of main.py, whose CORS layers are where a line has "CORS"."""
    monkeypatch.chdir(folder)
    Path("main.py").write_bytes(content)
    lines = content.decode("utf-8", "replace").split("\n")
    layers = [
        Location(file="main.py", line=number, role="cors") for number, line in enumerate(lines, 1) if "CORS" in line
    ]
    return change_for("expose", NAMES, layers)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('CORS(app, expose_headers=["A"])', 'CORS(app, expose_headers=["A", "X-Total-Count", "x-job"])'),
        ("CORS(app, expose_headers=['A', ])", "CORS(app, expose_headers=['A', 'X-Total-Count', 'x-job', ])"),
        ('CORS(app, expose_headers=("A",))', 'CORS(app, expose_headers=("A", "X-Total-Count", "x-job",))'),
        ("CORS(app, expose_headers=[])", 'CORS(app, expose_headers=["X-Total-Count", "x-job"])'),
        ('CORS(app, expose_headers={"X-JOB"})', 'CORS(app, expose_headers={"X-JOB", "X-Total-Count"})'),
        (
            'CORS(\n app,\n expose_headers=[\n  "é",  # why\n ],\n)',
            'CORS(\n app,\n expose_headers=[\n  "é",  # why\n  "X-Total-Count",\n  "x-job",\n ],\n)',
        ),
        (
            'CORS(app, expose_headers=[\n  "A",\r\n  "B"\r\n])',
            'CORS(app, expose_headers=[\n  "A",\r\n  "B",\r\n  "X-Total-Count",\r\n  "x-job"\r\n])',
        ),
        (
            'é = CORS("é", expose_headers=["é"], x="é")',
            'é = CORS("é", expose_headers=["é", "X-Total-Count", "x-job"], x="é")',
        ),
        (
            'NAMES = ["A"]\nadd_middleware(CORSMiddleware, expose_headers=NAMES)',
            'NAMES = ["A", "X-Total-Count", "x-job"]\nadd_middleware(CORSMiddleware, expose_headers=NAMES)',
        ),
        (
            'CORS_ORIGINS = ["A"]\nCORS_EXPOSE_HEADERS = ["A"]',
            'CORS_ORIGINS = ["A"]\nCORS_EXPOSE_HEADERS = ["A", "X-Total-Count", "x-job"]',
        ),
        ('CORS_EXPOSE_HEADERS: list[str] = ["A"]', 'CORS_EXPOSE_HEADERS: list[str] = ["A", "X-Total-Count", "x-job"]'),
        (
            'CORS(app, resources={r"/a/*": {"expose_headers": ["A"]}})',
            'CORS(app, resources={r"/a/*": {"expose_headers": ["A", "X-Total-Count", "x-job"]}})',
        ),
        (
            'x = "\x0c \u2028"\nCORS(expose_headers=["A"])',
            'x = "\x0c \u2028"\nCORS(expose_headers=["A", "X-Total-Count", "x-job"])',
        ),
    ],
)
def test_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    made = change(tmp_path, monkeypatch, (HEAD + before).encode())

    assert text_after([made]) == HEAD + after
    assert made.is_safe
    assert made.source.encoded(text_after([replace(made, names=())])) == (HEAD + before).encode()
    assert '"x-job' not in text_after([replace(made, names=("X-Total-Count",))])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("CORS(app)", 'CORS(app, expose_headers=["X-Total-Count", "x-job"])'),
        (
            "CORS(\n    app,\n    origins=['a'],\n)",
            "CORS(\n    app,\n    origins=['a'],\n    expose_headers=['X-Total-Count', 'x-job'],\n)",
        ),
        (
            "CORS_O = ['a']\nCORS_A = ['b']  # é\r\nX = 1\n",
            "CORS_O = ['a']\nCORS_A = ['b']  # é\r\nCORS_EXPOSE_HEADERS = ['X-Total-Count', 'x-job']\nX = 1\n",
        ),
        (
            "CORS_ALLOWED_ORIGINS = ['a']",
            "CORS_ALLOWED_ORIGINS = ['a']\nCORS_EXPOSE_HEADERS = ['X-Total-Count', 'x-job']",
        ),
    ],
)
def test_new_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    made = change(tmp_path, monkeypatch, (HEAD + before).encode())

    assert text_after([made]) == HEAD + after
    assert not made.is_safe


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CORS(app, expose_headers=names())",
        "CORS(app, expose_headers=['A', B])",
        "CORS(app, expose_headers=['A'] + B)",
        "CORS(app, expose_headers='A')",
        "CORS(app, **options)",
        "CORS(app, expose_headers=NAMES)",
        "NAMES = ['A']\nNAMES = ['B']\nCORS(app, expose_headers=NAMES)",
        "CORS(app, expose_headers=['A'])\nCORS(app, expose_headers=['A'])",
        "CORS(app, expose_headers=['x-total-count', 'x-job'])",
        "CORS(app, expose_headers=[('A')])",
        "CORS(app, expose_headers=['A'], resources={'/a': {'expose_headers': ['A']}})",
        "CORS_EXPOSE_HEADERS: list[str]",
    ],
)
def test_what_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    with pytest.raises(NotEditableError):
        change(tmp_path, monkeypatch, (HEAD + text).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + HEAD.encode() + b'CORS(expose_headers=["\xc3\xa9"])\r\n',
        b'# coding: latin-1\nCORS(expose_headers=["\xe9"])',
    ],
    ids=["BOM", "latin-1"],
)
def test_encodings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    made = change(tmp_path, monkeypatch, content)
    changed = made.source.encoded(text_after([made]))

    assert changed == content.replace(b"])", b', "%s", "x-job"])' % made.names[0].encode())
    Path("main.py").write_bytes(content)
    patched = subprocess.run(["git", "apply", "-p1"], input=diff_of([made]), cwd=tmp_path, check=False)
    assert patched.returncode == 0
    assert Path("main.py").read_bytes() == changed


def test_the_diff_of_an_app(tmp_path: Path) -> None:
    folder = project(tmp_path, {"main.py": FASTAPI})
    before = (folder / "main.py").read_bytes()
    ended = run(folder, "main:app", "--diff")

    assert (folder / "main.py").read_bytes() == before
    assert ended.status == 0
    assert ended.out.startswith("--- a/main.py\n+++ b/main.py\n")
    assert 'expose_headers=["X-Request-ID", "X-Total-Count"]' in ended.out


def test_the_report_and_the_diff_have_the_same_names(tmp_path: Path) -> None:
    """Those of the source, and in an argument the page's own, although both are sent in lower case."""
    folder = project(tmp_path, {"main.py": FASTAPI})
    arguments = ("main:app", "--unsafe-fixes", "--origin=http://localhost:3000", "-H", "X-Token: 1")
    service, _ = report(folder, "main:app")
    refused, _ = report(folder, *arguments[:1], *arguments[2:])
    diff = run(folder, *arguments, "--diff").out

    (hidden,) = service["findings"]
    (refusal,) = refused["findings"]
    (exposing,), (allowing,) = hidden["fix_setting"]["lines"], refusal["fix_setting"]["lines"]
    assert exposing == 'expose_headers=["X-Request-ID", "X-Total-Count"]'
    assert exposing in run(folder, "main:app", "--diff").out
    assert allowing == 'allow_headers=["X-Token"]'
    assert allowing in diff


def test_a_fix(tmp_path: Path) -> None:
    folder = project(tmp_path, {"shop.py": FASTAPI})
    (folder / "shop.py").chmod(0o640)
    (folder / "main.py").symlink_to("shop.py")
    service, ended = report(folder, "main:app", "--fix", "--fail-on=warning")

    assert readable(service) == {"x-request-id": True, "x-total-count": True}
    assert ended.status == 0
    assert "main.py:5" in ended.err
    assert (folder / "main.py").is_symlink()
    assert (folder / "shop.py").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in folder.iterdir() if path.suffix) == ["main.py", "shop.py"]


WITHOUT_LIST: Final = {
    **DJANGO,
    "shop/settings.py": DJANGO["shop/settings.py"].replace("CORS_EXPOSE_HEADERS", "OTHER"),
}


@pytest.mark.parametrize(
    ("files", "options", "file"),
    [
        ({"wsgi.py": FLASK}, ["--fix"], "wsgi.py"),
        (DJANGO, ["--fix"], "shop/settings.py"),
        (WITHOUT_LIST, ["--fix", "--unsafe-fixes"], "shop/settings.py"),
    ],
    ids=["Flask", "Django", "Django without the setting"],
)
def test_fixes_of_other_frameworks(tmp_path: Path, files: dict[str, str], options: list[str], file: str) -> None:
    folder = project(tmp_path, files)
    before = (folder / file).read_text()
    service, _ = report(folder, ".", *options, "--select=HDR301")
    again = run(folder, ".", "--select=HDR301", "--fail-on=warning")

    assert readable(service) == {"x-request-id": True, "x-total-count": True}
    assert service["findings"] == []
    assert again.status == 0
    changed = [line for line in (folder / file).read_text().splitlines() if line not in before.splitlines()]
    assert len(changed) == 1
    assert '"X-Total-Count"' in changed[0]


def test_a_list_that_is_computed_is_named(tmp_path: Path) -> None:
    computed = DJANGO["shop/settings.py"].replace('["X-Request-ID"]', '["X-" + "Request-ID"]')
    ended = run(project(tmp_path, {**DJANGO, "shop/settings.py": computed}), ".", "--diff")

    assert ended.out == ""
    assert "CORS_EXPOSE_HEADERS at shop/settings.py:7 is not a literal" in ended.err


def test_a_fix_that_does_not_help_is_taken_back(tmp_path: Path) -> None:
    """The layer at fault is an inner one, which the outer one overrides."""
    text = FASTAPI + (
        "\n    def outer(inner):"
        "\n        async def app(scope, receive, send):"
        "\n            async def sending(message):"
        '\n                kept = [h for h in message.get("headers", []) if h[0] != b"access-control-expose-headers"]'
        '\n                await send({**message, "headers": [*kept, (b"access-control-expose-headers", b"a")]}'
        '\n                           if message["type"] == "http.response.start" else message)'
        "\n            await inner(scope, receive, sending)"
        "\n        return app"
        "\n    served = outer(app)\n"
    )
    folder = project(tmp_path, {"main.py": text})
    before = (folder / "main.py").read_bytes()
    ended = run(folder, "main:served", "--fix")

    assert (folder / "main.py").read_bytes() == before
    assert "is not changed" in ended.err


def test_a_fix_that_breaks_the_app_is_taken_back(tmp_path: Path) -> None:
    guard = '\n    import pathlib\n    if pathlib.Path(__file__).read_text().count("X-Total") > 2: raise SystemExit\n'
    folder = project(tmp_path, {"main.py": FASTAPI + guard})
    before = (folder / "main.py").read_bytes()
    ended = run(folder, "main:app", "--fix")

    assert (folder / "main.py").read_bytes() == before
    assert "cannot be checked" in ended.err
    assert ended.status == 0


def test_nothing_to_fix(tmp_path: Path) -> None:
    folder = project(tmp_path, {"main.py": FASTAPI})
    ended = run(folder, "main:app", "--fix", "--format=json", "--ignore=HDR301")

    assert "Nothing is changed" in ended.err


def test_a_diff_or_a_fix(tmp_path: Path) -> None:
    folder = project(tmp_path, {"main.py": FASTAPI})
    before = (folder / "main.py").read_bytes()

    assert run(folder, "main:app", "--diff", "--fix").status == 2
    assert (folder / "main.py").read_bytes() == before


@pytest.mark.parametrize("option", ["--fix", "--diff"])
@pytest.mark.parametrize("words", [[], ["http://127.0.0.1:1/"], ["main:app", "http://127.0.0.1:1/"]])
def test_only_apps_are_changed(option: str, words: list[str]) -> None:
    ended = hdrcli("check", *words, option)

    assert ended.status == 2
    assert ended.err.startswith(f"hdrcli: {option} ")


UNPRIVILEGED: Final = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Root may write what nobody may, unless it gives up this capability."""


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o755), (0o644, 0o555)], ids=["file", "folder"])
def test_what_is_read_only_stays_as_it_is(tmp_path: Path, file_mode: int, folder_mode: int) -> None:
    folder = project(tmp_path / "app", {"main.py": FASTAPI})
    before = (folder / "main.py").read_bytes()
    (folder / "main.py").chmod(file_mode)
    folder.chmod(folder_mode)
    ended = subprocess.run(
        [*UNPRIVILEGED, *COMMAND, "check", ".", "--fix"],
        cwd=folder,
        env=environment(importing_first(ROOT) | {"PYTHONDONTWRITEBYTECODE": "1"}),
        capture_output=True,
        check=False,
    )
    folder.chmod(0o755)

    assert ended.returncode == 2
    assert_one_line(ended.stderr.decode())
    assert b'"main.py" cannot be written: Permission denied' in ended.stderr
    assert (folder / "main.py").read_bytes() == before
    assert {path.name for path in folder.iterdir()} == {"main.py"}


def test_an_interrupted_fix_is_taken_back(tmp_path: Path) -> None:
    pause = """
    import pathlib, time
    if pathlib.Path("checked").exists():
        pathlib.Path("again").touch()
        time.sleep(300)
    pathlib.Path("checked").touch()
    """
    folder = project(tmp_path, {"main.py": FASTAPI + pause})
    before = (folder / "main.py").read_bytes()
    command = [*COMMAND, "check", ".", "--fix", "--wait=300"]
    with subprocess.Popen(
        command, cwd=folder, env=environment(importing_first(ROOT)), start_new_session=True
    ) as process:
        assert eventually((folder / "again").exists)
        changed = (folder / "main.py").read_bytes()
        os.killpg(process.pid, signal.SIGINT)

    assert process.returncode == 130
    assert b'"X-Total-Count"]' in changed
    assert (folder / "main.py").read_bytes() == before


def test_a_fix_next_to_a_report_in_a_file(tmp_path: Path) -> None:
    folder = project(tmp_path, {"main.py": FASTAPI})
    ended = run(folder, ".", "--fix", "--output=report.txt")

    assert ended.status == 0
    assert '"X-Total-Count"]' in (folder / "main.py").read_text("utf-8")
    assert "x-total-count    readable" in (folder / "report.txt").read_text("utf-8")


CLOSED: Final = """
    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"], allow_credentials=False)


    @app.get("/items")
    def items():
        return []
"""


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        (
            ["--unsafe-fixes", "--origin=https://b.example"],
            ['allow_origins=["https://a.example", "https://b.example"]'],
        ),
        (["--unsafe-fixes"], []),
        (["--origin=https://b.example"], []),
    ],
    ids=["named page", "guessed page", "safe only"],
)
def test_a_page_is_allowed_only_if_it_is_named(tmp_path: Path, options: list[str], changed: list[str]) -> None:
    folder = project(tmp_path, {"main.py": CLOSED})
    before = (folder / "main.py").read_text("utf-8")
    run(folder, ".", "--fix", *options)
    after = (folder / "main.py").read_text("utf-8")

    assert [text for text in changed if text not in after] == []
    assert (after != before) is bool(changed)


def test_unsafe_fixes_need_an_action(tmp_path: Path) -> None:
    ended = run(project(tmp_path, {"main.py": CLOSED}), ".", "--unsafe-fixes")

    assert ended.status == 2
    assert ended.err.startswith("hdrcli: --unsafe-fixes ")
