"""Services that hdrcli has no module for: none of its stacks may be seen in them.

Some do CORS by hand, or by a library that sends what a known one sends, too.
"""

from __future__ import annotations

from typing import Final

PLAIN: Final = """
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    path, method = scope["path"], scope["method"]
    status = 200 if path == "/items" and method in ("GET", "PUT") else 405 if path == "/items" else 404
    opened = b"authorization" in dict(scope["headers"])
    status = {"/private": 200 if opened else 401, "/crash": 500}.get(path, status)
    body = b"[]" if status == 200 else b"an error"
    headers = [
        (b"Content-Type", b"application/json"), (b"X-Total-Count", b"3"), (b"ETag", b'"1"'),
        (b"Content-Length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
"""
"""An ASGI application without a framework, and without CORS."""

_BLACKSHEEP: Final = """
from blacksheep import Application, json
app = Application()
app.use_cors(allow_methods="GET PUT", allow_origins="https://app.example", allow_headers="X-Token Content-Type",
             expose_headers="X-Total-Count", max_age=600, allow_credentials=True)

@app.router.get("/items")
def items():
    return json([])

@app.router.put("/items")
def save():
    return json([])

@app.router.get("/crash")
def crash():
    raise RuntimeError("no database")
"""

_FALCON: Final = """
import falcon, falcon.asgi

class Items:
    async def on_get(self, request, response):
        response.media = []

    async def on_put(self, request, response):
        response.media = []

class Crash:
    async def on_get(self, request, response):
        raise RuntimeError("no database")

app = falcon.asgi.App(middleware=falcon.CORSMiddleware(
    allow_origins="https://app.example", expose_headers="X-Total-Count", allow_credentials="https://app.example"))
app.add_route("/items", Items())
app.add_route("/crash", Crash())
"""

_CONNEXION: Final = """
from connexion import AsyncApp
app = AsyncApp("service")
app.add_url_rule("/items", "items", lambda: [])
"""

_TORNADO: Final = """
import asyncio, tornado.web

class Items(tornado.web.RequestHandler):
    def set_default_headers(self):
        self.set_header("Access-Control-Allow-Origin", "https://app.example")
        self.set_header("Access-Control-Expose-Headers", "X-Total-Count")

    def options(self):
        self.set_header("Access-Control-Allow-Methods", "GET, PUT")
        self.set_header("Access-Control-Allow-Headers", "content-type, x-token")
        self.set_status(204)

    def get(self):
        self.write("[]")

async def main():
    tornado.web.Application([("/items", Items)]).listen({port}, "127.0.0.1")
    await asyncio.Event().wait()

asyncio.run(main())
"""

_BOTTLE: Final = """
from bottle import default_app, hook, response, route

@hook("after_request")
def cors():
    response.headers["Access-Control-Allow-Origin"] = "https://app.example"
    response.headers["Vary"] = "Origin"

@route("/items", ["GET", "PUT"])
def items():
    return {}

@route("/items", "OPTIONS")
def preflight():
    response.headers["Access-Control-Allow-Methods"] = "GET, PUT"
    response.headers["Access-Control-Allow-Headers"] = "X-Token, Content-Type"

app = default_app()
"""

_KOA: Final = """
const Koa = require("koa"), cors = require("@koa/cors")
const app = new Koa()
app.use(cors({ origin: "https://app.example", credentials: true, exposeHeaders: ["X-Total-Count"], maxAge: 600 }))
app.silent = true
app.use(async ctx => {
  if (ctx.path === "/crash") throw new Error("no database")
  if (ctx.path === "/items") ctx.body = []
})
app.listen(Number(process.argv[2]), "127.0.0.1")
"""

_HAPI: Final = """
const Hapi = require("@hapi/hapi")
const cors = { origin: ["https://app.example"], credentials: true, exposedHeaders: ["X-Total-Count"] }
const server = Hapi.server({ port: Number(process.argv[2]), host: "127.0.0.1", routes: { cors } })
server.route({ method: ["GET", "PUT"], path: "/items", handler: () => [] })
server.route({ method: "GET", path: "/crash", handler: () => { throw new Error("no database") } })
server.start()
"""

_NODE: Final = """
require("http").createServer((req, res) => {
  res.setHeader("Access-Control-Allow-Origin", "https://app.example")
  res.setHeader("Vary", "Origin")
  if (req.method === "OPTIONS") {
    res.setHeader("Access-Control-Allow-Methods", "GET, PUT")
    res.setHeader("Access-Control-Allow-Headers", "X-Token, Content-Type")
    res.writeHead(204).end()
  } else res.writeHead(req.url === "/items" ? 200 : 404, { "Content-Type": "application/json" }).end("[]")
}).listen(Number(process.argv[2]), "127.0.0.1")
"""

_UVICORN: Final = ("-m", "uvicorn", "service:app", "--port", "{port}", "--log-level", "critical")

UNKNOWN: Final[dict[str, tuple[str, tuple[str, ...], str]]] = {
    "plain-asgi": ("uvicorn", _UVICORN, PLAIN),
    "blacksheep": ("blacksheep uvicorn", _UVICORN, _BLACKSHEEP),
    "falcon": ("falcon uvicorn", _UVICORN, _FALCON),
    "connexion": ("connexion uvicorn", _UVICORN, _CONNEXION),
    "tornado": ("tornado", ("service.py",), _TORNADO),
    "bottle": ("bottle gunicorn", ("-m", "gunicorn", "service:app", "-b", "127.0.0.1:{port}"), _BOTTLE),
    "koa": ("koa, @koa/cors", (), _KOA),
    "hapi": ("@hapi/hapi", (), _HAPI),
    "plain-node": ("node", (), _NODE),
}
"""Name to its Python packages (or those of Node), the arguments of the interpreter, and the source text."""
