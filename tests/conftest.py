"""What tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_server import LiveServer, live_server
from small_models import ENGINES, write_models
from small_vocabulary import small_ontology
from tone_kg.service import Annotator
from virtuoso import Virtuoso, shared_virtuoso


@pytest.fixture(scope="session")
def embedded_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The service, running on loopback with its own settings."""
    with live_server(tmp_path_factory.mktemp("service")) as server:
        yield server


@pytest.fixture(scope="session")
def service(embedded_service: LiveServer) -> LiveServer:
    """The same; tests of what does not depend on the store replace it by `over_store`."""
    return embedded_service


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """Virtuoso, into which `tone push` loaded the graph."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of all workers
    with shared_virtuoso(folder / "virtuoso") as server:
        yield server


@pytest.fixture(scope="session")
def virtuoso_service(
    tmp_path_factory: pytest.TempPathFactory, virtuoso_server: Virtuoso
) -> Iterator[LiveServer]:
    """The service over it."""
    folder = tmp_path_factory.mktemp("over_virtuoso")
    arguments = ("--store", virtuoso_server.query_url)
    with live_server(folder, *arguments, TONE_ENGINE="lexicon") as server:
        yield server


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of models whose every weight is known."""
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def annotators(models: Path) -> dict[str, Annotator]:
    """Each engine that uses models, with those."""
    return {each: Annotator(each, ontology=small_ontology(), models=models) for each in ENGINES}


@pytest.fixture(params=ENGINES)
def annotator(request: pytest.FixtureRequest, annotators: dict[str, Annotator]) -> Annotator:
    """One of them."""
    return annotators[request.param]
