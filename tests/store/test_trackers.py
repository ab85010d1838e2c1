"""The store of Rasa's conversations: nothing deleted stays in its file, and long ones are loaded as short ones."""

import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.local import where_kept
from bot.datafile import DataError
from bot.files.database import opened
from bot.settings import ROOT
from bot.store.forget import forget, overwrite
from bot.store.trackers import VERSIONS, MemoryStore, OverwritingStore

pytestmark = pytest.mark.rasa
DOMAIN = Domain.from_yaml("""
intents: [greet]
slots:
  answered: {type: any, mappings: [{type: custom}]}
  never: {type: any, mappings: [{type: custom}]}
forms: {talk: {required_slots: []}}
""")


async def test_deleted_conversations_are_in_no_file(sqlite_that_keeps: None, tmp_path: Path) -> None:
    """Neither name nor words of a deleted conversation can be read, though pages were split and joined."""
    store = OverwritingStore(Domain.empty(), dialect="sqlite", db=str(tmp_path / "conversations.db"))
    chance = random.Random(0)
    here = [f"web-{chance.getrandbits(128):032x}" for _ in range(60)]
    gone = []
    for number in range(400):
        name = chance.choice(here)
        tracker = DialogueStateTracker(name, [])
        for _ in range(4):
            tracker.update(UserUttered(f"words of {name} " * chance.choice([1, 2, 5, 20])))
        await store.save(tracker)
        if number % 10 == 9:
            gone.append(here.pop(chance.randrange(len(here))))
            forget(store, gone[-1])
    overwrite(store)

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [name for name in gone if name.encode() in kept] == []
    assert all(name.encode() in kept for name in await store.keys())


@pytest.mark.parametrize("through", ["stride run", "rasa run"])
def test_endpoints_name_it(sqlite_that_keeps: None, var: Path, through: str) -> None:
    """`stride run` and `rasa run` both keep conversations in it, and each of its connections overwrites."""
    file = ROOT / "endpoints.yml"
    kept = where_kept(file) if through == "stride run" else AvailableEndpoints.read_endpoints(str(file)).tracker_store
    assert kept is not None
    kept.kwargs["db"] = str(var / "conversations.db")

    store = TrackerStore.create(kept, Domain.empty())

    assert isinstance(store, OverwritingStore)
    for _ in range(2):
        with store.engine.connect() as connection:
            assert connection.execute(sa.text("PRAGMA secure_delete")).scalar() == 1


def test_file_has_a_version(tmp_path: Path) -> None:
    """A file gets the version of its tables, one without gets it later, and one of a later version is refused."""
    path = tmp_path / "conversations.db"
    SQLTrackerStore(Domain.empty(), dialect="sqlite", db=str(path))  # as the first releases made it
    for _ in range(2):
        OverwritingStore(Domain.empty(), dialect="sqlite", db=str(path)).engine.dispose()
    with opened(path, VERSIONS) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (len(VERSIONS),)
    with opened(path, (*VERSIONS, ())):
        pass

    with pytest.raises(DataError, match=r"conversations\.db: was written by a later version of Stride"):
        OverwritingStore(Domain.empty(), dialect="sqlite", db=str(path))


def turn(tracker: DialogueStateTracker, number: int, *more: Event) -> None:
    """Have a patient say something, and the bot answer."""
    tracker.update(UserUttered(f"message {number}", {"name": "greet"}))
    tracker.update_with_events([*more, BotUttered(f"reply {number}"), ActionExecuted(ACTION_LISTEN_NAME)], DOMAIN)


async def talk(store: TrackerStore, turns: int) -> None:
    """Have a conversation of so many turns, in a guided talk from the first on, whose answers go into a slot."""
    for number in range(turns):
        tracker = await store.get_or_create_tracker("a")
        begun = [ActiveLoop("talk")] if not number else []
        turn(tracker, number, *begun, SlotSet("answered", {"number": number}))
        await store.save(tracker)


@pytest.fixture(params=["disk", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TrackerStore:
    """Both kinds."""
    if request.param == "memory":
        return MemoryStore(DOMAIN)
    return OverwritingStore(DOMAIN, dialect="sqlite", db=str(tmp_path / "conversations.db"))


async def test_long_conversation_is_loaded_as_a_short_one(store: TrackerStore) -> None:
    """After many messages no more events are loaded than after a few, and what the patient sees goes on."""
    sizes = []
    for _ in range(20):
        await talk(store, 1)
        tracker = await store.retrieve("a")
        sizes.append(len(tracker.events))

    assert max(sizes[10:]) <= max(sizes[:5])
    assert max(sizes) < 20


async def test_new_session_goes_on_where_the_last_one_ended(store: TrackerStore) -> None:
    """Slots, guided talk, the latest message and the bot's last words are those of the conversation."""
    for turns in range(1, 8):
        name = f"{turns}"
        for number in range(turns):
            tracker = await store.get_or_create_tracker(name)
            turn(tracker, number, *([] if number else [ActiveLoop("talk")]), SlotSet("answered", {"number": number}))
            await store.save(tracker)

        tracker = await store.retrieve(name)

        assert tracker.get_slot("answered") == {"number": turns - 1}
        assert tracker.get_slot("never") is None
        assert tracker.active_loop_name == "talk"
        assert tracker.latest_message.text == f"message {turns - 1}"
        assert tracker.latest_action_name == ACTION_LISTEN_NAME
        assert [one.text for one in tracker.events if isinstance(one, BotUttered)][-1] == f"reply {turns - 1}"


async def test_all_of_a_conversation_is_kept(tmp_path: Path) -> None:
    """Who asks for the whole conversation gets all its messages, once each and in order."""
    store = OverwritingStore(DOMAIN, dialect="sqlite", db=str(tmp_path / "conversations.db"))
    await talk(store, 1)
    for number in range(1, 15):
        tracker = await store.get_or_create_tracker("a")
        turn(tracker, number)
        await store.save(tracker)

    whole = await store.retrieve_full_tracker("a")

    said = [event.text for event in whole.events if isinstance(event, UserUttered)]
    assert said == [f"message {number}" for number in range(15)]


async def test_rasas_own_store_reads_the_same_session(tmp_path: Path) -> None:
    """What is stored is what Rasa's own store takes for the latest session."""
    where = {"dialect": "sqlite", "db": str(tmp_path / "conversations.db")}
    store, rasas = OverwritingStore(DOMAIN, **where), SQLTrackerStore(DOMAIN, **where)
    for number in range(9):
        tracker = await store.get_or_create_tracker("a")
        turn(tracker, number)
        await store.save(tracker)

        ours, theirs = await store.retrieve("a"), await rasas.retrieve("a")

        assert [event.as_dict() for event in ours.events] == [event.as_dict() for event in theirs.events]


async def test_nothing_is_stored_twice(store: TrackerStore) -> None:
    """A conversation that is saved again without a message stays as it is."""
    await talk(store, 3)
    before = await store.retrieve("a")

    await store.save(before)

    after = await store.retrieve("a")
    assert [event.as_dict() for event in after.events] == [event.as_dict() for event in before.events]
