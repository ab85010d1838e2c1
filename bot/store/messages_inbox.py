"""Received messages until they are answered.

All functions work inside a transaction of `bot.store.messages_sqlite`. Its table `known` holds the keyed hashes of the
ids of all messages, `inbox` those messages that wait, with their words. The claim on a message is on its conversation,
because only one of a conversation's messages is answered at a time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.store import contacts, messages_outbox, optouts
from bot.store.contact_keys import ContactKeys
from bot.store.messages import LOOK, Received, Taken, Talk, Work
from bot.store.messages_forget import forget_if_done

LONGEST_PAUSE = 60.0  # seconds until a message that was given back is claimed again
APART = ("id", "addresses", "row")  # what of a message is kept elsewhere, as keyed hashes or encrypted


def receive(db: sqlite3.Connection, keys: ContactKeys, one: Received, now: float) -> Taken | None:
    """Store a message; see `bot.store.messages.Messages.receive`."""
    query = "INSERT INTO known (channel, id, came) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING number"
    row = db.execute(query, [one.row, keys.hash("received", one.row, one.id), now]).fetchone()
    if row is None:
        return None
    number = int(row[0])
    conversation = contacts.arrive(db, keys, one.row, one.addresses, number, now)
    db.execute("UPDATE known SET conversation = ? WHERE number = ?", [conversation, number])
    words = json.dumps({name: value for name, value in vars(one).items() if name not in APART})
    db.execute("INSERT INTO inbox (number, conversation, words) VALUES (?, ?, ?)", [number, conversation, words])
    query = f"""
        UPDATE conversation SET heard = max(heard, ?), used = ?, forgotten = 0 WHERE id = ?
        RETURNING name, talk, {optouts.IS_OUT}"""
    name, talk, out = db.execute(query, [min(one.at, now), now, conversation]).fetchone()
    messages_outbox.come_back(db, conversation, now)
    return Taken(number, name, contacts.talk_from(talk), bool(out))


def alarmed(
    db: sqlite3.Connection,
    keys: ContactKeys,
    number: int,
    raised: Sequence[Mapping[str, str]],
    parts: Sequence[Mapping[str, Any]],
    now: float,
) -> None:
    """Note alarms of a message; see `bot.store.messages.Messages.alarmed`."""
    db.execute("UPDATE inbox SET alarmed = ? WHERE number = ?", [json.dumps([*map(dict, raised)]), number])
    _add_urgent(db, keys, number, parts, now)


def claim(
    db: sqlite3.Connection,
    keys: ContactKeys,
    worker: str,
    seconds: float,
    looked: Collection[int] | None,
    now: float,
) -> Work | None:
    """Claim a message; see `bot.store.messages.Messages.claim`."""
    query = f"""
        SELECT inbox.number, known.id, words, alarmed, tries, conversation.id, name, conversation.channel, talk,
            last_worker, {optouts.IS_OUT}
        FROM inbox CROSS JOIN conversation ON conversation.id = inbox.conversation JOIN known USING (number)
        WHERE until <= :now
            AND (:looked IS NULL OR came <= :now - :look OR inbox.number IN (SELECT value FROM json_each(:looked)))
            AND NOT EXISTS (
                SELECT 1 FROM inbox AS one WHERE one.conversation = inbox.conversation AND one.number < inbox.number)
        ORDER BY inbox.number LIMIT 1"""  # CROSS JOIN: in this order
    numbers = None if looked is None else json.dumps([*looked])
    row = db.execute(query, {"now": now, "looked": numbers, "look": LOOK}).fetchone()
    if row is None:
        return None
    number, hashed, words, alarms, tries, conversation, name, channel, talk, last_worker, out = row
    query = "UPDATE conversation SET worker = ?, message = ?, until = ? WHERE id = ?"
    db.execute(query, [worker, number, now + seconds, conversation])
    db.execute("UPDATE inbox SET tries = tries + 1 WHERE number = ?", [number])
    addresses = contacts.addresses_of(db, keys, conversation)
    received = Received(id=hashed, addresses=addresses, row=channel, **json.loads(words))
    memory, same, raised = contacts.talk_from(talk), last_worker == worker, tuple(json.loads(alarms))
    return Work(number, name, received, memory, bool(out), tries, same, raised)


def add(
    db: sqlite3.Connection,
    keys: ContactKeys,
    work: Work,
    worker: str,
    parts: Sequence[Mapping[str, Any]],
    now: float,
    *,
    urgent: bool,
) -> None:
    """Add parts of a reply; see `bot.store.messages.Messages.add`."""
    conversation = _claimed(db, work, worker)
    if conversation is not None:
        messages_outbox.add(db, keys, conversation, work.number, parts, now, urgent=urgent)
    else:
        _add_urgent(db, keys, work.number, [one for one in parts if urgent or one.get("urgent")], now)


def finish(
    db: sqlite3.Connection,
    keys: ContactKeys,
    work: Work,
    worker: str,
    parts: Sequence[Mapping[str, Any]],
    talk: Talk,
    now: float,
) -> bool:
    """End an answer; see `bot.store.messages.Messages.finish`."""
    conversation = _claimed(db, work, worker)
    if conversation is None:
        return False
    messages_outbox.add(db, keys, conversation, work.number, parts, now, urgent=False)
    db.execute("DELETE FROM inbox WHERE number = ?", [work.number])
    query = """
        UPDATE conversation SET talk = ?, worker = NULL, message = NULL, until = 0, last_worker = ?, used = ?
        WHERE id = ?"""
    db.execute(query, [contacts.talk_text(talk), worker, now, conversation])
    forget_if_done(db, conversation, now)
    return True


def give_back(db: sqlite3.Connection, work: Work, worker: str, now: float) -> None:
    """End a claim without an answer; see `bot.store.messages.Messages.give_back`."""
    conversation = _claimed(db, work, worker)
    pause = min(2.0**work.tries, LONGEST_PAUSE)  # so that a fault behind the bot is not asked all the time
    query = "UPDATE conversation SET worker = NULL, message = NULL, until = ? WHERE id = ?"
    db.execute(query, [now + pause, conversation])


def _claimed(db: sqlite3.Connection, work: Work, worker: str) -> int | None:
    """Return the conversation of a message that a worker has claimed; None if the claim is not its own any more."""
    query = "SELECT id FROM conversation WHERE worker = ? AND message = ?"
    row = db.execute(query, [worker, work.number]).fetchone()
    return None if row is None else int(row[0])


def _add_urgent(
    db: sqlite3.Connection, keys: ContactKeys, number: int, parts: Sequence[Mapping[str, Any]], now: float
) -> None:
    """Add urgent parts, whoever answers the message, or has answered it."""
    query = "SELECT conversation FROM known WHERE number = ? AND conversation IS NOT NULL"
    for (conversation,) in db.execute(query, [number]).fetchall():
        messages_outbox.add(db, keys, conversation, number, parts, now, urgent=True)
