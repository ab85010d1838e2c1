"""The two keys of what is kept about patients' addresses, and what is made with them.

`messages.key` makes the keyed hashes (HMAC-SHA256) of addresses, of providers' ids and of conversations' names: without
it nobody is recognised. `addresses.key` encrypts the addresses (Fernet; its key is the SHA-256 of the file's secret):
without it nobody can be written to.
"""

import hashlib
import hmac
import json
import sqlite3
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.fernet import Fernet

from bot.datafile import DataError
from bot.files.keyfile import key, read_key

HASHES, ADDRESSES = "messages.key", "addresses.key"
MARK = "key_mark"  # the table that holds what a key makes of its file's name


class ContactKeys:
    """The keys in a folder; they are created when missing."""

    def __init__(self, folder: Path) -> None:
        """Read the keys.

        Raises:
            DataError: One cannot be read or created. A key of this process alone would not do: with the next one,
                all patients would be strangers, and those who opted out would get messages.
        """
        self._folder = folder
        self._secrets = {name: _secret(folder / name) for name in (HASHES, ADDRESSES)}
        hidden = hashlib.sha256(self._secrets[ADDRESSES].encode()).digest()
        self._fernet = Fernet(urlsafe_b64encode(hidden))

    def hash(self, *what: str) -> str:
        """Return the keyed hash of some texts in order, as 64 hex digits; the first says what they are."""
        return _keyed(self._secrets[HASHES], json.dumps(what))

    def hide(self, address: str) -> str:
        """Return an address encrypted."""
        return self._fernet.encrypt(address.encode()).decode()

    def show(self, hidden: str) -> str:
        """Return an address that `hide` has encrypted."""
        return self._fernet.decrypt(hidden.encode()).decode()

    def check(self, db: sqlite3.Connection) -> None:
        """Hold the keys to those with which the files were first written.

        Raises:
            DataError: One is another.
        """
        with db:  # all marks are noted, or none
            db.execute("BEGIN IMMEDIATE")
            for schema, name in (("main", HASHES), ("main", ADDRESSES), ("optouts", HASHES)):
                mark = _keyed(self._secrets[name], name)
                query = f"INSERT INTO {schema}.{MARK} (file, mark) VALUES (?, ?) ON CONFLICT DO NOTHING"
                db.execute(query, [name, mark])
                [(noted,)] = db.execute(f"SELECT mark FROM {schema}.{MARK} WHERE file = ?", [name]).fetchall()
                if noted != mark:
                    file = "messages.db" if schema == "main" else "optouts.db"
                    problem = f"is not the key with which {file} was written"
                    raise DataError(f"{self._folder / name}: {problem}; put the right one there, or move {file} away")


def _keyed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _secret(path: Path) -> str:
    if not read_key(path):
        key(path)  # creates it, or logs why it cannot
    if secret := read_key(path):
        return secret
    raise DataError(f"{path}: cannot be made. Patients are recognised with it: let the server write into its folder")
