"""Papers under addresses that nobody can guess, for a short while."""

import json
import re
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bot.visit.document import Document, from_dict, to_dict

BYTES = 24  # of chance in a token
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
HOUR = timedelta(hours=1)


class Pages:
    """Keeps papers in a folder, each in a file named by its token. Several processes may share the folder."""

    def __init__(self, folder: Path, lifetime: timedelta = HOUR) -> None:
        """Keep papers in a folder for a time."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._seconds = lifetime.total_seconds()

    def put(self, document: Document) -> str:
        """Keep a paper.

        Args:
            document: The paper.

        Returns:
            The token that it is got with.
        """
        self._sweep()
        token = secrets.token_urlsafe(BYTES)
        path = self._path(token)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(json.dumps(to_dict(document)), encoding="utf-8")
        return token

    def get(self, token: str) -> Document | None:
        """Return a paper; None when there is none, or no longer, or the token is none."""
        self._sweep()
        if not TOKEN.fullmatch(token):
            return None
        try:
            return from_dict(json.loads(self._path(token).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def delete(self, token: str) -> None:
        """Delete a paper, if there is one."""
        if TOKEN.fullmatch(token):
            self._path(token).unlink(missing_ok=True)

    def _path(self, token: str) -> Path:
        return self._folder / f"{token}.json"

    def _sweep(self) -> None:
        """Delete what has had its time; nothing in the folder that is no paper."""
        for path in self._folder.glob("*.json"):
            # Another process may delete it first.
            with suppress(FileNotFoundError):
                if TOKEN.fullmatch(path.stem) and time.time() - path.stat().st_mtime >= self._seconds:
                    path.unlink()
