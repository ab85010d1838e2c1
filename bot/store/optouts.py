"""Who wants no messages: keyed hashes of addresses, and nothing else.

They lie in a file of their own, so that they outlive the deletion of a conversation, and the day on which the messages
are restored from an older copy.
"""

import sqlite3
from pathlib import Path

FILE = "optouts.db"
NAME = "optouts"  # before the tables' names, on a connection that has the file beside another
VERSIONS = (
    (
        "CREATE TABLE opted_out (hash TEXT PRIMARY KEY, at REAL NOT NULL)",
        "CREATE TABLE key_mark (file TEXT PRIMARY KEY, mark TEXT NOT NULL)",
    ),
)
# Whether one of the addresses of a row of the table `conversation` is noted, as an expression in SQL.
IS_OUT = """
    EXISTS (SELECT 1 FROM alias JOIN optouts.opted_out USING (hash) WHERE alias.conversation = conversation.id)"""


def beside(folder: Path) -> dict[str, tuple[Path, tuple[tuple[str, ...], ...]]]:
    """Return the file in a folder, as `bot.files.database.lasting` takes it."""
    return {NAME: (folder / FILE, VERSIONS)}


def note(db: sqlite3.Connection, conversation: int, at: float) -> None:
    """Note that no address of a conversation gets messages any more."""
    query = """
        INSERT INTO optouts.opted_out (hash, at) SELECT hash, ? FROM alias WHERE conversation = ?
        ON CONFLICT DO NOTHING"""
    db.execute(query, [at, conversation])


def lift(db: sqlite3.Connection, conversation: int) -> None:
    """Note that all addresses of a conversation get messages again."""
    query = "DELETE FROM optouts.opted_out WHERE hash IN (SELECT hash FROM alias WHERE conversation = ?)"
    db.execute(query, [conversation])
