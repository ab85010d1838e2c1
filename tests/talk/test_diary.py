"""What is said and done about the walking diary."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.focus import Focus
from bot.diary.store import Diary, Entry
from bot.diary.texts import diary_texts
from bot.reply import Message
from bot.settings import Clinic, settings
from bot.talk.diary import ANSWER, DiaryTalk, diary
from bot.talk.links import pages

TODAY = datetime.date(2026, 11, 21)
TEXTS = diary_texts()
WALK = {"days_ago": 0, "minutes": 8.0, "distance": None, "unit": None, "eased_by": "sitting", "ease_minutes": 1.0}
WAITING = {**WALK, "day": "2026-11-21"}
ENTRY = Entry(TODAY, 8.0, None, None, "sitting", 1.0)
IN_WORDS = "21 November 2026, walked 8 minutes, eased by sitting, better after 1 minute"
CONSENT, DELETION = "diary_consent", "diary_deletion"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Diary]:
    """The diaries of an installation of the test's own."""
    monkeypatch.setenv("STRIDE_VAR", str(tmp_path))
    settings.cache_clear()
    yield diary()
    settings.cache_clear()


@pytest.fixture
def talk(kept: Diary, clinic: Clinic) -> DiaryTalk:
    """The talk of one patient, "p"."""
    return DiaryTalk(kept, "p", clinic, TODAY)


@pytest.fixture
def agreed(kept: Diary) -> Diary:
    """The diaries, with the patient's consent and one walk."""
    kept.agree("p", TODAY)
    kept.add("p", ENTRY)
    return kept


def titles(message: Message) -> list[str]:
    """What a message's buttons say, and send."""
    assert all(button["title"] == button["payload"] for button in message["buttons"])
    return [button["title"] for button in message["buttons"]]


def test_consent_first(talk: DiaryTalk, kept: Diary) -> None:
    """A walk is kept only after consent: before, it is read back, waits, and nothing is written down."""
    message, focus, waiting = talk({"entry": WALK}, None, Focus())

    assert message["text"] == TEXTS.consent.format(entry=IN_WORDS)
    assert titles(message) == [TEXTS.agree, TEXTS.refuse]
    assert (message["metadata"]["asks"], focus.asked, waiting) == (CONSENT, CONSENT, WAITING)
    assert not kept.agreed("p")
    assert kept.entries("p") == []


def test_agreed(talk: DiaryTalk, kept: Diary) -> None:
    """With consent the waiting walk is kept, and read back."""
    message, focus, waiting = talk({"agree": CONSENT}, WAITING, Focus(asked=CONSENT))

    assert message["text"] == TEXTS.noted.format(entry=IN_WORDS)
    assert titles(message) == [TEXTS.show, TEXTS.delete]
    assert (message["metadata"]["asks"], focus.asked, waiting) == (None, None, None)
    assert kept.entries("p") == [ENTRY]


def test_refused(talk: DiaryTalk, kept: Diary) -> None:
    """Without consent the waiting walk is forgotten."""
    message, focus, waiting = talk({"refuse": CONSENT}, WAITING, Focus(asked=CONSENT))

    assert (message["text"], titles(message)) == (TEXTS.refused, [])
    assert (focus.asked, waiting) == (None, None)
    assert not kept.agreed("p")


def test_refusing_is_not_for_ever(talk: DiaryTalk) -> None:
    """Who refused once is asked again with the next walk, and not before."""
    talk({"refuse": CONSENT}, WAITING, Focus(asked=CONSENT))

    message, focus, _ = talk({"entry": WALK}, None, Focus())

    assert (message["metadata"]["asks"], focus.asked) == (CONSENT, CONSENT)


@pytest.mark.parametrize("days", [0, 1, 30])
def test_adds(talk: DiaryTalk, agreed: Diary, days: int) -> None:
    """Once there is consent, a walk is kept at once, under the day on which it was."""
    message, focus, waiting = talk({"entry": {**WALK, "days_ago": days, "minutes": 9.0}}, None, Focus())

    assert message["text"].startswith("Put into your diary")
    assert "walked 9 minutes" in message["text"]
    assert (focus.asked, waiting) == (None, None)
    assert TODAY - datetime.timedelta(days=days) in [one.day for one in agreed.entries("p") if one.minutes == 9]


