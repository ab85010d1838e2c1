"""The conversations of the messaging channels, and the addresses that lead to them.

All functions work inside a transaction of `bot.store.messages_sqlite`, on its tables `conversation` and `alias`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace

from bot.store import optouts
from bot.store.contact_keys import ContactKeys
from bot.store.messages import Talk


def arrive(
    db: sqlite3.Connection, keys: ContactKeys, channel: str, addresses: Mapping[str, str], number: int, now: float
) -> int:
    """Return the conversation of a message's addresses, a new one for a new patient.

    Conversations whose addresses come together become one. Replies go to the addresses of the latest message.
    """
    hashes = _hashes(keys, channel, addresses)
    if not (found := _led_to(db, hashes)):
        name = f"{channel}-{next(iter(hashes.values()))[:32]}"
        query = """
            INSERT INTO conversation (name, channel, used) VALUES (?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET used = excluded.used RETURNING id"""
        found = {db.execute(query, [name, channel, now]).fetchone()[0]}
    return _lead_to_one(db, keys, found, hashes, addresses, number, now)


def learn(
    db: sqlite3.Connection,
    keys: ContactKeys,
    conversation: int,
    channel: str,
    addresses: Mapping[str, str],
    now: float,
) -> int:
    """Note further addresses of a conversation, and return it, or the older one that these have made of it."""
    hashes = _hashes(keys, channel, addresses)
    found = {conversation, *_led_to(db, hashes)}
    return _lead_to_one(db, keys, found, hashes, addresses, 0, now)  # 0: replies go elsewhere first


def _lead_to_one(
    db: sqlite3.Connection,
    keys: ContactKeys,
    conversations: Collection[int],
    hashes: Mapping[str, str],
    addresses: Mapping[str, str],
    number: int,
    now: float,
) -> int:
    """Have addresses lead to the oldest of some conversations, which the others become part of; return it."""
    oldest, *others = sorted(conversations)
    for other in others:
        _merge(db, other, oldest)
    query = """
        INSERT INTO alias (hash, conversation, kind, address, seen, place) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (hash) DO UPDATE SET seen = excluded.seen, place = excluded.place
        WHERE excluded.seen > alias.seen"""
    for place, (kind, hashed) in enumerate(hashes.items()):
        db.execute(query, [hashed, oldest, kind, keys.hide(addresses[kind]), number, place])
    if is_out(db, oldest):  # who has opted out has done so with all addresses
        optouts.note(db, oldest, now)
    return oldest


def _hashes(keys: ContactKeys, channel: str, addresses: Mapping[str, str]) -> dict[str, str]:
    """Return the keyed hashes of addresses, by kind. The same number on two channels is two patients."""
    return {kind: keys.hash("address", channel, kind, address) for kind, address in addresses.items()}


def _led_to(db: sqlite3.Connection, hashes: Mapping[str, str]) -> set[int]:
    """Return the conversations to which addresses lead."""
    query = "SELECT conversation FROM alias WHERE hash = ?"
    rows = [db.execute(query, [hashed]).fetchone() for hashed in hashes.values()]
    return {row[0] for row in rows if row is not None}


def _merge(db: sqlite3.Connection, other: int, into: int) -> None:
    """Make one conversation part of another; whoever works on it has lost its claim.

    The memory that counts is that of the one in which the patient wrote last; an open check or a standing alarm of the
    other one still counts.
    """
    query = "SELECT talk, heard FROM conversation WHERE id = ?"
    (one, heard), (two, heard_two) = (db.execute(query, [place]).fetchone() for place in (other, into))
    talks = [talk_from(one), talk_from(two)]
    early, late = reversed(talks) if heard > heard_two else talks
    talk = replace(
        late,
        standing=late.standing or early.standing,
        check=late.check or early.check,
        greeted=late.greeted or early.greeted,
        told={**early.told, **late.told},
        papers=[*early.papers, *late.papers],
        began=min((one.began for one in talks if one.began), default=0.0),
        messages=late.messages + early.messages,
    )
    for table in ("alias", "known", "inbox", "outbox"):
        db.execute(f"UPDATE {table} SET conversation = ? WHERE conversation = ?", [into, other])
    query = "UPDATE conversation SET talk = ?, heard = max(heard, ?) WHERE id = ?"
    db.execute(query, [talk_text(talk), heard, into])
    query = "UPDATE conversation SET talk = NULL, worker = NULL, message = NULL, merged = ? WHERE ? IN (id, merged)"
    db.execute(query, [into, other])


def named(db: sqlite3.Connection, name: str) -> int | None:
    """Return the conversation of a name; that of which it has become part, if it has."""
    row = db.execute("SELECT coalesce(merged, id) FROM conversation WHERE name = ?", [name]).fetchone()
    return None if row is None else int(row[0])


def names(db: sqlite3.Connection, name: str) -> list[str]:
    """Return the names of all conversations that are one with a conversation, the oldest first."""
    query = "SELECT name FROM conversation WHERE ? IN (id, merged) ORDER BY id"
    return [one for (one,) in db.execute(query, [named(db, name)])]


def is_out(db: sqlite3.Connection, conversation: int) -> bool:
    """Return whether the patient has opted out."""
    query = f"SELECT {optouts.IS_OUT} FROM conversation WHERE id = ?"
    return bool(db.execute(query, [conversation]).fetchone()[0])


def addresses_of(db: sqlite3.Connection, keys: ContactKeys, conversation: int | None) -> dict[str, str]:
    """Return a conversation's addresses by kind, the one to reply to first."""
    query = "SELECT kind, address FROM alias WHERE conversation = ? ORDER BY seen DESC, place"
    found: dict[str, str] = {}
    for kind, hidden in db.execute(query, [conversation]):
        found.setdefault(kind, hidden)  # of two phones, the latest
    return {kind: keys.show(hidden) for kind, hidden in found.items()}


def talk_text(talk: Talk) -> str:
    """Return a conversation's memory to be stored."""
    return json.dumps(asdict(talk))


def talk_from(stored: str | None) -> Talk:
    """Return a stored memory; a new one if there is none."""
    if stored is None:
        return Talk()
    fields = json.loads(stored)
    lists = {int(number): [(title, what) for title, what in pairs] for number, pairs in fields["lists"].items()}
    return Talk(**{**fields, "lists": lists})
