"""Rasa's tracker stores, changed to begin a new session every few messages.

For each message, Rasa loads, copies and replays all events of a conversation's latest session, so a long one becomes
slow. Our code looks back no further than the last message: lasting state is in slots. So a session ends after a few
messages, and the next begins with the same slots and guided talk. Rasa itself loads the latest session only
(`retrieve`), or all of them on request (`retrieve_full_tracker`).
"""

import json
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.files.database import Steps, migrate, prepare

VERSIONS: tuple[Steps, ...] = ((),)  # of the file, which has the tables of Rasa 3.6
MESSAGES = 2  # at most, in a session
_LATEST = """FROM events WHERE sender_id = :sender AND id >= coalesce(
    (SELECT max(id) FROM events WHERE sender_id = :sender AND type_name = 'session_started'), 0)"""
# Two processes may start at the same moment.
INDEX = sa.text("CREATE INDEX IF NOT EXISTS latest_session ON events (sender_id, type_name, id)")
INSERT = sa.insert(SQLTrackerStore.SQLEvent.__table__)
EVENTS, NUMBER = sa.text(f"SELECT data {_LATEST} ORDER BY id"), sa.text(f"SELECT count(*) {_LATEST}")


class OverwritingStore(SQLTrackerStore):
    """Rasa's SQL store; endpoints.yml names it, for `stride run` and `rasa run` alike.

    Each connection is prepared like those of our other files, so that deleted data is overwritten. The rows are Rasa's;
    one statement each reads or writes them, instead of an object for every row.
    """

    engine: sa.engine.Engine

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        with self.engine.begin() as connection:
            connection.execute(INDEX)
        if self.engine.dialect.name == "sqlite":
            # Rasa's engine made the tables unprepared, and opens a connection for each transaction.
            self.engine.dispose()
            here = {"check_same_thread": False}  # the pool lends a connection to one thread at a time
            self.engine = sa.create_engine(self.engine.url, poolclass=sa.pool.QueuePool, connect_args=here)
            sa.event.listen(self.engine, "connect", lambda connection, _: prepare(connection))
            self.sessionmaker.configure(bind=self.engine)
            with closing(self.engine.raw_connection()) as connection:
                migrate(connection.connection, Path(str(self.engine.url.database)), VERSIONS)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a conversation's latest session; None for an unknown conversation."""
        with self.engine.connect() as connection:
            rows = connection.execute(EVENTS, {"sender": sender_id}).scalars().all()
        events = [_event(json.loads(row)) for row in rows]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots) if events else None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the events of a conversation's latest message; first begin a new session when one is due."""
        await self.stream_events(tracker)
        events = list(tracker.events)
        if not events:  # Rasa also saves a conversation before it begins
            return
        with self.engine.begin() as connection:
            known = connection.execute(NUMBER, {"sender": tracker.sender_id}).scalar()
            added = [*beginning(tracker, known, self.domain), *events[known:]]
            if added:
                connection.execute(INSERT, [_row(tracker.sender_id, event) for event in added])


_kind = cache(Event.resolve_by_type)  # Rasa searches all event types for each event


def _event(stored: dict[str, Any]) -> Event:
    event: Event = _kind(stored["event"])._from_parameters(stored)
    return event


def _row(sender: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


class MemoryStore(InMemoryTrackerStore):
    """Rasa's in-memory store, limited to the latest session."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store a conversation."""
        turn = [*takewhile(lambda event: not isinstance(event, UserUttered), reversed(tracker.events))]
        known = max(len(tracker.events) - len(turn) - 1, 0)
        if begun := beginning(tracker, known, self.domain):
            events = [*begun, *list(tracker.events)[known:]]
            tracker = DialogueStateTracker.from_events(tracker.sender_id, events, self.domain.slots)
        await super().save(tracker)


def beginning(tracker: DialogueStateTracker, known: int, domain: Domain) -> Sequence[Event]:
    """Return the events that begin a new session; none while the current one may continue.

    Args:
        tracker: The conversation's session with its latest message.
        known: How many of its events came before that message.
        domain: Rasa's domain.
    """
    events = list(tracker.events)
    if known >= len(events) or sum(isinstance(event, UserUttered) for event in events[:known]) < MESSAGES:
        return ()
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:known], domain.slots)
    slots = [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value != slot.initial_value]
    talk = [ActiveLoop(before.active_loop_name)] if before.active_loop_name else []
    begun = [SessionStarted(), *slots, *talk, ActionExecuted(ACTION_LISTEN_NAME)]
    for event in begun:
        event.timestamp = events[known].timestamp  # a session holds all events from its first one's time on
    return begun
