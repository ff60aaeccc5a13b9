"""Web servers and proxies, as the text of their configuration: CORS is theirs, `upstream` an application without it.

`{port}` and `{folder}` are filled in when one starts.
"""

from __future__ import annotations

from hdrcli.stacks import write
from hdrcli.stacks.fix import Fix
from tests.fixes.configuration import Configuration
from tests.fixes.python_services import source


def nginx(configuration: Configuration, upstream: str = "{upstream}") -> str:
    """With an upstream it is a proxy, without one it serves files."""
    lines = configuration.lines("nginx") if configuration.layer else ()
    maps = [line for line in lines if line.startswith("map ")]
    adding = [line for line in lines if not line.startswith("map ")]
    adding += configuration.dropping("nginx")
    if not configuration.errors:
        adding = [line.replace(" always;", ";") for line in adding]
    preflight = "if ($request_method = OPTIONS) { return 204; }" if configuration.outermost else ""
    return source(
        """
        daemon off;
        pid {folder}/nginx.pid;
        error_log {folder}/error.log;
        events { }
        http {
        access_log off;
        client_body_temp_path {folder}/body;
        proxy_temp_path {folder}/proxy;
        fastcgi_temp_path {folder}/fastcgi;
        uwsgi_temp_path {folder}/uwsgi;
        scgi_temp_path {folder}/scgi;
        """,
        "\n".join(maps),
        "server {\nlisten 127.0.0.1:{port};\nlocation / {",
        "\n".join(adding),
        preflight,
        f"proxy_pass {upstream};" if upstream else "root {folder};",
        "}\n}\n}",
    )


def caddy(configuration: Configuration, upstream: str = "{upstream}") -> str:
    """A Caddyfile."""
    lines = configuration.lines("caddy") if configuration.layer else ()
    block = "{\n" + "\n".join(configuration.dropping("caddy")) + "\n}"
    preflight = "@preflight method OPTIONS\nrespond @preflight 204" if configuration.outermost else ""
    repeated = [line for line in lines if line.startswith("header ")]
    errors = "handle_errors {\n" + "\n".join(repeated) + "\n}" if configuration.errors else ""
    return source(
        "{\nadmin off\nauto_https off\nhttp_port {port}\n}\nhttp://127.0.0.1:{port}, http://api.example:{port} {",
        "\n".join(lines),
        preflight,
        f"reverse_proxy {upstream} {block}" if upstream else "root * {folder}\nfile_server",
        errors,
        "}",
    )


def apache(configuration: Configuration, upstream: str = "{upstream}") -> str:
    """A whole httpd.conf with Debian's modules."""
    lines = list(configuration.lines("apache")) if configuration.layer else []
    if not configuration.errors:
        lines = [line.replace("Header always ", "Header ") for line in lines]
    lines = [*configuration.dropping("apache"), *lines]
    preflight = "RewriteEngine On\nRewriteCond %{REQUEST_METHOD} =OPTIONS\nRewriteRule ^ - [R=204,L]"
    modules = ("mpm_event", "authz_core", "headers", "setenvif", "rewrite", "proxy", "proxy_http", "dir", "mime")
    return source(
        "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in modules),
        """
        ServerName api.example
        ServerRoot {folder}
        PidFile {folder}/httpd.pid
        ErrorLog {folder}/error.log
        Mutex file:{folder}
        TypesConfig /etc/mime.types
        Listen 127.0.0.1:{port}
        DocumentRoot {folder}
        """,
        "\n".join(lines),
        preflight if configuration.outermost else "",
        f"ProxyPass / {upstream}/" if upstream else "",
    )


def haproxy(configuration: Configuration, upstream: str = "{upstream}") -> str:
    """A frontend and a backend."""
    lines = list(configuration.lines("haproxy")) if configuration.layer else []
    if not configuration.errors:
        lines = [line.replace("http-after-response ", "http-response ") for line in lines]
    server = upstream.removeprefix("http://")
    return source(
        """
        global
        defaults
            mode http
            timeout connect 5s
            timeout client 30s
            timeout server 30s
        frontend service
            bind 127.0.0.1:{port}
        """,
        "\n".join(lines),
        "http-request return status 204 if METH_OPTIONS" if configuration.outermost else "",
        "default_backend app\nbackend app",
        "\n".join(configuration.dropping("haproxy")),
        f"server app {server}",
    )


def traefik(configuration: Configuration, upstream: str = "{upstream}") -> str:
    """The dynamic configuration: YAML, whose options stand in one line."""
    headers = ", ".join([*configuration.lines("traefik"), *(["addVaryHeader: true"] if configuration.vary else [])])
    middlewares = "[cors]" if configuration.layer else "[]"
    return source(
        f"""
        http:
          routers:
            app: {{ rule: "PathPrefix(`/`)", service: app, entryPoints: [web], middlewares: {middlewares} }}
          services:
            app: {{ loadBalancer: {{ servers: [{{ url: "{upstream}" }}] }} }}
          middlewares:
            cors: {{ headers: {{ {headers} }} }}
        """
    )


def envoy(configuration: Configuration, upstream: str = "{upstream}") -> str:
    """One listener, with the CORS filter first, which sends no Vary: YAML, whose options stand in one line."""
    host, _, port = upstream.removeprefix("http://").partition(":")
    policy = ", ".join(configuration.lines("envoy"))
    per_filter = (
        f"envoy.filters.http.cors: {{ {_typed('cors.v3.CorsPolicy')}, {policy} }}" if configuration.layer else ""
    )
    vary = write(Fix(stack="envoy", concept="vary-origin")).lines[0] if configuration.vary else ""
    manager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
    return source(
        f"""
        static_resources:
          listeners:
          - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {{port}} }} }}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/{manager}
                  stat_prefix: service
                  http_filters:
                  - {{ name: envoy.filters.http.cors, typed_config: {{ {_typed("cors.v3.Cors")} }} }}
                  - {{ name: envoy.filters.http.router, typed_config: {{ {_typed("router.v3.Router")} }} }}
                  route_config:
                    virtual_hosts:
                    - name: app
                      domains: ["*"]
                      typed_per_filter_config: {{ {per_filter} }}
                      {vary}
                      routes: [ {{ match: {{ prefix: "/" }}, route: {{ cluster: app }} }} ]
          clusters:
          - name: app
            load_assignment:
              cluster_name: app
              endpoints:
              - lb_endpoints:
                - endpoint: {{ address: {{ socket_address: {{ address: {host}, port_value: {port} }} }} }}
        """
    )


PROXIES = {
    "nginx": nginx,
    "caddy": caddy,
    "apache": apache,
    "haproxy": haproxy,
    "traefik": traefik,
    "envoy": envoy,
}


def _typed(name: str) -> str:
    return f'"@type": type.googleapis.com/envoy.extensions.filters.http.{name}'
