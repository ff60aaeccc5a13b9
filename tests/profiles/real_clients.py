"""The clients themselves, in a page of a real Chromium: the MCP SDK for TypeScript, and tus-js-client."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.browser import chromium
from tests.browser.batch import installed
from tests.fixes.serving import NODE_MODULES
from tests.profiles.clients import PAGE

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

PACKAGES: Final = {
    "mcp": "@modelcontextprotocol/sdk",
    "mcp-2026": "@modelcontextprotocol/client",
    "tus": "tus-js-client",
}
"""Profile -> the package of the client."""

_MCP: Final = """
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"

globalThis.run = async url => {
  const errors = []
  try {
    const client = new Client({ name: "client", version: "1" })
    const transport = new StreamableHTTPClientTransport(new URL(url))
    client.onerror = error => errors.push(String(error))
    await client.connect(transport)
    await client.ping()
    await transport.terminateSession()
    client.onerror = undefined  // that its event stream ends
    await client.close()
  } catch (error) {
    errors.push(String(error))
  }
  return errors
}
"""
_MCP_2026: Final = """
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"

globalThis.run = async url => {
  const options = { versionNegotiation: { mode: { pin: "2026-07-28" } } }
  const client = new Client({ name: "client", version: "1" }, options)
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(url)))
    await client.listTools()
    const called = await client.callTool({ name: "none" }).catch(String)
    return String(called).includes("Failed to fetch") ? [called] : []
  } catch (error) {
    return [String(error)]
  }
}
"""
_TUS: Final = """
import { Upload } from "tus-js-client"

globalThis.run = url => new Promise(resolve => {
  const options = { retryDelays: null, chunkSize: 6, onError: error => resolve([String(error)]) }
  const blob = new Blob(["hdrcli hdrcli"])
  const resume = async uploadUrl => {
    await first.abort()
    new Upload(blob, { ...options, uploadUrl, onSuccess: () => resolve([]) }).start()
  }
  const metadata = { filename: "a.txt", filetype: "text/plain" }
  const first = new Upload(blob, { ...options, endpoint: url, metadata, onChunkComplete: () => resume(first.url) })
  first.start()
})
"""
_SOURCES: Final = {"mcp": _MCP, "mcp-2026": _MCP_2026, "tus": _TUS}


class Clients:
    """Runs clients in pages of a browser. Playwright's synchronous API has an event loop in its thread."""

    def __init__(self, thread: ThreadPoolExecutor, context: BrowserContext) -> None:
        self._thread = thread
        self._context = context
        self._scripts: dict[str, str] = {}

    def errors(self, profile: str, url: str) -> list[str]:
        """What the client of a profile reports at a URL; nothing if it works."""
        if profile not in self._scripts:
            self._scripts[profile] = _bundled(_SOURCES[profile])
        return self._thread.submit(self._errors, self._scripts[profile], url).result()

    def _errors(self, script: str, url: str) -> list[str]:
        def fulfill(route: Route) -> None:
            route.fulfill(content_type="text/html", body="")

        page = self._context.new_page()
        page.route("**/*", fulfill)
        page.goto(PAGE)
        page.unroute("**/*")  # Playwright would respond to preflights
        page.add_script_tag(content=script)
        errors: list[str] = page.evaluate("url => run(url)", url)
        page.close()
        return errors


@contextmanager
def running_clients() -> Iterator[Clients]:
    """Run Chromium for the duration of the block."""
    from playwright.sync_api import sync_playwright

    with ThreadPoolExecutor(1) as thread:
        driver = thread.submit(lambda: sync_playwright().start()).result()
        browser = thread.submit(
            lambda: driver.chromium.launch(
                executable_path=installed(chromium),
                args=["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"],  # the page is a public one
            )
        ).result()
        try:
            yield Clients(thread, thread.submit(browser.new_context).result())
        finally:
            thread.submit(browser.close).result()
            thread.submit(driver.stop).result()


def _bundled(source: str) -> str:
    with TemporaryDirectory(prefix="hdrcli-client-") as folder:
        file = Path(folder) / "client.mjs"
        file.write_text(source)
        bundled = subprocess.run(
            [NODE_MODULES / ".bin" / "esbuild", file, "--bundle", "--format=iife", "--log-level=error"],
            env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
            capture_output=True,
            text=True,
            check=True,
        )
    return bundled.stdout
