"""The Flask app: routes, errors, and what every response carries."""

from __future__ import annotations

import sys
import time
from functools import lru_cache, partial
from pathlib import Path

from flask import Flask, Response, g, request

from ..settings import Settings
from ..store import Store
from . import (
    annotate,
    bearer,
    compression,
    conditional,
    graph_store,
    meta,
    methods,
    pages,
    problems,
    questions,
    sparql,
    update,
    v1,
)
from .context import Context, check_host
from .metrics import NO_ROUTE, Metrics

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Allow, ETag, Link, Location, Preference-Applied, Retry-After, Tone-Store, WWW-Authenticate"
    ),
}
CORS_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match, Prefer",
    "Access-Control-Max-Age": "86400",
}
"""https://fetch.spec.whatwg.org/#http-cors-protocol

Also what a proxy before the service may ask for or add: credentials and validators.
"""

EVERYWHERE = {**CORS, "X-Content-Type-Options": "nosniff"}
"""Headers of every response."""

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}
"""Pages need nothing but the service's own style sheet."""


def create_app(
    settings: Settings | None = None, store: Store | None = None, counters: str = ""
) -> Flask:
    """Return the WSGI app of the service.

    Args:
        settings: the environment's settings if None.
        store: the embedded store; one in this process if None.
        counters: where the workers of a server share their counters: see `metrics.share`.

    Raises:
        ToneError: a source cannot be read, or a setting has a value that it cannot have.
    """
    settings = Settings.read() if settings is None else settings
    # Both paths are given since Flask cannot find the folder of an editable install.
    folder = str(Path(__file__).parent)
    app = Flask(__name__, root_path=folder, instance_path=folder)
    app.config["MAX_CONTENT_LENGTH"] = settings.body_limit
    app.url_map.merge_slashes = False
    app.extensions["tone"] = Context(settings, store)

    @app.before_request
    def begin() -> None:
        g.start = time.perf_counter()
        counted.begin()
        check_host()
        compression.accepted()

    problems.register(app)
    for module in (meta, v1, questions, annotate, bearer, sparql, update, graph_store, pages):
        app.register_blueprint(module.blueprint)
    counted = Metrics([each.rule for each in app.url_map.iter_rules()], counters)
    app.extensions["tone-metrics"] = counted

    @app.after_request
    def finish(response: Response) -> Response:
        response = conditional.finish(response)
        response.headers.update(EVERYWHERE)
        if "Allow" in response.headers:
            response.headers["Allow"] = ", ".join(methods.allowed())
        if request.method == "OPTIONS":
            response.headers.update(CORS_PREFLIGHT)
            if settings.writable:
                response.headers["Access-Control-Allow-Methods"] += ", PUT, DELETE"
        if g.get("fallback"):
            response.headers["Tone-Store"] = "fallback"
        if response.mimetype == "text/html":
            response.headers.update(PAGE_HEADERS)
        # The route, not the path or the query: those may hold what a user wants mapped.
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        status = response.status_code
        end = partial(end_request, settings, counted, request.method, route, status, g.start)
        # What is made while it is sent takes until it is sent.
        response.call_on_close(end) if response.is_streamed else end()
        return response

    return app


def end_request(
    settings: Settings, counted: Metrics, method: str, route: str, status: int, start: float
) -> None:
    """Count a request that came at a time of `time.perf_counter` as answered, and log it."""
    seconds = time.perf_counter() - start
    counted.end(route, status, seconds)
    if settings.access_log:
        now = time.time()
        at = f"{_written(int(now))},{int(now % 1 * 1000):03}"
        # The lines of the other loggers, but logging takes longer than a small query.
        sys.stderr.write(f"{at} tone.access {method} {route} {status} {1000 * seconds:.1f} ms\n")


@lru_cache(maxsize=2)
def _written(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))
