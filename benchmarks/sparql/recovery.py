"""What queries that eat time or memory do to the service, as other clients see it."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .servers import Server

SECONDS = 1
"""The time limit that the queries are sent with."""

PATIENCE = 30.0
NEAR = 1.10
"""How many times the memory of before counts as having returned."""

PRODUCT = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DOUBLINGS = 40
HOSTILE = {
    "count of a product": f"SELECT (COUNT(*) AS ?n) {PRODUCT}",
    "ORDER BY over a product": f"SELECT * {PRODUCT} ORDER BY ?a ?e ?i",
    "string doubling": (
        f'SELECT (STRLEN(?s{DOUBLINGS}) AS ?n) {{ BIND("0123456789" AS ?s0) '
        + " ".join(f"BIND(CONCAT(?s{at}, ?s{at}) AS ?s{at + 1})" for at in range(DOUBLINGS))
        + " }"
    ),
}


@dataclass(frozen=True)
class Recovery:
    """What came of hostile queries.

    Args:
        cut: seconds until the last of them was answered or cut.
        statuses: what they were answered with; 0 is a connection that ended.
        answer: milliseconds from then until a normal query was answered.
        before: bytes of all processes before.
        after: the same when the memory had returned, or patience was over.
        returned: seconds until then from the cut; None if the memory did not return.
    """

    cut: float
    statuses: list[int]
    answer: float
    before: int
    after: int
    returned: float | None


def recovery(server: Server, hostile: str, normal: str, copies: int) -> Recovery:
    """Send a hostile query several times at once, then a normal one as soon as they are cut.

    Args:
        server: the service.
        hostile: the query that eats time or memory.
        normal: a query that takes no time.
        copies: how often to send it.
    """
    server.ask(normal)
    before = sum(server.memories())
    start = time.monotonic()
    with ThreadPoolExecutor(copies) as clients:
        statuses = list(clients.map(lambda _: _status(server, hostile), range(copies)))
    cut = time.monotonic()
    while True:
        try:
            server.ask(normal)
            break
        except OSError:
            if time.monotonic() > cut + PATIENCE:
                raise SystemExit(f"{server.name} answers no more") from None
    answered = time.monotonic()
    while (after := sum(server.memories())) > NEAR * before:
        if time.monotonic() > cut + PATIENCE:
            break
        time.sleep(0.01)
    returned = time.monotonic() - cut if after <= NEAR * before else None
    return Recovery(
        cut - start, sorted(set(statuses)), 1000 * (answered - cut), before, after, returned
    )


def _status(server: Server, query: str) -> int:
    path = f"{server.request_path(query)}&timeout={SECONDS}"
    try:
        server.get(path)
        return 200
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
