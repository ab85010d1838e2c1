"""Replies until they are sent, and what came of them.

All functions work inside a transaction of `bot.store.messages_sqlite`, on its table `outbox`. A part is `waiting`,
being `sending`, `accepted`, or `dead`: given up.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Any

from bot.store import contacts, optouts
from bot.store.contact_keys import ContactKeys
from bot.store.messages import DeadLetter, Outcome, Part
from bot.store.messages_forget import forget_if_done

AFTER_STOP = "after_stop"  # key of a part that is sent although the patient has opted out: the confirmation
# The part of a conversation that is sent next: urgent parts first, then in order. Nothing is sent beside another.
NEXT = """
    outbox.state = 'waiting' AND outbox.number = (
        SELECT number FROM outbox AS one WHERE one.conversation = outbox.conversation AND one.state = 'waiting'
        ORDER BY one.urgent DESC, one.number LIMIT 1)
    AND NOT EXISTS (SELECT 1 FROM outbox AS one WHERE one.conversation = outbox.conversation AND one.state = 'sending')
    """


def add(
    db: sqlite3.Connection,
    keys: ContactKeys,
    conversation: int,
    message: int,
    parts: Sequence[Mapping[str, Any]],
    now: float,
    *,
    urgent: bool,
) -> None:
    """Add parts of the reply to a message, from its beginning; those that were added before stay as they are.

    Such a part that is not urgent is known by its place. An urgent one is known by its letters: several steps raise
    alarms for one message, and another alarm in the place of the first must not be lost. Its other characters do not
    count, because they may number the parts.

    Args:
        db: The connection.
        keys: The keys.
        conversation: The conversation.
        message: The message's number.
        parts: The parts.
        now: The time.
        urgent: Whether all are urgent; otherwise those with `urgent` are.
    """
    query = """
        INSERT INTO outbox (conversation, message, place, urgent, after_stop, content, state, due, at)
        VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (message, place) DO NOTHING"""
    places = count()
    for part in parts:
        first = urgent or bool(part.get("urgent"))
        content = {**part, "urgent": first}
        after_stop = bool(content.pop(AFTER_STOP, False))
        place = keys.hash("part", *filter(str.isalpha, content["text"])) if first else str(next(places))
        db.execute(query, [conversation, message, place, first, after_stop, json.dumps(content), now, now])
    if parts:
        settle(db, conversation, now)


def settle(db: sqlite3.Connection, conversation: int, now: float) -> None:
    """Give up the waiting parts of a patient who has opted out, or whose addresses are deleted.

    The words of urgent ones are kept for one who opts in again.
    """
    which, why, kept = "FALSE", "", "TRUE"
    if contacts.is_out(db, conversation):
        which, why, kept = f"NOT {AFTER_STOP}", "opted out", "urgent"
    elif not db.execute("SELECT 1 FROM alias WHERE conversation = ?", [conversation]).fetchone():
        which, why, kept = "TRUE", "no address", "FALSE"
    query = f"""
        UPDATE outbox SET state = 'dead', why = ?, at = ? WHERE conversation = ? AND state = 'waiting' AND {which}"""
    db.execute(query, [why, now, conversation])
    query = f"UPDATE outbox SET content = NULL WHERE conversation = ? AND state = 'dead' AND NOT {kept}"
    db.execute(query, [conversation])
    forget_if_done(db, conversation, now)


def come_back(db: sqlite3.Connection, conversation: int, now: float) -> None:
    """Have the urgent dead letters of a patient who is back, and has not opted out, sent first."""
    query = """
        UPDATE outbox SET state = 'waiting', due = ?, tries = 0
        WHERE conversation = ? AND state = 'dead' AND urgent AND content IS NOT NULL"""
    if not contacts.is_out(db, conversation):
        db.execute(query, [now, conversation])


def next_part(
    db: sqlite3.Connection, keys: ContactKeys, seconds: float, channels: Collection[str], now: float
) -> Part | None:
    """Claim the next part; see `bot.store.messages.Messages.next_part`."""
    query = """
        UPDATE outbox
        SET state = CASE WHEN urgent THEN 'waiting' ELSE 'dead' END, why = 'unknown', due = :now, at = :now
        WHERE state = 'sending' AND until <= :now RETURNING conversation"""
    for (conversation,) in db.execute(query, {"now": now}).fetchall():
        forget_if_done(db, conversation, now)
    query = f"""
        SELECT outbox.number, conversation.id, name, channel, content, urgent, heard, tries, after_stop,
            {optouts.IS_OUT}
        FROM outbox CROSS JOIN conversation ON conversation.id = outbox.conversation
        WHERE {NEXT} AND due <= :now AND quiet <= :now AND channel IN (SELECT value FROM json_each(:channels))
        ORDER BY urgent DESC, outbox.number LIMIT 1"""
    while (row := db.execute(query, {"now": now, "channels": json.dumps([*channels])}).fetchone()) is not None:
        number, conversation, name, channel, content, urgent, heard, tries, after_stop, out = row
        if out and not after_stop:  # opt-outs are newer than messages that were restored from a copy
            settle(db, conversation, now)
            continue
        claimed = "UPDATE outbox SET state = 'sending', until = ?, tries = tries + 1 WHERE number = ?"
        db.execute(claimed, [now + seconds, number])
        addresses = contacts.addresses_of(db, keys, conversation)
        return Part(number, name, channel, addresses, json.loads(content), bool(urgent), heard, tries, bool(out))
    return None


def sent(
    db: sqlite3.Connection,
    keys: ContactKeys,
    part: Part,
    outcome: Outcome,
    provider_id: str | None,
    wait: float,
    why: str,
    addresses: Mapping[str, str],
    now: float,
) -> None:
    """Note what came of a part; see `bot.store.messages.Messages.sent`."""
    query = "SELECT conversation, state, tries FROM outbox WHERE number = ?"
    row = db.execute(query, [part.number]).fetchone()
    if row is None:  # forgotten meanwhile
        return
    conversation, state, tries = row
    if outcome == "accepted":  # however late
        hashed = None if provider_id is None else keys.hash("sent", part.row, provider_id)
        query = "UPDATE outbox SET state = 'accepted', content = NULL, provider = ?, at = ? WHERE number = ?"
        db.execute(query, [hashed, now, part.number])
    elif state == "sending" and tries == part.tries + 1:  # else its claim has ended, and another's may have begun
        again = outcome in ("retry", "throttled") or (outcome == "unknown" and part.urgent)
        query = "UPDATE outbox SET state = ?, due = ?, why = ?, at = ? WHERE number = ?"
        db.execute(query, ["waiting" if again else "dead", now + wait, why or outcome, now, part.number])
        if outcome == "throttled":
            db.execute("UPDATE conversation SET quiet = ? WHERE id = ?", [now + wait, conversation])
        if outcome == "blocked":
            optouts.note(db, conversation, now)
    if addresses and contacts.addresses_of(db, keys, conversation):  # not after they were deleted
        conversation = contacts.learn(db, keys, conversation, part.row, addresses, now)
    settle(db, conversation, now)


def receipt(db: sqlite3.Connection, keys: ContactKeys, channel: str, provider_id: str) -> tuple[str, bool] | None:
    """Return the conversation of a sent part; see `bot.store.messages.Messages.receipt`."""
    query = """
        SELECT name, urgent FROM outbox JOIN conversation ON conversation.id = outbox.conversation
        WHERE provider = ?"""
    row = db.execute(query, [keys.hash("sent", channel, provider_id)]).fetchone()
    return None if row is None else (row[0], bool(row[1]))


def dead_letters(db: sqlite3.Connection, which: str = "TRUE") -> list[DeadLetter]:
    """Return the parts that were given up and fit a condition in SQL, the oldest first."""
    query = f"""
        SELECT outbox.number, name, channel, urgent, at, why, content IS NOT NULL
        FROM outbox JOIN conversation ON conversation.id = outbox.conversation
        WHERE state = 'dead' AND {which} ORDER BY at, outbox.number"""
    return [
        DeadLetter(number, name, channel, bool(urgent), at, why, bool(resendable))
        for number, name, channel, urgent, at, why, resendable in db.execute(query)
    ]


def told(db: sqlite3.Connection, numbers: Collection[int]) -> None:
    """Note that the clinic was told of dead letters; see `bot.store.messages.Messages.told`."""
    db.executemany("UPDATE outbox SET told = 1 WHERE number = ?", [(number,) for number in numbers])


def resend(db: sqlite3.Connection, number: int, now: float) -> bool:
    """Have a dead letter sent again; see `bot.store.messages.Messages.resend`."""
    query = f"""
        UPDATE outbox SET state = 'waiting', due = ?, tries = 0
        WHERE number = ? AND state = 'dead' AND content IS NOT NULL AND ({AFTER_STOP} OR NOT (
            SELECT {optouts.IS_OUT} FROM conversation WHERE conversation.id = outbox.conversation))"""
    return db.execute(query, [now, number]).rowcount == 1


def opt_out(db: sqlite3.Connection, conversation: int, now: float, *, out: bool) -> None:
    """Note an opt-out, or its end; see `bot.store.messages.Messages.opt_out`."""
    if out:
        optouts.note(db, conversation, now)
        settle(db, conversation, now)
    else:
        optouts.lift(db, conversation)
        come_back(db, conversation, now)


def next_due(db: sqlite3.Connection, channels: Collection[str] | None) -> float | None:
    """Return when the next part is due; see `bot.store.messages.Messages.next_due`."""
    query = f"""
        SELECT min(time) FROM (
            SELECT max(due, quiet) AS time, channel
            FROM outbox JOIN conversation ON conversation.id = outbox.conversation WHERE {NEXT}
            UNION ALL
            SELECT outbox.until, channel
            FROM outbox JOIN conversation ON conversation.id = outbox.conversation WHERE state = 'sending')
        WHERE :channels IS NULL OR channel IN (SELECT value FROM json_each(:channels))"""
    chosen = None if channels is None else json.dumps([*channels])
    time = db.execute(query, {"channels": chosen}).fetchone()[0]
    return None if time is None else float(time)
