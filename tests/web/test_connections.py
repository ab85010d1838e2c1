"""How many connections there may be."""

import resource
from collections.abc import Iterator

import pytest

from bot.settings import settings
from bot.web import connections as counted
from bot.web.connections import FILES, KEPT, PER_HOUSEHOLD, Connections, connections, raise_files

INFINITE = resource.RLIM_INFINITY


@pytest.fixture
def fresh() -> Iterator[None]:
    """Settings and connections are read anew, before and after."""
    for cached in (settings, connections):
        cached.cache_clear()
    yield
    for cached in (settings, connections):
        cached.cache_clear()


def test_household_has_its_share() -> None:
    """One household's connections are refused beyond its share; another's are let in, and its own when some end."""
    some = Connections(most=10, per_household=3)

    assert [some.begin("a") for _ in range(5)] == [True] * 3 + [False] * 2
    assert some.begin("b")
    some.end("a")
    assert [some.begin("a") for _ in range(2)] == [True, False]


def test_all_have_an_end() -> None:
    """However many households there are, no more connections are let in than there are files for."""
    some = Connections(most=4, per_household=3)

    assert [some.begin(f"household {number}") for number in range(6)] == [True] * 4 + [False] * 2
    some.end("household 0")
    assert some.begin("another")


@pytest.mark.parametrize(
    ("files", "most"),
    [(1024, 1024 - KEPT), (256, 128), (FILES, FILES - KEPT), (10 * FILES, FILES - KEPT), (INFINITE, FILES - KEPT)],
)
@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.usefixtures("fresh")
def test_files_are_left(monkeypatch: pytest.MonkeyPatch, files: int, most: int, proxies: int) -> None:
    """However many files the process may have, some are left to keep alarms with; a proxy may take all others."""
    monkeypatch.setenv("STRIDE_PROXIES", str(proxies))
    monkeypatch.setattr(counted.resource, "getrlimit", lambda _: (files, INFINITE))

    let_in = sum(connections().begin("a") for _ in range(FILES))

    assert let_in == (most if proxies else min(most, PER_HOUSEHOLD))


@pytest.mark.parametrize(
    ("soft", "hard", "expected"),
    [
        (1024, 4096, (4096, 4096)),
        (1024, 1_000_000, (FILES, 1_000_000)),
        (1024, INFINITE, (FILES, INFINITE)),
        (FILES + 1, INFINITE, None),
        (4096, 4096, None),
        (INFINITE, INFINITE, None),
    ],
)
def test_process_may_have_more_files(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, expected: tuple[int, int] | None
) -> None:
    """The limit is raised as far as is needed and allowed, and never lowered."""
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(counted.resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(counted.resource, "setrlimit", lambda _, limits: told.append(limits))

    raise_files()

    assert told == ([expected] if expected else [])
