"""Services in Go and Ruby, as the source text of their program, with the routes of `python_services`.

They are only recorded, as their fixes have the same shape as others', and building them takes long.
"""

from __future__ import annotations

from tests.fixes.configuration import Configuration
from tests.fixes.python_services import source


def gin(configuration: Configuration) -> str:
    """Debian's gin-contrib/cors."""
    options = ", ".join(configuration.lines("gin"))
    return source(
        f"""
        package main

        import (
            "os"
            "time"

            "github.com/gin-contrib/cors"
            "github.com/gin-gonic/gin"
        )

        func main() {{
            gin.SetMode(gin.ReleaseMode)
            router := gin.New()
            router.Use(gin.Recovery())
            router.Use(cors.New(cors.Config{{{options}}}))
            router.GET("/items", func(c *gin.Context) {{
                c.Header("X-Total-Count", "3")
                c.Header("ETag", "\\"1\\"")
                c.JSON(200, []string{{}})
            }})
            router.PUT("/items", func(c *gin.Context) {{ c.Status(200) }})
            router.GET("/private", func(c *gin.Context) {{ c.String(401, "a token, please") }})
            router.GET("/crash", func(c *gin.Context) {{ panic("no database") }})
            _ = time.Second
            router.Run("127.0.0.1:" + os.Args[1])
        }}
        """
    )


def rs_cors(configuration: Configuration) -> str:
    """Debian's rs/cors around net/http."""
    options = ", ".join(configuration.lines("go"))
    return source(
        f"""
        package main

        import (
            "net/http"
            "os"

            "github.com/rs/cors"
        )

        func main() {{
            mux := http.NewServeMux()
            {_HANDLERS}
            handler := cors.New(cors.Options{{{options}}}).Handler(mux)
            http.ListenAndServe("127.0.0.1:"+os.Args[1], handler)
        }}
        """
    )


def chi(configuration: Configuration) -> str:
    """Debian's go-chi/cors."""
    options = ", ".join(configuration.lines("go"))
    return source(
        f"""
        package main

        import (
            "net/http"
            "os"

            "github.com/go-chi/chi"
            "github.com/go-chi/cors"
        )

        func main() {{
            mux := chi.NewRouter()
            mux.Use(cors.Handler(cors.Options{{{options}}}))
            {_HANDLERS}
            http.ListenAndServe("127.0.0.1:"+os.Args[1], mux)
        }}
        """
    )


def rack(configuration: Configuration) -> str:
    """Debian's rack-cors, a config.ru."""
    lines = configuration.lines("rails")
    origins = next(line for line in lines if line.startswith("origins "))
    options = ", ".join(line for line in lines if line != origins)
    return source(
        f"""
        require "rack/cors"

        use Rack::Cors do
          allow do
            {origins}
            resource "*", {options}
          end
        end

        run lambda {{ |env|
          case [env["REQUEST_METHOD"], env["PATH_INFO"]]
          when ["GET", "/items"]
            [200, {{ "Content-Type" => "application/json", "X-Total-Count" => "3", "ETag" => '"1"' }}, ["[]"]]
          when ["PUT", "/items"] then [200, {{}}, [""]]
          when ["GET", "/crash"] then raise "no database"
          when ["GET", "/private"] then [401, {{ "Content-Type" => "text/plain" }}, ["a token, please"]]
          else [404, {{ "Content-Type" => "text/plain" }}, ["Not Found"]]
          end
        }}
        """
    )


COMPILED = {"gin": gin, "go": rs_cors, "go-chi": chi, "rails": rack}

_HANDLERS = """
            mux.HandleFunc("/items", func(w http.ResponseWriter, r *http.Request) {
                if r.Method != "GET" && r.Method != "PUT" {
                    http.Error(w, "method not allowed", 405)
                    return
                }
                w.Header().Set("X-Total-Count", "3")
                w.Header().Set("ETag", "\\"1\\"")
                w.Header().Set("Content-Type", "application/json")
                w.Write([]byte("[]"))
            })
            mux.HandleFunc("/private", func(w http.ResponseWriter, r *http.Request) {
                http.Error(w, "a token, please", 401)
            })
            mux.HandleFunc("/crash", func(w http.ResponseWriter, r *http.Request) { panic("no database") })
"""
