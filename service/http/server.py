"""Run the service: Granian, a production HTTP server (https://github.com/emmett-framework/granian)."""

from __future__ import annotations

import http.client
import ipaddress
import logging
import logging.config
import os
import resource
import signal
import socket
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from ...ontology.errors import ToneError
from ...ontology.model import load
from ...vocab.links.proposals import open_proposals
from ..settings import Settings
from ..store import EmbeddedStore, open_store
from ..store.holder import Holder
from ..store.pooled import PooledStore
from ..store.worker import Limits, die_with

GIVE_UP_AFTER = 60.0
"""Seconds after which a service that is not ready is not waited for any more."""

HEADERS_WITHIN = 15
"""Seconds in which the headers of a request must have come, and the next request on a connection.

Until then a client holds one of the connections for nothing.
"""

LONGEST = 1e9
"""Seconds that timers can count; a query may run no longer, whatever its limit is."""

RESERVED_FILES = 200
"""Files and sockets that a worker may need besides its clients' connections."""

STOP_AFTER = 10
"""Seconds that requests under way have to finish when the service is stopped."""

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
            "formatter": "plain",
        }
    },
    "loggers": {
        "tone": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "_granian": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
"""Everything goes to standard error, and nothing of it holds what a user sent."""


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    store: str | None = None,
    engine: str | None = None,
    workers: int | None = None,
    writable: bool | None = None,
    journal: str | None = None,
    store_fallback: bool | None = None,
    store_update_url: str | None = None,
    store_graph_url: str | None = None,
) -> None:
    """Serve until interrupted.

    Args:
        host: the address to listen on.
        port: the port; 0 takes one that is free.
        store: the address of a SPARQL endpoint that is asked instead of the embedded store.
        engine: the engine that maps texts by default.
        workers: processes that answer; one a processor if None.
        writable: whether updates are taken.
        journal: the folder that keeps what is written.
        store_fallback: whether the embedded store answers while the other one cannot.
        store_update_url: the address of that store's update endpoint.
        store_graph_url: the address of its Graph Store Protocol.

    Raises:
        ToneError: the port cannot be had, a setting is wrong, or a source cannot be read.
        SystemExit: the store has ended.
    """
    settings = Settings.read(
        engine=engine or None,
        writable=writable,
        journal=journal or None,
        store=store,
        store_fallback=store_fallback,
        store_update_url=store_update_url,
        store_graph_url=store_graph_url,
    )
    settings.check_writing()
    address = _address(host)
    port = _claim(address, port)
    open_proposals(load(settings.root or None))  # the processes inherit what is read here
    stops = _collect_stops()
    holder = _hold(settings)
    # These take half a second, in which the other process loads the store.
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from ..store.configured import remote_problem
    from .context import check_defaults
    from .metrics import share

    check_defaults(settings)
    if settings.store and (problem := remote_problem(settings)):
        print(f"tone: {problem}; the service starts without it", file=sys.stderr, flush=True)
    shown = f"[{address}]" if ":" in address else address
    if not ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        print(
            f"tone: {shown} can be reached from other machines: anyone who reaches it can ask "
            "anything, and texts travel unencrypted; put a proxy with TLS and access control "
            "before it, or listen on 127.0.0.1",
            file=sys.stderr,
            flush=True,
        )
    server = Granian(
        "tone_kg.service.http.app",
        address=address,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers or len(os.sched_getaffinity(0)),
        backpressure=_connections(settings.connections),
        http1_settings=HTTP1Settings(header_read_timeout=1000 * HEADERS_WITHIN),
        websockets=False,
        log_dictconfig=LOGGING,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_AFTER,
    )
    announce = threading.Thread(target=_announce, args=(address, port, shown), daemon=True)
    server.on_startup(announce.start)
    if holder:
        watch = threading.Thread(target=_stop_after, args=(holder,), daemon=True)
        server.on_startup(watch.start)
    folder = holder.folder if holder else None
    loader = partial(_load, settings, share(), folder, os.getpid())
    if stops:
        sys.exit(128 + stops[0])
    server.serve(target_loader=loader, wrap_loader=False)
    if holder and holder.ended:
        sys.exit(1)


def _collect_stops() -> list[int]:
    """Return a list that gets SIGTERM and SIGINT, until Granian has handlers of its own.

    What a handler raises in the middle of an import can be swallowed.
    """
    stops: list[int] = []
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda number, _: stops.append(number))
    return stops


def _hold(settings: Settings) -> Holder | None:
    """Start the process that holds the embedded store, an empty one if that is not asked.

    Where processes cannot be forked there is none.
    """
    if not hasattr(os, "fork"):
        return None
    if settings.store:
        root = settings.root or None
        copy = partial(open_store, root) if settings.store_fallback else EmbeddedStore
        return Holder(copy, _limits(settings))
    journal = settings.journal_folder if settings.writable else None
    load = partial(open_store, settings.root or None, journal)
    if journal:
        # What is wrong with a journal keeps the service from starting.
        load().close()
        print(f"tone: what is written is kept in {journal}", file=sys.stderr, flush=True)
    return Holder(load, _limits(settings), settings.writable)


def _limits(settings: Settings) -> Limits:
    return Limits(
        seconds=min(settings.query_seconds, LONGEST),
        max_bytes=settings.query_bytes,
        memory=settings.query_memory,
        length=settings.query_length,
    )


def _connections(wanted: int) -> int:
    """Return how many connections a worker can hold, and let it have as many files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, most - RESERVED_FILES))


def _stop_after(holder: Holder) -> None:
    """Stop the service when its store has ended: whoever runs it can start it anew."""
    holder.wait()
    print("tone: the store has ended, so the service ends", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)


def _load(settings: Settings, counters: str, store: Path | None, parent: int) -> Any:
    """Return the app, in the process that runs it.

    Args:
        settings: the service's.
        counters: where its workers share their counters.
        store: the folder of the store's holder, if there is one.
        parent: the process that started this one, which ends with it.
    """
    from .app import create_app
    from .gateway import Gateway

    die_with(parent)
    logging.config.dictConfig(LOGGING)
    _limit_memory(settings.memory_limit)
    pool = None
    if store:
        writable = settings.writable and not settings.store
        pool = PooledStore(store, _limits(settings), writable, settings.query_threads)
    app = create_app(settings, pool, counters)
    return Gateway(app, settings, None if settings.store else pool)


def _limit_memory(size: int) -> None:
    """End this process, rather than others of the machine, should it eat their memory."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if most != resource.RLIM_INFINITY:
        size = min(size, most)
    resource.setrlimit(resource.RLIMIT_DATA, (size, most))


def _address(host: str) -> str:
    """Return the IP address of a host name."""
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError as error:
        raise ToneError(f"{host} is no address of this machine ({error.strerror})") from None


def _claim(address: str, port: int) -> int:
    """Return the port if it can be listened on, or a free one for 0."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise ToneError(
                f"cannot listen on {address}, port {port}: {reason}; choose another --port"
            ) from None
        return int(probe.getsockname()[1])


def _announce(address: str, port: int, shown: str) -> None:
    """Say that the service is ready once it answers so."""
    deadline = time.monotonic() + GIVE_UP_AFTER
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(reach, port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                print(f"TONE is ready at http://{shown}:{port}/", file=sys.stderr, flush=True)
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.02)
    print(f"tone: not ready after {GIVE_UP_AFTER:g} s", file=sys.stderr, flush=True)
