"""What is told of concepts and terms, kept as it was sent: it stays the same while TONE runs."""

from __future__ import annotations

import time
from collections import OrderedDict

from flask import Flask
from granian.rsgi import Scope

from ..settings import Settings
from .app import end_request
from .plain_query import Answer, has_one_host

_PATHS = ("/v1/concepts/", "/v1/terms/")
_ODD = ("authorization", "expect", "if-none-match")
_MOST = 20_000_000
"""Bytes of answers that are kept, with what asked for them."""

_HEADERS = 2_000
"""Bytes that the headers of an answer, and what else is kept with it, take about."""

Key = tuple[str, str, str | None, str | None]


class KeptAnswers:
    """Whole answers to GET, the latest ones.

    Args:
        app: what made them.
        settings: the service's.
    """

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._routes = app.url_map.bind("")
        self._counted = app.extensions["tone-metrics"]
        self._settings = settings
        self._answers: OrderedDict[Key, tuple[str, Answer]] = OrderedDict()
        self._size = 0

    def key(self, scope: Scope) -> Key | None:
        """Return all that the answer to a request depends on; None if it is not to be kept."""
        path, headers = scope.path, scope.headers
        if scope.method != "GET" or not path.startswith(_PATHS):
            return None
        if any(each in headers for each in _ODD) or not has_one_host(scope):
            return None
        return path, scope.query_string, headers.get("accept"), headers.get("accept-encoding")

    def find(self, key: Key) -> Answer | None:
        """Return the answer to a request, which is counted as answered; None if there is none."""
        start = time.perf_counter()
        if (found := self._answers.get(key)) is None:
            return None
        self._answers.move_to_end(key)
        route, answer = found
        self._counted.begin()
        end_request(self._settings, self._counted, "GET", route, answer[0], start)
        return answer

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep the answer to a request, if it is one that others will get too."""
        status, _, body = answer
        if status != 200 or key in self._answers:
            return
        rule, _ = self._routes.match(key[0], "GET", return_rule=True)
        self._answers[key] = (rule.rule, answer)
        self._size += _size(key, body)
        while self._size > _MOST:
            oldest, (_, made) = self._answers.popitem(last=False)
            self._size -= _size(oldest, made[2])


def _size(key: Key, body: bytes) -> int:
    return _HEADERS + sum(len(each or "") for each in key) + len(body)
