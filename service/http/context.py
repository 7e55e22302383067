"""What the routes share: the settings, the knowledge, the store and the annotators."""

from __future__ import annotations

import json
import logging
import re
import threading
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, g, has_request_context, request

from ...ontology.errors import ToneError, UnknownName
from ...ontology.model import Link, Ontology, Term, load
from ...vocab.links.proposals import open_proposals
from .. import records
from ..mapping.annotator import Annotator
from ..mapping.engines import check_engine
from ..mapping.settings import PROFILES
from ..search import SearchIndex
from ..settings import Settings
from ..store import Query, Store, check
from ..store.configured import configured_store
from ..term_index import TermIndex
from ..text_hits import TextHits
from .problems import Problem

_HOST = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?", re.ASCII)

KEPT = 2_000
"""Answers about concepts, and about terms, that are kept as they were written."""

_log = logging.getLogger("tone.errors")


class Context:
    """One service: made once by the app, used by all threads.

    Args:
        settings: what to serve and within which limits.
        store: the embedded store; one in this process if None.

    Raises:
        SourceError: a source is missing or cannot be read.
        UnknownName: there is no such engine or profile.
        MissingModel: a model of the engine is missing.
    """

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        self.settings = settings
        self.ontology: Ontology = load(settings.root or None)
        self.proposals: tuple[Link, ...] = open_proposals(self.ontology)
        self.store = configured_store(settings, _tell_fallback, store)
        self.engine = settings.engine
        # What is asked most is written once. No key is a user's text.
        self.concept_json = lru_cache(KEPT)(self._concept_json)
        self.term_json = lru_cache(KEPT)(self._term_json)
        self._hits = TextHits(
            lambda: self.annotator(self.engine, settings.profile),
            lambda: self.search,
            settings.query_texts,
            settings.text_limit,
            settings.query_length,
            settings.query_depth,
        )
        self._annotators: dict[tuple[str, str], Annotator] = {}
        self._loading = threading.Lock()
        check_defaults(settings)
        threading.Thread(target=self._load_engine, daemon=True).start()

    def _load_engine(self) -> None:
        """Load the engine that most requests want, while others are answered already."""
        try:
            self.store.state()  # queries can be answered sooner than texts, if both take no turns
            self.annotator(self.engine, self.settings.profile)
        except ToneError as error:
            _log.error("%s", error)

    @property
    def is_ready(self) -> bool:
        """Whether the engine that most requests want is loaded."""
        return (self.engine, self.settings.profile) in self._annotators

    @cached_property
    def terms(self) -> TermIndex:
        """The vocabulary by the terms' forms."""
        return TermIndex(self.ontology)

    @cached_property
    def search(self) -> SearchIndex:
        """The labels of concepts and the vocabulary, for a search."""
        return SearchIndex(self.ontology)

    def annotator(self, engine: str, profile: str) -> Annotator:
        """Return the annotator of an engine and a profile, loaded when first asked for.

        Raises:
            UnknownName: there is no such engine or profile.
            ToneError: a model of the engine is missing or broken.
        """
        key = (engine, profile)
        if key in self._annotators:  # requests for it don't wait while another one is loaded
            return self._annotators[key]
        with self._loading:
            if key not in self._annotators:
                self._annotators[key] = Annotator(
                    engine,
                    profile,
                    self.ontology,
                    self.settings.models or None,
                    self.settings.explain_limit,
                )
            return self._annotators[key]

    def _concept_json(self, concept: str, inherited: bool) -> bytes:
        """Return all that is known of a concept, given by its id, as JSON."""
        found = self.ontology.concepts[concept]
        record = records.full(self.ontology, self.terms, found, inherited)
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"

    def _term_json(self, term: Term) -> str:
        """Return a term with the concept that it expresses as JSON."""
        return json.dumps(records.term(self.ontology, term), ensure_ascii=False)

    def check(self, query: str) -> Query:
        """Return a query that may be run within the settings' limits; see `guard.check`."""
        return check(query, self.settings.query_length, self.settings.query_depth)

    def query(self, query: Query, media_type: str, *scope: Any) -> bytes:
        """Return the store's answer to a query, with the hits of its texts; see `Store.query`."""
        return self._hits.query(self.store, query, media_type, *scope)


def check_defaults(settings: Settings) -> None:
    """Raise what would keep texts from being mapped, as far as names and files tell.

    Raises:
        UnknownName: there is no such engine or profile.
        MissingModel: a model of the engine is missing.
    """
    check_engine(settings.engine, Path(settings.models) if settings.models else None)
    if settings.profile not in PROFILES:
        raise UnknownName("profile", settings.profile, PROFILES)


def _tell_fallback() -> None:
    if has_request_context():
        g.fallback = True


def context() -> Context:
    """Return the context of the app that answers the current request."""
    shared: Context = current_app.extensions["tone"]
    return shared


def public_url() -> str:
    """Return the address of the service, without a slash at its end.

    It is the setting's, or else the one that the request names.

    Raises:
        Problem: there is no setting, and the request names no host.
    """
    if url := context().settings.url:
        return url
    # Werkzeug gives no name that holds an underscore, but containers have such names.
    host = request.host or request.headers.get("Host", "")
    if not _HOST.fullmatch(host):
        raise Problem(400, "the header Host does not name a host", field="Host")
    return f"{request.scheme}://{host}"


def check_host() -> None:
    """Check that the request has one Host (https://www.rfc-editor.org/rfc/rfc9112#section-3.2).

    Raises:
        Problem: it has none, which only HTTP/1.0 may, or several.
    """
    host = request.environ.get("HTTP_HOST")
    none = host is None and request.environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    if none or (host and "," in host):
        raise Problem(400, "a request has one header Host", field="Host")
