"""What tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from live_server import LiveServer, live_server


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The service, running on loopback with its own settings."""
    with live_server(tmp_path_factory.mktemp("service")) as server:
        yield server
