"""Real servers of protocols that profiles speak, as the source text of their module, and their CORS configurations.

Those of PyPI run in this process, those of npm in one of their own. `INSTALLED` are those that can run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from starlette.types import ASGIApp

from hdrcli.settings.routes import ProfileName
from tests.fixes.configuration import OTHER, PAGE, Configuration
from tests.fixes.python_services import source
from tests.fixes.serving import NODE_MODULES, module, program, script
from tests.serving.asgi import uvicorn_server

_CORS: Final = "from starlette.middleware.cors import CORSMiddleware"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A server: its package, and the profile whose client it is for, at `path`. `stack` has its CORS options."""

    profile: ProfileName
    path: str
    package: str
    stack: str
    correct: Configuration


MCP: Final = Configuration(
    options={
        "origins": (PAGE,),
        "methods": ("GET", "POST", "DELETE"),
        "request-headers": ("Content-Type", "Mcp-Session-Id", "MCP-Protocol-Version"),
        "expose": ("Mcp-Session-Id",),
    },
)
MCP_2026: Final = Configuration(
    options={
        "origins": (PAGE,),
        "methods": ("POST",),
        "request-headers": ("Content-Type", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"),
    },
)
TUS: Final = Configuration(
    options={
        "origins": (PAGE,),
        "methods": ("POST", "PATCH", "HEAD"),
        "request-headers": ("Content-Type", "Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset"),
        "expose": ("Location", "Tus-Resumable", "Upload-Length", "Upload-Offset"),
    },
)
KINDS: Final = {
    "python-sdk": Kind(profile="mcp", path="/mcp", package="mcp", stack="starlette", correct=MCP),
    "python-sdk-2026": Kind(profile="mcp-2026", path="/mcp", package="mcp", stack="starlette", correct=MCP_2026),
    "fastmcp": Kind(profile="mcp", path="/mcp", package="fastmcp", stack="starlette", correct=MCP),
    "typescript-sdk": Kind(
        profile="mcp", path="/mcp", package="@modelcontextprotocol/sdk", stack="express", correct=MCP
    ),
    "tuspyserver": Kind(profile="tus", path="/files", package="tuspyserver", stack="starlette", correct=TUS),
}


def breakings(kind: Kind) -> dict[str, Configuration]:
    """Wrong configurations of a server."""
    correct, exposed = kind.correct, kind.correct.options.get("expose", ())
    return {
        "no layer": Configuration(options={}, layer=False),
        "only the origin": Configuration(options={"origins": (PAGE,)}),
        "another page": correct.with_option("origins", OTHER),
        "methods": correct.with_option("methods", "GET"),
        "request headers": correct.with_option("request-headers", "Content-Type"),
        **({"nothing exposed": correct.with_option("expose")} if exposed else {}),
        **({"one header exposed": correct.with_option("expose", exposed[0])} if len(exposed) > 1 else {}),
    }


def _python_sdk(configuration: Configuration) -> str:
    return source(
        _CORS,
        """
        from mcp.server.mcpserver import MCPServer
        from mcp.server.transport_security import TransportSecuritySettings

        security = TransportSecuritySettings(allowed_hosts=["127.0.0.1:*"], allowed_origins=["https://app.example"])
        app = MCPServer("demo").streamable_http_app(transport_security=security)
        """,
        _middleware(configuration),
    )


def _fastmcp(configuration: Configuration) -> str:
    return source(
        _CORS,
        """
        from fastmcp import FastMCP

        app = FastMCP("demo").http_app(allowed_origins=["https://app.example"])
        """,
        _middleware(configuration),
    )


def _tuspyserver(configuration: Configuration) -> str:
    return source(
        _CORS,
        """
        from fastapi import FastAPI
        from tuspyserver import create_tus_router

        app = FastAPI()
        app.include_router(create_tus_router(prefix="files", files_dir="{folder}"))
        """,
        _middleware(configuration),
    )


def _typescript_sdk(configuration: Configuration) -> str:
    cors = f"app.use(cors({{ {', '.join(configuration.lines('express'))} }}))" if configuration.layer else ""
    return source(
        """
        const express = require("express"), cors = require("cors"), { randomUUID } = require("node:crypto")
        const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js")
        const { StreamableHTTPServerTransport } = require("@modelcontextprotocol/sdk/server/streamableHttp.js")
        const app = express(), transports = {}
        app.use(express.json())
        """,
        cors,
        """
        app.all("/mcp", async (req, res) => {
          let transport = transports[req.headers["mcp-session-id"]]
          if (!transport) {
            const onsessioninitialized = id => { transports[id] = transport }
            transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, onsessioninitialized })
            await new McpServer({ name: "demo", version: "1" }).connect(transport)
          }
          await transport.handleRequest(req, res, req.body)
        })
        app.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening"))
        """,
    )


TUS_NODE: Final = """
const { Server } = require("@tus/server"), { FileStore } = require("@tus/file-store")
const datastore = new FileStore({ directory: "./files" })
new Server({ path: "/files", datastore, {options} }).listen({ host: "127.0.0.1", port: Number(process.argv[2]) })
"""
"""@tus/server does CORS itself."""

_SOURCES: Final = {
    "python-sdk": _python_sdk,
    "python-sdk-2026": _python_sdk,
    "fastmcp": _fastmcp,
    "typescript-sdk": _typescript_sdk,
    "tuspyserver": _tuspyserver,
}


_FROM_NPM: Final = frozenset(
    {"@modelcontextprotocol/sdk", "@modelcontextprotocol/client", "@tus/server", "esbuild", "tus-js-client"}
)


def app_of(server: str, configuration: Configuration, folder: Path) -> ASGIApp:
    """The app of a server that is written in Python; it keeps files in this folder."""
    app: ASGIApp = module(_SOURCES[server](configuration).replace("{folder}", str(folder)))["app"]
    return app


@contextmanager
def serve(server: str, configuration: Configuration) -> Iterator[str]:
    """The URL that a client is given."""
    text, path = _SOURCES[server](configuration), KINDS[server].path
    with TemporaryDirectory(prefix="hdrcli-server-") as folder:
        if server == "typescript-sdk":
            with script("service.js", text, ["node", "service.js"], known_path="") as url:
                yield url + path
        else:
            with uvicorn_server(app_of(server, configuration, Path(folder))) as url:
                yield url + path


@contextmanager
def serve_tus_of_node(options: str) -> Iterator[str]:
    """@tus/server with these options."""
    text = TUS_NODE.replace("{options}", options)
    with script("service.js", text, ["node", "service.js"], known_path="") as url:
        yield f"{url}/files"


def is_installed(package: str) -> bool:
    """Whether a package of PyPI or npm is there."""
    if package in _FROM_NPM:
        return program("node") is not None and (NODE_MODULES / package).is_dir()
    return find_spec(package) is not None


_middleware_line: Final = "app.add_middleware(CORSMiddleware, {})"


def _middleware(configuration: Configuration) -> str:
    return _middleware_line.format(", ".join(configuration.lines("starlette"))) if configuration.layer else ""
