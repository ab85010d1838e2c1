"""Where Rasa keeps conversations: its own store, with each connection prepared as those of our other files are."""

from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore

from bot.database import prepare


class OverwritingStore(SQLTrackerStore):
    """Rasa's SQL store; endpoints.yml names it, for `stride run` and `rasa run` alike."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", lambda connection, _: prepare(connection))
            self.engine.dispose()  # the connection that made the tables was not prepared
