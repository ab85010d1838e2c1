"""Everything stored about conversations, and the only place that deletes a conversation."""

import logging
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from rasa.core.tracker_store import TrackerStore

from bot.store.diary import Diary
from bot.store.forget import forget, overwrite
from bot.store.papers import FOLDER, Pages
from bot.store.transcripts import KeptExchange, Transcripts

logger = logging.getLogger(__name__)


class Kept:
    """What a folder holds of conversations; Rasa's part is in its own store.

    It excludes the feedback on answers, which names no conversation, and the record of alarms, which holds a keyed
    hash of its name.
    """

    def __init__(self, folder: Path) -> None:
        """Manage a folder.

        Raises:
            DataError: A later version of Stride has written one of its files. An unusable disk is only logged: the
                alarm still works.
        """
        self.transcripts = Transcripts(folder)
        self.diary = Diary(folder)
        self._papers = folder / FOLDER
        for kept in (self.transcripts, self.diary):
            try:
                kept.check()
            except (OSError, sqlite3.Error) as error:
                logger.error("%s cannot be used: %s", type(kept).__name__, type(error).__name__)

    def delete(
        self, conversation: str, said: Iterable[KeptExchange], store: TrackerStore, *, expired: bool = False
    ) -> bool:
        """Delete all that is kept of a conversation; `overwrite` then removes its traces from the files.

        Args:
            conversation: Its name, which stays, marked as ended.
            said: Its exchanges, which link to its papers.
            store: Rasa's tracker store.
            expired: Whether the patient did not ask for it: then a walking diary stays, if it was agreed to as lasting.

        Returns:
            Whether there was anything.

        Raises:
            Exception: Something could not be deleted. The transcript goes last, so the next sweep tries again.
        """
        papers = [link["url"] for one in said for reply in one.replies for link in reply["links"]]
        found = self.delete_talk(conversation, papers, store, expired=expired)
        return self.transcripts.delete(conversation) or found

    def delete_talk(
        self, conversation: str, papers: Iterable[str], store: TrackerStore, *, expired: bool = False
    ) -> bool:
        """Delete what is kept of a conversation on every channel: its diary, its papers and Rasa's part.

        Args:
            conversation: Its name.
            papers: The addresses of its papers.
            store: Rasa's tracker store.
            expired: See `delete`.

        Returns:
            Whether Rasa had anything.
        """
        self.diary.delete(conversation, unknowing=expired)
        found = forget(store, conversation)
        for paper in papers:
            Pages(self._papers).delete(paper.rpartition("/")[2])
        return found

    def overwrite(self, store: TrackerStore) -> None:
        """Rewrite the files, so that nothing deleted is left in them."""
        overwrite(store)
        self.transcripts.overwrite()
        self.diary.overwrite()
