"""Deletes conversations from Rasa's tracker store, which cannot do so itself."""

from collections.abc import Iterator
from contextlib import closing

import sqlalchemy as sa
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore

from bot.files.database import rebuild


def forget(store: TrackerStore, conversation: str) -> bool:
    """Delete what Rasa keeps of a conversation; `overwrite` then removes its traces from the file.

    Args:
        store: Rasa's tracker store, or Rasa's wrapper around it.
        conversation: Its name.

    Returns:
        Whether there was anything.

    Raises:
        NotImplementedError: The store is neither SQL nor in memory.
    """
    deleted = [_forget(one, conversation) for one in _kept_in(store)]
    return any(deleted)


def overwrite(store: TrackerStore) -> None:
    """Rewrite the store's file, so that nothing deleted is left in it."""
    for one in _kept_in(store):
        if isinstance(one, SQLTrackerStore) and one.engine.dialect.name == "sqlite":
            with closing(one.engine.raw_connection()) as connection:
                rebuild(connection.connection)


def _forget(store: TrackerStore, conversation: str) -> bool:
    if isinstance(store, InMemoryTrackerStore):
        return store.store.pop(conversation, None) is not None
    if not isinstance(store, SQLTrackerStore):
        raise NotImplementedError(f"conversations in a {type(store).__name__} cannot be deleted one by one")
    with store.session_scope() as session:
        events = SQLTrackerStore.SQLEvent
        deleted: int = session.execute(sa.delete(events).where(events.sender_id == conversation)).rowcount
        session.commit()
    return deleted > 0


def _kept_in(store: TrackerStore) -> Iterator[TrackerStore]:
    """Yield the stores inside Rasa's wrappers."""
    wrapped = [getattr(store, name, None) for name in ("_tracker_store", "_fallback_tracker_store")]
    if not any(wrapped):
        yield store
    for one in filter(None, wrapped):
        yield from _kept_in(one)
