"""Flask with Flask-CORS: https://flask-cors.readthedocs.io/.

Recognised by its development server, Werkzeug, and by the HTML of Werkzeug's error pages, whatever server runs it.

Traps: `CORS(app)` sends its headers with errors, too, but not in debug mode with those that nobody handles. A decorator
`@cross_origin()` covers its own view only.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CALL: Final = "CORS(app, ...)"

DIALECT: Final = Dialect(
    where=_CALL,
    templates={
        "origins": "CORS(app, origins=[{list}])",
        "methods": "CORS(app, methods=[{list}])",
        "request-headers": "CORS(app, allow_headers=[{list}])",
        "expose": "CORS(app, expose_headers=[{list}])",
        "credentials": "CORS(app, supports_credentials=True)",
        "max-age": "CORS(app, max_age={value})",
    },
    arrangements={
        "cors-layer": FixText(
            lines=("from flask_cors import CORS", 'CORS(app, origins=["https://app.example"])'),
            where="after app = Flask(__name__)",
        ),
        "outermost": FixText(
            lines=(_CALL,),
            where="in place of @cross_origin() on single views",
            note="CORS(app) sends the headers with every response of the app.",
        ),
        "preflights-first": FixText(
            lines=('if request.method == "OPTIONS": return app.make_default_options_response()',),
            where="at the beginning of the first before_request function",
            note="Flask-CORS adds the headers to that response.",
        ),
        "errors": FixText(
            lines=(_CALL,),
            where="with app.debug and TESTING off",
            note="An exception that nobody handles bypasses Flask-CORS in debug mode: handle it by "
            "@app.errorhandler(Exception).",
        ),
        "one-layer": FixText(
            lines=('del response.headers["{name}"]',),
            where="in the view or after_request function that sets it by hand",
            note="Flask-CORS sets it already.",
        ),
        "vary-origin": FixText(
            lines=('response.vary.add("Origin")',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="CORS(app, vary_header=True), the default, does so.",
        ),
    },
)
