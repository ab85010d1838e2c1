"""The store of Rasa's conversations: nothing that is deleted stays in its file."""

import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.forget import forget, overwrite
from bot.channels.local import where_kept
from bot.channels.store import OverwritingStore
from bot.settings import ROOT

pytestmark = pytest.mark.rasa


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
