"""The settings of the service: one row each, read from the environment; see docs/http.md."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..ontology.errors import ToneError
from .credentials import Credentials, check_address
from .mapping.engines import DEFAULT_ENGINE

PREFIX = "TONE_"
"""The environment variable of a setting is this and its name in capitals."""

_ADDRESS = re.compile(r"https?://([\w.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/?", re.ASCII)


_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""https://www.rfc-editor.org/rfc/rfc6750#section-2.1"""


def _setting(default: Any, help: str, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"help": help})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; `metadata["help"]` of a field says what it means."""

    engine: str = _setting(DEFAULT_ENGINE, "Engine that maps texts if a request names none")
    profile: str = _setting("general", "Profile if a request names none")
    models: str = _setting("", "Folder of the models that engines use; empty: those installed")
    root: str = _setting("", "Folder of the sources to serve; empty: those installed")
    url: str = _setting(
        "",
        "Public address, such as https://tone.example.org; empty: the one that a request names",
    )
    store: str = _setting("", "SPARQL endpoint to ask; empty: the embedded store")
    store_fallback: bool = _setting(
        False, "Whether the embedded store answers while the other one cannot"
    )
    store_update_url: str = _setting("", "Update endpoint of that store, to write to it")
    store_graph_url: str = _setting("", "Graph Store Protocol of that store, to write to it")
    store_user: str = _setting("", "User by which another store knows the service")
    store_password: str = _setting("", "Password of that user", secret=True)
    store_token: str = _setting("", "Bearer token, instead of a user", secret=True)
    writable: bool = _setting(
        False, "Whether updates and writes to graphs are taken from those who hold the token"
    )
    token: str = _setting(
        "",
        "Token that writing needs: letters, digits and -._~+/, = at its end",
        secret=True,
    )
    journal: str = _setting(
        "", "Folder that keeps what is written; empty: tone/journal in the user's state folder"
    )
    text_limit: int = _setting(20_000, "Characters of one text")
    explain_limit: int = _setting(
        2_000, "Characters up to which models explain a text by word; a longer one by sentence"
    )
    batch_limit: int = _setting(1_000, "Texts of one batch")
    body_limit: int = _setting(8_000_000, "Bytes of a request's body")
    page_limit: int = _setting(
        1_000, "Concepts or matches that one page of /v1/concepts or /v1/search may hold"
    )
    query_length: int = _setting(50_000, "Characters of a SPARQL query")
    query_depth: int = _setting(100, "Brackets that may be open at once in a SPARQL query")
    query_seconds: float = _setting(30.0, "Seconds that a SPARQL query may run")
    query_bytes: int = _setting(50_000_000, "Bytes of a SPARQL result")
    query_memory: int = _setting(
        500_000_000, "Bytes of memory that a SPARQL query may take besides the graphs"
    )
    query_texts: int = _setting(10, "Texts that a SPARQL query may have mapped or searched for")
    query_threads: int = _setting(8, "SPARQL queries that run at once in one worker")
    client_queries: int = _setting(4, "SPARQL queries of one client that run at once in one worker")
    queries_waiting: int = _setting(
        500, "SPARQL queries that may wait for their turn in one worker; more get 503"
    )
    client_waiting: int = _setting(
        100, "SPARQL queries of one client that may wait in one worker; more get 429"
    )
    proxies: str = _setting(
        "",
        "Addresses or networks, separated by commas, of proxies whose X-Forwarded-For tells "
        "clients apart",
    )
    threads: int = _setting(16, "Requests that one worker answers at once, batches apart")
    waiting: int = _setting(500, "Requests that may wait for one of these threads; more get 503")
    batch_threads: int = _setting(1, "Batches that one worker works on at the same moment")
    batches: int = _setting(8, "Batches that one worker holds, taking turns; more get 503")
    connections: int = _setting(
        10_000, "Connections that one worker holds; more wait to be accepted"
    )
    body_seconds: float = _setting(
        60.0, "Seconds that a body may take to arrive, or a piece of an answer to be read"
    )
    answer_bytes: int = _setting(
        500_000_000, "Bytes of answers that one worker holds for clients that read slowly"
    )
    memory_limit: int = _setting(4_000_000_000, "Bytes of memory that one worker may hold")
    access_log: bool = _setting(True, "Whether to log each request: method, route, status, time")

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
        """Return the settings: given ones first, then the environment's, then the defaults.

        Args:
            environ: variables; the process's own if None.
            given: values by name; None means not given.

        Raises:
            ToneError: a variable's value is none that the setting can have.
        """
        environ = os.environ if environ is None else environ
        values = {name: value for name, value in given.items() if value is not None}
        for each in fields(cls):
            variable = PREFIX + each.name.upper()
            if each.name not in values and variable in environ:
                values[each.name] = _parse(variable, environ[variable], each.default)
        if url := values.get("url"):
            values["url"] = _address(url)
        for name in ("store", "store_update_url", "store_graph_url"):
            if values.get(name):
                check_address(values[name])
        return cls(**values)

    @property
    def credentials(self) -> Credentials:
        """What another store knows the service by."""
        return Credentials(self.store_user, self.store_password, self.store_token)

    @property
    def journal_folder(self) -> Path:
        """The folder of the journal.

        By default it is where https://specifications.freedesktop.org/basedir-spec/ has such data.
        """
        if self.journal:
            return Path(self.journal)
        state = os.environ.get("XDG_STATE_HOME", "")
        folder = Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state"
        return folder / "tone" / "journal"

    def check_writing(self) -> None:
        """Raise ToneError if the service is to be writable, but nothing can be written.

        The token is none that a client can send, or another store has no address for it.
        """
        if self.writable and self.store and not (self.store_update_url or self.store_graph_url):
            raise ToneError(
                "there is no address to write to: give --store-update-url or --store-graph-url, "
                "or leave --writable out"
            )
        if self.writable and not _TOKEN.fullmatch(self.token):
            problem = "is not such a token" if self.token else "is not set"
            raise ToneError(
                f"a writable service needs a token, of letters, digits and -._~+/, in the "
                f"environment variable {PREFIX}TOKEN, which {problem}"
            )


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        if "[" in url:
            ipaddress.IPv6Address(parts.hostname or "")
        valid = _ADDRESS.fullmatch(url) and parts.port != 0
    except ValueError:  # of the address, or of the port
        valid = False
    if not valid:
        raise ToneError(
            f"{PREFIX}URL must be an address such as https://tone.example.org, without a path, "
            f"not {url!r}"
        )
    return url.rstrip("/")


def _parse(variable: str, text: str, default: Any) -> Any:
    if isinstance(default, str):
        return text
    if isinstance(default, bool):
        if text.lower() not in ("1", "true", "0", "false"):
            raise ToneError(f"{variable} must be 1 or 0, not {text!r}")
        return text.lower() in ("1", "true")
    kind = "whole number" if isinstance(default, int) else "number"
    try:
        value = type(default)(text)
    except ValueError:
        raise ToneError(f"{variable} must be a {kind}, not {text!r}") from None
    if not 0 < value < float("inf"):
        raise ToneError(f"{variable} must be more than 0, not {text}")
    return value
