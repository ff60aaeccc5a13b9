"""Real servers on loopback, one module a kind; each is a context manager that has stopped when its block ends.

`raw` gives the n-th request the n-th bytes, `site` finds the bytes by method and path, `scripted` runs a function on
each connection, `hostile` breaks HTTP, `http2` speaks HTTP/2, `by_vector` serves browsers with the vectors' exchanges;
`asgi`, `wsgi` and `nginx` run applications. `loopback` has the lifecycle of the sockets, `tls` the certificates.
"""
