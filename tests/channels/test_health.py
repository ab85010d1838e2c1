"""Whether the server tells that it is not well."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from bare_server import Bare

from bot.channels import health as health_module
from bot.channels.health import Health

pytestmark = pytest.mark.rasa


class Store:
    """A store of conversations, which may fail, and counts how often it is asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked = 0
        self._error = error

    async def retrieve(self, _: str) -> None:
        """Look for a conversation."""
        self.asked += 1
        if self._error:
            raise self._error


def agent(store: Any) -> Any:
    """An agent with a store."""
    return SimpleNamespace(tracker_store=store)


@pytest.mark.parametrize(
    ("store", "alarms", "expected"),
    [
        (Store(), lambda: None, []),
        (None, lambda: None, ["model: not loaded"]),
        (Store(OSError("/secret")), lambda: None, ["conversations: OSError"]),
        (Store(), lambda: "alarms: 3 not recorded: OSError", ["alarms: 3 not recorded: OSError"]),
        (None, lambda: "webhook: 2 alarms not taken", ["webhook: 2 alarms not taken", "model: not loaded"]),
    ],
)
async def test_tells_what_is_wrong(store: Store | None, alarms: Any, expected: list[str]) -> None:
    """All that is not well is told, by the names of errors only."""
    assert await Health(alarms).trouble(agent(store) if store else None) == expected


async def test_does_not_wait_for_what_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """When conversations cannot be reached, that is told soon, with what is wrong with alarms."""
    monkeypatch.setattr(health_module, "SHORT", 0.1)

    async def hang(_: str) -> None:
        await asyncio.sleep(30)

    told = await asyncio.wait_for(Health(lambda: "alarms: x").trouble(agent(SimpleNamespace(retrieve=hang))), 5)

    assert told == ["alarms: x", "conversations: TimeoutError"]


async def test_looks_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask, the server looks once in a while."""
    store, health = Store(), Health(lambda: None)
    bot = agent(store)

    await asyncio.gather(*(health.trouble(bot) for _ in range(50)))
    asked = store.asked
    monkeypatch.setattr(health_module, "FRESH", -1.0)
    await health.trouble(bot)

    assert (asked, store.asked) == (1, 2)


def test_server_without_a_model(bare: Bare) -> None:
    """A server that has no model says so with 503, and the REST channel's old address is gone."""
    answer = requests.get(f"{bare.url}/webhooks/web/health", timeout=15)

    assert answer.status_code == 503
    assert answer.json()["status"].startswith("model: not loaded")
    assert requests.get(f"{bare.url}/webhooks/rest/", timeout=15).status_code == 404


def test_server_is_well(server: str) -> None:
    """A server whose parts are all well says so."""
    answer = requests.get(f"{server}/webhooks/web/health", timeout=15)

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
