"""Where Rasa keeps conversations: its own stores, which here begin a conversation anew every few messages.

Rasa loads, copies and replays all events of a conversation's latest session for each message, so that a long one grows
slow. Nothing of ours looks further back than the last message: what lasts is in slots. So a session ends after a few
messages, and the next begins with the slots and the guided talk as they stood; Rasa itself loads no session but the
latest (`retrieve`), and all of them where it is asked to (`retrieve_full_tracker`).
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

VERSIONS: tuple[Steps, ...] = ((),)  # of the file; its tables are those of Rasa 3.6
MESSAGES = 2  # of a session, at most
_LATEST = """FROM events WHERE sender_id = :sender AND id >= coalesce(
    (SELECT max(id) FROM events WHERE sender_id = :sender AND type_name = 'session_started'), 0)"""
INSERT = sa.insert(SQLTrackerStore.SQLEvent.__table__)
EVENTS, NUMBER = sa.text(f"SELECT data {_LATEST} ORDER BY id"), sa.text(f"SELECT count(*) {_LATEST}")


class OverwritingStore(SQLTrackerStore):
    """Rasa's SQL store; endpoints.yml names it, for `stride run` and `rasa run` alike.

    Each connection is prepared as those of our other files are, so that what is deleted is overwritten. The rows are
    Rasa's, read and written with one statement each in place of an object for every row.
    """

    engine: sa.engine.Engine

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        columns = self.SQLEvent.sender_id, self.SQLEvent.type_name, self.SQLEvent.id
        sa.Index("latest_session", *columns).create(self.engine, checkfirst=True)
        if self.engine.dialect.name == "sqlite":
            # Rasa's engine, which made the tables unprepared, opens a connection for each transaction.
            self.engine.dispose()
            here = {"check_same_thread": False}  # the pool lends a connection to one thread at a time
            self.engine = sa.create_engine(self.engine.url, poolclass=sa.pool.QueuePool, connect_args=here)
            sa.event.listen(self.engine, "connect", lambda connection, _: prepare(connection))
            self.sessionmaker.configure(bind=self.engine)
            with closing(self.engine.raw_connection()) as connection:
                migrate(connection.connection, Path(str(self.engine.url.database)), VERSIONS)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a conversation's latest session; None where there is no such conversation."""
        with self.engine.connect() as connection:
            rows = connection.execute(EVENTS, {"sender": sender_id}).scalars().all()
        events = [_event(json.loads(row)) for row in rows]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots) if events else None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what a conversation's latest message brought, after the beginning of a new session where one is due."""
        await self.stream_events(tracker)
        events = list(tracker.events)
        if not events:  # Rasa saves a conversation also before it begins
            return
        with self.engine.begin() as connection:
            known = connection.execute(NUMBER, {"sender": tracker.sender_id}).scalar()
            added = [*beginning(tracker, known, self.domain), *events[known:]]
            if added:
                connection.execute(INSERT, [_row(tracker.sender_id, event) for event in added])


_kind = cache(Event.resolve_by_type)  # Rasa looks through all kinds of events for each


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
    """Rasa's store in memory, which keeps the latest session alone."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep a conversation."""
        turn = [*takewhile(lambda event: not isinstance(event, UserUttered), reversed(tracker.events))]
        known = max(len(tracker.events) - len(turn) - 1, 0)
        if begun := beginning(tracker, known, self.domain):
            events = [*begun, *list(tracker.events)[known:]]
            tracker = DialogueStateTracker.from_events(tracker.sender_id, events, self.domain.slots)
        await super().save(tracker)


def beginning(tracker: DialogueStateTracker, known: int, domain: Domain) -> Sequence[Event]:
    """Return the events with which a new session begins, none where the one that there is may go on.

    Args:
        tracker: The conversation's session with its latest message.
        known: How many of its events came before that message.
        domain: Rasa's.
    """
    events = list(tracker.events)
    if known >= len(events) or sum(isinstance(event, UserUttered) for event in events[:known]) < MESSAGES:
        return ()
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:known], domain.slots)
    slots = [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value != slot.initial_value]
    talk = [ActiveLoop(before.active_loop_name)] if before.active_loop_name else []
    begun = [SessionStarted(), *slots, *talk, ActionExecuted(ACTION_LISTEN_NAME)]
    for event in begun:
        event.timestamp = events[known].timestamp  # the session is all that is not older than its first event
    return begun
