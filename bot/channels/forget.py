"""Deletes a conversation from Rasa's store, which has no way of its own to do so."""

from contextlib import closing

import sqlalchemy as sa
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore

from bot.database import rebuild


def forget(store: TrackerStore, conversation: str) -> None:
    """Delete what Rasa keeps of a conversation.

    Args:
        store: Where conversations are kept; Rasa's wrappers around it are looked through.
        conversation: Its name.

    Raises:
        NotImplementedError: The store is of another kind than SQL or memory.
    """
    wrapped = [getattr(store, name, None) for name in ("_tracker_store", "_fallback_tracker_store")]
    if any(wrapped):
        for one in filter(None, wrapped):
            forget(one, conversation)
        return
    if isinstance(store, InMemoryTrackerStore):
        store.store.pop(conversation, None)
        return
    if not isinstance(store, SQLTrackerStore):
        raise NotImplementedError(f"conversations in a {type(store).__name__} cannot be deleted one by one")
    with store.session_scope() as session:
        events = SQLTrackerStore.SQLEvent
        session.execute(sa.delete(events).where(events.sender_id == conversation))
        session.commit()
    if store.engine.dialect.name == "sqlite":
        with closing(store.engine.raw_connection()) as connection:
            rebuild(connection.connection)
