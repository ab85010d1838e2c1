"""All that is kept of conversations; what a deletion leaves is tested with the web chat's conversations."""

import datetime
from pathlib import Path

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from bot.datafile import DataError
from bot.files.database import opened
from bot.store import diary, transcripts
from bot.store.diary import Diary, Entry
from bot.store.kept import Kept
from bot.store.transcripts import KeptExchange

pytestmark = pytest.mark.rasa  # its store
DAY = datetime.date(2026, 11, 29)
SAID = KeptExchange("message-1", "2026-11-29T10:00:00.000+00:00", "hello", [])


@pytest.mark.parametrize("module", [diary, transcripts], ids=lambda module: module.FILE)
def test_file_of_a_later_version_stops_the_start(module: object, tmp_path: Path) -> None:
    """The operator learns at the start that a file was written by a later version, and the file is left alone."""
    path = tmp_path / module.FILE
    with opened(path, (*module.VERSIONS, ("CREATE TABLE later (one TEXT)",))):
        pass
    before = path.read_bytes()

    with pytest.raises(DataError, match=f"{module.FILE}: was written by a later version of Stride"):
        Kept(tmp_path)

    assert path.read_bytes() == before


def test_disk_that_fails_stops_no_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where a file cannot be used, that is logged, and the server starts, for the alarm."""
    (tmp_path / diary.FILE).mkdir()

    Kept(tmp_path)

    assert "Diary cannot be used" in caplog.text


def test_deletion_tells_whether_there_was_something(tmp_path: Path) -> None:
    """A conversation is deleted once, and another one stays."""
    kept, store = Kept(tmp_path), InMemoryTrackerStore(Domain.empty())
    for name in ("one", "other"):
        kept.transcripts.add(name, SAID)
        Diary(tmp_path).agree(name, DAY)
        Diary(tmp_path).add(name, Entry(DAY, 8.0, None, None, None, None))

    assert [kept.delete("one", [SAID], store) for _ in range(2)] == [True, False]
    assert not Diary(tmp_path).agreed("one")
    assert kept.transcripts.of("one") == []
    assert kept.transcripts.of("other") == [SAID]
    assert Diary(tmp_path).entries("other")


def test_diary_outlives_an_expired_conversation(tmp_path: Path) -> None:
    """What expires by itself takes the messages, and leaves the diary that the patient wants."""
    kept, store = Kept(tmp_path), InMemoryTrackerStore(Domain.empty())
    kept.transcripts.add("one", SAID)
    Diary(tmp_path).agree("one", DAY)

    assert kept.delete("one", [SAID], store, expired=True)
    assert kept.transcripts.of("one") == []
    assert Diary(tmp_path).agreed("one")
