"""The store that the settings ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...ontology.errors import ToneError
from ..settings import Settings
from . import open_store
from .base import QueryFailed, Store
from .checker import Checker
from .fallback import FallbackStore
from .guard import check
from .pooled import PooledStore
from .remote import RemoteStore
from .remote_answer import RESULTS_TYPE
from .remote_write import RemoteWriter

_PATIENCE = 5.0


def configured_store(
    settings: Settings, tell: Callable[[], None], embedded: Store | None = None
) -> Store:
    """Return the embedded store, a remote one, or both.

    Args:
        settings: which store, and within which limits.
        tell: called when the embedded store answers in the other's place.
        embedded: the embedded store, or an empty one, whose processes check what goes to a remote
            one; one in this process if None.

    Raises:
        SourceError: a source is missing or cannot be read.
        ToneError: the address of the remote store is none.
    """
    pool = embedded if isinstance(embedded, PooledStore) else None
    remote = _remote(settings, pool) if settings.store else None
    if remote and not settings.store_fallback:
        return remote
    embedded = embedded or open_store(
        settings.root or None,
        settings.journal_folder if settings.writable and not settings.store else None,
        seconds=settings.query_seconds,
        max_bytes=settings.query_bytes,
        max_running=settings.query_threads,
    )
    return FallbackStore(remote, embedded, settings.query_seconds, tell) if remote else embedded


def remote_problem(settings: Settings) -> str:
    """Return why the remote store does not answer, nothing if it does."""
    patience = min(settings.query_seconds, _PATIENCE)
    try:
        _remote(replace(settings, query_seconds=patience)).query(check("ASK {}"), RESULTS_TYPE)
    except (QueryFailed, ToneError) as error:
        return str(error)
    return ""


def _remote(settings: Settings, checker: Checker | None = None) -> RemoteStore:
    return RemoteStore(
        settings.store,
        settings.credentials,
        settings.query_seconds,
        settings.query_bytes,
        settings.query_threads,
        checker,
        _writer(settings),
    )


def _writer(settings: Settings) -> RemoteWriter | None:
    if not settings.writable:
        return None
    return RemoteWriter(
        settings.store_update_url,
        settings.store_graph_url,
        settings.credentials,
        settings.query_seconds,
    )
