"""Which methods a path can be asked by."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from .context import context

WRITING = frozenset(("update.update", "graph_store.write_named_graph", "graph_store.write_graph"))
"""Endpoints that take a request only to say why it is refused, unless the service is writable."""

CATCH_ALL = "pages.show_resource"
"""Takes every path that no other route takes by GET, and refuses those that POST alone is for."""


def allowed() -> list[str]:
    """Return the methods of the request's path, as `Allow` lists them."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    endpoints = {}
    for method in adapter.allowed_methods():
        try:
            endpoints[method] = adapter.match(method=method)[0]
        except HTTPException:  # a redirect
            endpoints[method] = None
    if "POST" in endpoints and endpoints.get("GET") == CATCH_ALL:
        del endpoints["GET"], endpoints["HEAD"]
    refusing = frozenset() if context().settings.writable else WRITING
    found = {method for method, endpoint in endpoints.items() if endpoint not in refusing}
    return sorted(found | {"OPTIONS"})
