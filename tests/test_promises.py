"""What the bot promises about what it keeps: the same words wherever they stand, and true."""

import datetime
import re
from pathlib import Path

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from bot.alarm.record import Alarm, AlarmRecord
from bot.alarm.record_lines import lines
from bot.clinic import clinic as own_clinic
from bot.knowledge.base import knowledge
from bot.paper.document import Document
from bot.reply.diary_texts import diary_texts
from bot.reply.links import link_to
from bot.settings import Settings
from bot.store import feedback
from bot.store.diary import Entry
from bot.store.kept import Kept
from bot.store.transcripts import KeptExchange, stamp
from bot.web.texts import texts

REPLY = knowledge()["bot.privacy"]
PLACES = {
    "first words": texts().consent,
    "privacy page": "\n".join(paragraph.text for paragraph in texts().pages.privacy),
    "privacy reply": "\n".join(REPLY.texts),
    "short privacy reply": REPLY.short or "",
    "consent to a diary": diary_texts().consent,
    "diary shown": diary_texts().longer,
    "keeping track": next(text for text in knowledge()["visit.track_symptoms"].texts if "diary in this chat" in text),
    "diary deleted": diary_texts().deleted,
    "deleting": texts().delete_sure,
    "starting over": texts().start_over_sure,
    "first words by message": knowledge().messaging.consent,
    "first words by SMS": knowledge().messaging.consent_of_carrier,
    "known by message": knowledge().messaging.known,
    "deleted by message": knowledge().messaging.deleted,
}
BOTH = {"privacy page", "privacy reply"}
OF_DIARY = {*BOTH, "consent to a diary"}
BY_MESSAGE = {"first words by message", "first words by SMS"}
# What finds the words, and where they must stand.
PROMISES = {
    "where": (
        r"\bon the computer[^.,]*",
        {*OF_DIARY, *BY_MESSAGE, "first words", "short privacy reply", "starting over"},
    ),
    "how long": (
        r"\bfor \{days\}[^.]*",
        {*BOTH, "first words", "starting over"},
    ),
    "how long by message": (
        r"\buntil \{days\}[^.;]*",
        {*BOTH, *BY_MESSAGE, "short privacy reply", "known by message", "diary deleted"},
    ),
    "from when": (r"The days count[^.]*", BOTH),
    "who can read": (r"[A-Z][^.]*able to read[^.]*", {*OF_DIARY, "short privacy reply"}),
    "who gets it": (r"[A-Z][^.]* other company", BOTH),
    "who carries it": (r"By SMS[^.]* a company[^.]*", BOTH),
    "a diary if": (r"A walking diary is kept[^.,]*", OF_DIARY),
    "a diary how long": (r"until \{diary_days\}[^.]*", {*OF_DIARY, "diary shown", "keeping track"}),
    "who has the key to a diary": (
        r"On the website, your browser keeps the key[^.]*\. Say no[^.]*",
        {"privacy page", "consent to a diary"},
    ),
    "a diary deleted": (r'[A-Z][^.]* "delete my diary"', OF_DIARY),
    "all deleted": (r"On the website, [^.]* and your diary[^.]*\. By SMS[^.]*", BOTH),
    "what stays": (r"[A-Z][^.]*stays, [^.]*", {*BOTH, "deleting", "deleted by message"}),
}
NOW = datetime.datetime(2026, 11, 30, 12, tzinfo=datetime.timezone.utc)
NAME = "web-p"


@pytest.mark.parametrize("promise", PROMISES)
def test_same_words_everywhere(promise: str) -> None:
    """A promise stands wherever a patient looks for it, and nowhere in other words."""
    pattern, wanted = PROMISES[promise]
    found = {place: re.findall(pattern, text) for place, text in PLACES.items()}

    assert wanted <= {place for place, some in found.items() if some}
    assert len({words for some in found.values() for words in some}) == 1


@pytest.mark.parametrize("place", PLACES)
def test_no_number_of_its_own(place: str) -> None:
    """No text has a number of days of its own: the settings fill it in."""
    assert not re.search(r"\d+ days|\b(?:week|month)s?\b", PLACES[place])


@pytest.fixture
def kept(var: Path) -> Kept:
    """All that is kept of a conversation in which everything happened: a walk, a page, a sign and feedback."""
    kept = Kept(var)
    page = link_to(Document("Title", "", [], ""), "Open it")
    said = KeptExchange("message-1", stamp(NOW), "my words", [{"links": [page]}])
    kept.transcripts.begin(NAME, NOW)
    kept.transcripts.add(NAME, said)
    kept.diary.agree(NAME, NOW.date())
    kept.diary.add(NAME, Entry(NOW.date(), 8.0, None, None, None, None))
    feedback.keep(var, feedback.Feedback("2026-11-30", "aids.brace", False, "the price"))
    record = AlarmRecord(var, var / "alarms.key")
    record.begin()
    record.append(record.entry(Alarm("cauda_equina", "rules", (), (), "1"), NAME, "web", None))
    return kept


def delete(kept: Kept, *, expired: bool) -> None:
    """Delete the conversation, as its time or its patient wants it."""
    said = kept.transcripts.of(NAME)
    kept.delete(NAME, said, InMemoryTrackerStore(Domain.empty()), expired=expired)


@pytest.mark.rasa
@pytest.mark.parametrize("expired", [True, False])
def test_what_goes_and_what_stays(kept: Kept, var: Path, expired: bool) -> None:
    """Messages and pages go with time or on request, the diary on request only; two notes stay, without a name."""
    delete(kept, expired=expired)

    assert kept.transcripts.of(NAME) == []
    assert list((var / "pages").glob("*")) == []
    assert kept.diary.agreed(NAME) is expired
    assert [one.missing for one in feedback.kept(var)] == ["the price"]
    [(_, note)] = lines(var)
    assert NAME not in str(note)
    assert "words" not in note


def test_days_are_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sets other days changes what the texts say."""
    monkeypatch.setattr("bot.clinic.settings", lambda: Settings(session_days=3, diary_days=60))

    assert "for 3 days at most" in own_clinic().fill(PLACES["privacy reply"])
    assert "until 60 days after" in own_clinic().fill(PLACES["consent to a diary"])
