"""Deleting a conversation from Rasa's stores, so that nothing of it can be read there any more."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import (
    AwaitableTrackerStore,
    FailSafeTrackerStore,
    InMemoryTrackerStore,
    RedisTrackerStore,
    TrackerStore,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered

from bot.store.forget import forget, overwrite
from bot.store.trackers import OverwritingStore

pytestmark = pytest.mark.rasa
FILE = "conversations.db"
Wrap = Callable[[TrackerStore], TrackerStore]
WRAPPERS: list[Wrap] = [
    lambda store: store,
    AwaitableTrackerStore,
    FailSafeTrackerStore,
    lambda store: FailSafeTrackerStore(AwaitableTrackerStore(store)),
]


def in_memory(_: Path) -> TrackerStore:
    """A store in memory."""
    return InMemoryTrackerStore(Domain.empty())


def in_sqlite(folder: Path) -> TrackerStore:
    """A store in a file."""
    return OverwritingStore(Domain.empty(), dialect="sqlite", db=str(folder / FILE))


async def talk(store: TrackerStore, conversation: str, text: str, times: int = 3) -> None:
    """Say something in a conversation."""
    tracker = await store.get_or_create_tracker(conversation)
    for _ in range(times):
        tracker.update(UserUttered(text))
        tracker.update(BotUttered(f"You said {text}"))
    await store.save(tracker)


@pytest.mark.parametrize("wrap", WRAPPERS, ids=["bare", "awaitable", "fail-safe", "both"])
@pytest.mark.parametrize("make", [in_memory, in_sqlite])
async def test_conversation_is_gone(tmp_path: Path, make: Callable[[Path], TrackerStore], wrap: Wrap) -> None:
    """A deleted conversation is not there any more, and all others are, within Rasa's wrappers too."""
    store = wrap(make(tmp_path))
    for name in ("web-deleted", "web-stays", "web-deleted-not"):
        await talk(store, name, "hello")

    forget(store, "web-deleted")

    assert await store.retrieve("web-deleted") is None
    assert sorted(await store.keys()) == ["web-deleted-not", "web-stays"]
    stays = await store.retrieve("web-stays")
    assert stays is not None
    assert stays.latest_message.text == "hello"


@pytest.mark.parametrize("length", [1, 5000], ids=["short", "longer than a page of the file"])
async def test_words_are_gone_from_the_file(tmp_path: Path, length: int) -> None:
    """The deleted words and the conversation's name are not in the file's bytes any more, and others' words are."""
    store = in_sqlite(tmp_path)
    for _ in range(3):
        await talk(store, "web-deleted", "xylophone " * length)
        await talk(store, "web-stays", "marzipan " * length)
    assert b"xylophone" in (tmp_path / FILE).read_bytes()

    assert forget(store, "web-deleted")
    overwrite(store)

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"xylophone" not in kept
    assert b"web-deleted" not in kept
    assert b"marzipan" in kept


@pytest.mark.parametrize("make", [in_memory, in_sqlite])
async def test_talk_can_begin_again(tmp_path: Path, make: Callable[[Path], TrackerStore]) -> None:
    """After it was deleted, a conversation of the same name begins with nothing."""
    store = make(tmp_path)
    await talk(store, "web-deleted", "hello", times=5)

    forget(store, "web-deleted")
    await talk(store, "web-deleted", "again", times=1)

    tracker = await store.retrieve("web-deleted")
    assert tracker is not None
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["again"]


@pytest.mark.parametrize("make", [in_memory, in_sqlite])
async def test_nobodys_conversation(tmp_path: Path, make: Callable[[Path], TrackerStore]) -> None:
    """A conversation that is not there can be deleted all the same, also one whose name is a trap."""
    store = make(tmp_path)
    await talk(store, "web-stays", "hello")

    for name in ("nobody", "' OR '1'='1", "web-%", ""):
        assert not forget(store, name)

    assert list(await store.keys()) == ["web-stays"]


@pytest.mark.parametrize("wrap", WRAPPERS, ids=["bare", "awaitable", "fail-safe", "both"])
def test_other_stores_are_refused(wrap: Wrap) -> None:
    """A store from which nothing can be deleted is named, rather than the conversation being kept without a word."""
    with pytest.raises(NotImplementedError, match="RedisTrackerStore"):
        forget(wrap(RedisTrackerStore(Domain.empty())), "web-deleted")


async def test_fallback_forgets_too(tmp_path: Path) -> None:
    """What Rasa kept in memory while its file could not be written is deleted as well."""
    database = in_sqlite(tmp_path)
    store = FailSafeTrackerStore(database)
    with database.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE events RENAME TO away"))
    await talk(store, "web-deleted", "hello")
    with database.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO events"))
    assert await store.fallback_tracker_store.retrieve("web-deleted")

    forget(store, "web-deleted")

    assert await store.fallback_tracker_store.retrieve("web-deleted") is None