def test_shows(talk: DiaryTalk, agreed: Diary) -> None:
    """The diary is shown as a table, with the chart in words and a link to the same as a page."""
    agreed.add("p", Entry(TODAY, 12.0, None, None, None, None))

    message, _, _ = talk({"show": True}, None, Focus())

    [link] = message["metadata"]["links"]
    paper = pages().get(link["url"].rsplit("/", 1)[1])
    assert message["text"].startswith(TEXTS.heading)
    assert "• 21 November 2026: walked 8 minutes, eased by sitting" in message["text"]
    assert "longest 12" in message["text"]
    assert titles(message) == [TEXTS.delete]
    assert link["title"] == TEXTS.open_page
    assert paper is not None
    assert (len(paper.sections[0].lines), paper.chart is not None) == (2, True)


def test_shows_nothing(talk: DiaryTalk, tmp_path: Path) -> None:
    """An empty diary has no page; how to fill it is told, and a walk that waits for consent waits on."""
    message, _, waiting = talk({"show": True}, WAITING, Focus())

    assert (message["text"], message["metadata"]["links"], waiting) == (TEXTS.empty, [], WAITING)
    assert not (tmp_path / "pages").exists()


def test_deleting_is_confirmed(talk: DiaryTalk, agreed: Diary) -> None:
    """Before anything is deleted the patient is asked, and told how much it is."""
    message, focus, _ = talk({"delete": True}, None, Focus())

    assert message["text"] == TEXTS.confirm.format(count=1)
    assert titles(message) == [TEXTS.confirm_yes, TEXTS.confirm_no]
    assert (message["metadata"]["asks"], focus.asked) == (DELETION, DELETION)
    assert agreed.entries("p") == [ENTRY]


@pytest.mark.parametrize(
    ("wish", "said", "entries"), [("agree", "Your diary is deleted.", []), ("refuse", TEXTS.kept, [ENTRY])]
)
def test_deletes(talk: DiaryTalk, agreed: Diary, wish: str, said: str, entries: list[Entry]) -> None:
    """With a yes the diary and the consent are deleted, with a no nothing is."""
    message, focus, waiting = talk({wish: DELETION}, None, Focus(asked=DELETION))

    assert message["text"].startswith(said)
    assert "{" not in message["text"]
    assert (focus.asked, waiting) == (None, None)
    assert agreed.entries("p") == entries
    assert agreed.agreed("p") is bool(entries)


@pytest.mark.parametrize(
    ("wish", "waiting"), [({"agree": CONSENT}, None), ({"agree": "helpful"}, WALK), ({"refuse": CONSENT}, None)]
)
def test_nothing_is_kept_by_mistake(
    talk: DiaryTalk, kept: Diary, wish: dict[str, Any], waiting: dict[str, Any] | None
) -> None:
    """A yes to something else, or to no walk, is no consent."""
    message, _, _ = talk(wish, waiting, Focus())

    assert message["text"] == TEXTS.refused
    assert not kept.agreed("p")


@pytest.mark.parametrize(
    "wish", [{"entry": WALK}, {"show": True}, {"delete": True}, {"agree": DELETION}, {"refuse": CONSENT}]
)
def test_comes_into_focus(talk: DiaryTalk, wish: dict[str, Any]) -> None:
    """Whatever is done with it, the diary is what the conversation is about, and nothing else is on offer."""
    before = Focus(answer="aids.brace", topic="brace", side="what", offered=("surgery.when",), asked_back=True)

    message, focus, _ = talk(wish, None, before)

    assert message["metadata"]["answer"] == ANSWER
    assert (focus.answer, focus.topic, focus.side) == (ANSWER, "diary", "what")
    assert (focus.offered, focus.asked_back) == ((), False)


def test_another_patients_diary(talk: DiaryTalk, kept: Diary) -> None:
    """A patient sees and deletes only the diary of the same conversation."""
    kept.agree("q", TODAY)
    kept.add("q", ENTRY)

    shown, _, _ = talk({"show": True}, None, Focus())
    talk({"agree": DELETION}, None, Focus(asked=DELETION))

    assert shown["text"] == TEXTS.empty
    assert kept.entries("q") == [ENTRY]


def test_agreed_the_day_after(kept: Diary, clinic: Clinic) -> None:
    """A walk that waited for consent over midnight is kept under the day that was read back."""
    _, focus, waiting = DiaryTalk(kept, "p", clinic, TODAY)({"entry": WALK}, None, Focus())

    DiaryTalk(kept, "p", clinic, TODAY + datetime.timedelta(days=1))({"agree": CONSENT}, waiting, focus)

    assert [one.day for one in kept.entries("p")] == [TODAY]
