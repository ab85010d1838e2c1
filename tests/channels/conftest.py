"""What the tests of the channels share."""

from collections.abc import Callable, Iterator

import pytest
from bare_server import FILES, PER_ADDRESS, Bare, serving


@pytest.fixture(scope="session")
def bare(free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """The server, behind a proxy that it believes."""
    folder = tmp_path_factory.mktemp("bare")
    with serving(free_port(), folder, PROXIES="1", MESSAGES_PER_ADDRESS=str(PER_ADDRESS)) as server:
        yield server


@pytest.fixture(scope="session")
def own(free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """The server, of this machine alone: with the REST channel, and with few files."""
    few = "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))\n".replace("FILES", str(FILES))
    with serving(free_port(), tmp_path_factory.mktemp("own"), few, REST="true") as server:
        yield server
