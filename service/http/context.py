"""What the routes share: the settings, the knowledge, the store and the annotators."""

from __future__ import annotations

import threading
from functools import cached_property

from flask import current_app, request

from ...ontology.model import Link, Ontology, load
from ...vocab.links.proposals import open_proposals
from ..mapping.annotator import Annotator
from ..settings import Settings
from ..store import Query, Store, check, open_store
from ..term_index import TermIndex
from .problems import Problem


class Context:
    """One service: made once by the app, used by all threads.

    Args:
        settings: what to serve and within which limits.
        store: what answers SPARQL; the embedded store if None.

    Raises:
        SourceError: a source is missing or cannot be read.
        UnknownName: there is no such engine or profile.
        ToneError: a model of the engine is missing or broken.
    """

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        self.settings = settings
        self.ontology: Ontology = load(settings.root or None)
        self.proposals: tuple[Link, ...] = open_proposals(self.ontology)
        self.store: Store = store or open_store(
            settings.root or None,
            seconds=settings.query_seconds,
            max_bytes=settings.query_bytes,
            max_running=settings.query_threads,
        )
        self.engine = settings.engine
        self._annotators: dict[tuple[str, str], Annotator] = {}
        self._loading = threading.Lock()
        self.annotator(self.engine, settings.profile)

    @cached_property
    def terms(self) -> TermIndex:
        """The vocabulary by the terms' forms."""
        return TermIndex(self.ontology)

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

    def check(self, query: str) -> Query:
        """Return a query that may be run within the settings' limits; see `guard.check`."""
        return check(query, self.settings.query_length, self.settings.query_depth)


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
    if not request.host:
        raise Problem(400, "the header Host does not name a host", field="Host")
    return request.host_url.rstrip("/")
