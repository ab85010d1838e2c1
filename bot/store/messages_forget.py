"""The end of what the messaging channels keep: when a patient asks for it, and with time.

All functions work inside a transaction of `bot.store.messages_sqlite`.
"""

from __future__ import annotations

import sqlite3

ASKED, DONE = 1, 2  # in `conversation.forgotten`: to be deleted when nothing of it waits any more; deleted


def forget(db: sqlite3.Connection, name: str, now: float, *, keep_address: bool) -> None:
    """Delete all of a conversation; see `bot.store.messages.Messages.forget`."""
    row = db.execute("SELECT id, message FROM conversation WHERE name = ?", [name]).fetchone()
    if row is None:
        return
    conversation, answered = row
    if not keep_address:
        _forget(db, conversation, now)
        return
    db.execute("UPDATE outbox SET content = NULL WHERE conversation = ? AND state = 'dead'", [conversation])
    db.execute("UPDATE conversation SET talk = NULL WHERE id = ?", [conversation])
    # A message that came after the one being answered is a new beginning, as it is after all was deleted.
    query = """
        UPDATE conversation SET forgotten = :asked WHERE id = :id
        AND NOT EXISTS (SELECT 1 FROM inbox WHERE conversation = :id AND number IS NOT :answered)"""
    db.execute(query, {"id": conversation, "asked": ASKED, "answered": answered})
    forget_if_done(db, conversation, now)


def forget_if_done(db: sqlite3.Connection, conversation: int, now: float) -> None:
    """Delete a conversation that is to be forgotten, when nothing of it waits any more."""
    query = """
        SELECT 1 FROM conversation WHERE id = :id AND forgotten = :asked
        AND NOT EXISTS (SELECT 1 FROM inbox WHERE conversation = :id)
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE conversation = :id AND state = 'waiting')
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE conversation = :id AND state = 'sending')"""
    if db.execute(query, {"id": conversation, "asked": ASKED}).fetchone():
        _forget(db, conversation, now)


def _forget(db: sqlite3.Connection, conversation: int, now: float) -> None:
    for query in (
        "DELETE FROM inbox WHERE conversation = :id",
        "DELETE FROM outbox WHERE conversation = :id AND state IN ('waiting', 'sending') AND NOT urgent",
        # The clinic is told of an urgent message that did not reach the patient.
        """
        UPDATE outbox SET state = 'dead', why = 'forgotten', at = :now
        WHERE conversation = :id AND state IN ('waiting', 'sending')
        """,
        "UPDATE outbox SET content = NULL WHERE conversation = :id",
        "DELETE FROM alias WHERE conversation = :id",
        """
        UPDATE conversation SET talk = NULL, worker = NULL, message = NULL, until = 0, last_worker = NULL,
        forgotten = :done WHERE id = :id
        """,
        "UPDATE conversation SET merged = NULL WHERE merged = :id",
    ):
        db.execute(query, {"id": conversation, "now": now, "done": DONE})


def sweep(db: sqlite3.Connection, before: float, kept: float) -> list[str]:
    """Delete what has had its time; see `bot.store.messages.Messages.sweep`.

    Args:
        db: The connection.
        before: Conversations that nobody has used since this time are returned.
        kept: What is kept for `bot.store.messages.KEPT_DAYS` at least is so since this time.

    Returns:
        The names of these conversations.
    """
    ids = "DELETE FROM known WHERE came < ? AND number NOT IN (SELECT number FROM inbox)"
    db.execute(ids, [min(before, kept)])
    db.execute("UPDATE outbox SET content = NULL WHERE state = 'dead' AND at < ?", [kept])
    done = "state = 'accepted' OR (state = 'dead' AND (told OR NOT urgent))"  # the clinic is told of all urgent ones
    db.execute(f"DELETE FROM outbox WHERE at < ? AND ({done})", [kept])
    query = "DELETE FROM conversation WHERE forgotten = ? AND id NOT IN (SELECT conversation FROM outbox)"
    db.execute(query, [DONE])
    query = "SELECT name FROM conversation WHERE forgotten != ? AND used < ? ORDER BY id"
    return [name for (name,) in db.execute(query, [DONE, before])]
