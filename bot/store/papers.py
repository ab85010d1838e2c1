"""Stores papers for a short time, at URLs that nobody can guess."""

import json
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bot.paper.document import Document, from_dict, to_dict

FOLDER = "pages"  # in the folder of all stored data
BYTES = 24  # of randomness in a token
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
HOUR = timedelta(hours=1)


class Pages:
    """Keeps papers in a folder, each in a file named by its token, with its PDF beside it once requested.

    Several processes may share the folder.
    """

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
            The token to get it with.
        """
        token = secrets.token_urlsafe(BYTES)
        path = self._path(token)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(json.dumps(to_dict(document)), encoding="utf-8")
        return token

    def get(self, token: str) -> Document | None:
        """Return a paper; None when it does not exist or has expired, or the token is invalid."""
        if not self._good(token):
            return None
        try:
            return from_dict(json.loads(self._path(token).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def pdf(self, token: str, draw: Callable[[Document], bytes]) -> bytes | None:
        """Return a paper's PDF, which is drawn once and kept with the paper.

        Args:
            token: The paper's token.
            draw: Draws the PDF.

        Returns:
            The PDF; None when the paper does not exist or has expired.
        """
        document = self.get(token)
        if document is None:
            return None
        kept = self._path(token, ".pdf")
        with suppress(FileNotFoundError):
            return kept.read_bytes()
        drawn = draw(document)
        made = self._path(token, f".{secrets.token_hex(4)}.new")
        made.touch(mode=0o600, exist_ok=False)
        made.write_bytes(drawn)
        made.replace(kept)
        if not self._good(token):  # it was deleted meanwhile
            self.delete(token)
            return None
        return drawn

    def delete(self, token: str) -> None:
        """Delete a paper and its PDF, if they exist."""
        if TOKEN.fullmatch(token):
            # Delete the paper first: without it, no new PDF is kept.
            self._path(token).unlink(missing_ok=True)
            for path in self._folder.glob(f"{token}.*"):
                path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete expired papers and the remains of deleted ones, but no other files."""
        for path in self._folder.iterdir():
            token = path.name.partition(".")[0]
            if TOKEN.fullmatch(token) and not self._good(token):
                self.delete(token)

    def _path(self, token: str, ending: str = ".json") -> Path:
        return self._folder / f"{token}{ending}"

    def _good(self, token: str) -> bool:
        """Return whether a token's paper exists and has not expired."""
        if not TOKEN.fullmatch(token):
            return False
        try:
            return time.time() - self._path(token).stat().st_mtime < self._seconds
        except FileNotFoundError:
            return False
