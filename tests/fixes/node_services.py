"""Services of Node stacks, as the source text of their module, with the routes of `python_services`."""

from __future__ import annotations

from tests.fixes.configuration import Configuration
from tests.fixes.python_services import doubled, source


def express(configuration: Configuration) -> str:
    """Authentication is a middleware before or behind cors()."""
    cors = f"app.use(cors({{ {', '.join(configuration.lines('express'))} }}))" if configuration.layer else ""
    guard = f"app.use((req, res, next) => {_is_open('req.path', 'req.headers')} ? next() : {_REFUSED})"
    first, second = (cors, guard) if configuration.outermost else (guard, cors)
    return source(
        """
        const express = require("express"), cors = require("cors")
        const app = express()
        """,
        _node_doubling(configuration),
        first,
        second,
        """
        app.get("/items", (req, res) => res.set({ "X-Total-Count": "3", ETag: '"1"' }).json([]))
        app.put("/items", (req, res) => res.send(""))
        app.all("/items", (req, res) => res.status(405).set("Allow", "GET, PUT").send(""))
        app.get("/private", (req, res) => res.send(""))
        app.get("/crash", () => { throw new Error("no database") })
        app.use((error, req, res, next) => res.status(500).send("error"))
        app.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening"))
        """,
    )


def fastify(configuration: Configuration) -> str:
    """Authentication is an onRequest hook before or behind the plugin."""
    options = ", ".join(configuration.lines("fastify"))
    cors = f'await app.register(require("@fastify/cors"), {{ {options} }})' if configuration.layer else ""
    opened = _is_open("request.url", "request.headers")
    guard = (
        'app.addHook("onRequest", async (request, reply) => '
        f'{{ if (!({opened})) return reply.code(401).send("a token, please") }})'
    )
    first, second = (cors, guard) if configuration.outermost else (guard, cors)
    doubling = "; ".join(f'reply.raw.appendHeader("{name}", "{value}")' for name, value in doubled(configuration))
    return source(
        'const app = require("fastify")({})',
        "async function main() {",
        first,
        second,
        f'app.addHook("onSend", async (request, reply) => {{ {doubling} }})' if doubling else "",
        """
        app.get("/items", async (request, reply) => reply.headers({ "X-Total-Count": "3", ETag: '"1"' }).send([]))
        app.put("/items", async () => "")
        app.get("/private", async () => "")
        app.get("/crash", async () => { throw new Error("no database") })
        await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" })
        console.log("listening")
        }
        main()
        """,
    )


def hono(configuration: Configuration) -> str:
    """Authentication is a middleware before or behind cors()."""
    cors = f"app.use(cors({{ {', '.join(configuration.lines('hono'))} }}))" if configuration.layer else ""
    opened = _is_open("c.req.path", '{ authorization: c.req.header("Authorization") }')
    guard = f'app.use(async (c, next) => {opened} ? next() : c.text("a token, please", 401))'
    first, second = (cors, guard) if configuration.outermost else (guard, cors)
    doubling = "; ".join(f'c.header("{name}", "{value}", {{ append: true }})' for name, value in doubled(configuration))
    return source(
        """
        const { Hono } = require("hono"), { cors } = require("hono/cors"), { serve } = require("@hono/node-server")
        const app = new Hono()
        """,
        f"app.use(async (c, next) => {{ await next(); {doubling} }})" if doubling else "",
        first,
        second,
        """
        app.get("/items", c => c.json([], 200, { "X-Total-Count": "3", ETag: '"1"' }))
        app.put("/items", c => c.text(""))
        app.get("/private", c => c.text(""))
        app.get("/crash", () => { throw new Error("no database") })
        const port = Number(process.argv[2])
        serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => console.log("listening"))
        """,
    )


def nestjs(configuration: Configuration) -> str:
    """Authentication is a middleware before or behind enableCors()."""
    cors = f"app.enableCors({{ {', '.join(configuration.lines('nestjs'))} }})" if configuration.layer else ""
    guard = f"app.use((req, res, next) => {_is_open('req.path', 'req.headers')} ? next() : {_REFUSED})"
    first, second = (cors, guard) if configuration.outermost else (guard, cors)
    return source(
        """
        require("reflect-metadata")
        const { NestFactory } = require("@nestjs/core")
        const { Controller, Get, Header, Module, Put } = require("@nestjs/common")
        class Items {
          list() { return [] }
          save() { return "" }
          open() { return "" }
          crash() { throw new Error("no database") }
        }
        const decorate = (name, ...decorators) => {
          const descriptor = Object.getOwnPropertyDescriptor(Items.prototype, name)
          decorators.forEach(decorator => decorator(Items.prototype, name, descriptor))
        }
        Controller()(Items)
        decorate("list", Get("items"), Header("X-Total-Count", "3"), Header("ETag", '"1"'))
        decorate("save", Put("items"))
        decorate("open", Get("private"))
        decorate("crash", Get("crash"))
        class App {}
        Module({ controllers: [Items] })(App)
        async function main() {
        const app = await NestFactory.create(App, { logger: false })
        """,
        _node_doubling(configuration),
        first,
        second,
        """
        await app.listen(Number(process.argv[2]), "127.0.0.1")
        console.log("listening")
        }
        main()
        """,
    )


NODE = {"express": express, "fastify": fastify, "hono": hono, "nestjs": nestjs}

_REFUSED = 'res.status(401).send("a token, please")'


def _is_open(path: str, headers: str) -> str:
    return f'({path} !== "/private" || ({headers}).authorization !== undefined)'


def _node_doubling(configuration: Configuration) -> str:
    if not doubled(configuration):
        return ""
    appended = "; ".join(f'res.appendHeader("{name}", "{value}")' for name, value in doubled(configuration))
    return (
        "app.use((req, res, next) => { const head = res.writeHead.bind(res); "
        f"res.writeHead = (...given) => {{ {appended}; return head(...given) }}; next() }})"
    )
