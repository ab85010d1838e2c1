"""What is said and done about the walking diary."""

import datetime
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from bot.clinic import Clinic
from bot.conversation.focus import Focus
from bot.reply.diary import ANSWER, MOST, SHOWN, DiaryTalk, diary
from bot.reply.diary_texts import diary_texts
from bot.reply.diary_told import day, entry_in_words
from bot.reply.links import pages
from bot.reply.reply import Reply
from bot.settings import settings
from bot.store.diary import Diary, Entry
from bot.text.dates import DayTold

TODAY = datetime.date(2026, 11, 21)
TEXTS = diary_texts()
WALK = {"day": None, "minutes": 8.0, "distance": None, "unit": None, "eased_by": "sitting", "ease_minutes": 1.0}
WAITING = {"walks": [{**WALK, "day": "2026-11-21", "sure": False, "asked": 0}], "change": False}
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


def named(**how: Any) -> dict[str, Any]:
    """A day in a patient's words."""
    return asdict(DayTold("", **how))


def titles(message: Reply) -> list[str]:
    """What a message's buttons say, and send."""
    assert all(button["title"] == button["payload"] for button in message.buttons)
    return [button["title"] for button in message.buttons]


def test_consent_first(talk: DiaryTalk, kept: Diary) -> None:
    """A walk is kept only after consent: before, it is read back, waits, and nothing is written down."""
    message, focus, waiting = talk({"entries": [WALK]}, None, Focus())

    assert message.text.startswith(TEXTS.offer_first.format(entry=IN_WORDS))
    assert message.text.endswith("May I keep it?")
    assert titles(message) == [TEXTS.agree, TEXTS.refuse]
    assert (message.asks, focus.asked, waiting) == (CONSENT, CONSENT, WAITING)
    assert not kept.agreed("p")
    assert kept.entries("p") == []


def test_starts(talk: DiaryTalk, kept: Diary) -> None:
    """Who asks for a diary is asked for consent first, and then told how to tell a walk."""
    turns = Turns(talk)

    asked = turns(start=True)

    assert asked.text.startswith(TEXTS.offer)
    assert (titles(asked), asked.asks) == ([TEXTS.agree, TEXTS.refuse], CONSENT)
    assert not kept.agreed("p")
    assert turns(agree=CONSENT).text == TEXTS.empty
    assert kept.agreed("p")


def test_starts_no_second_one(talk: DiaryTalk, agreed: Diary) -> None:
    """Who has a diary and asks for one sees it."""
    message, focus, _ = talk({"start": True}, None, Focus())

    assert message.text.startswith(TEXTS.heading)
    assert focus.asked is None


def test_agreed(talk: DiaryTalk, kept: Diary) -> None:
    """With consent the waiting walk is kept, and read back."""
    message, focus, waiting = talk({"agree": CONSENT}, WAITING, Focus(asked=CONSENT))

    assert message.text == TEXTS.noted.format(entry=IN_WORDS)
    assert titles(message) == [TEXTS.show, TEXTS.change_last, TEXTS.delete_last]
    assert (message.asks, focus.asked) == (None, "diary_noted")
    assert waiting == {"undo": {"added": 1}}
    assert kept.entries("p") == [ENTRY]


def test_refused(talk: DiaryTalk, kept: Diary) -> None:
    """Without consent the waiting walk is forgotten."""
    message, focus, waiting = talk({"refuse": CONSENT}, WAITING, Focus(asked=CONSENT))

    assert (message.text, titles(message)) == (TEXTS.refused, [])
    assert (focus.asked, waiting) == (None, None)
    assert not kept.agreed("p")


def test_refusing_is_not_for_ever(talk: DiaryTalk) -> None:
    """Who refused once is asked again with the next walk, and not before."""
    talk({"refuse": CONSENT}, WAITING, Focus(asked=CONSENT))

    message, focus, _ = talk({"entries": [WALK]}, None, Focus())

    assert (message.asks, focus.asked) == (CONSENT, CONSENT)


@pytest.mark.parametrize("days", [0, 1, 30])
def test_adds(talk: DiaryTalk, agreed: Diary, days: int) -> None:
    """Once there is consent, a walk is kept at once, under the day on which it was."""
    message, focus, waiting = talk({"entries": [{**WALK, "day": named(ago=days), "minutes": 9.0}]}, None, Focus())

    assert message.text.startswith("I put this in your diary")
    assert "walked 9 minutes" in message.text
    assert (focus.asked, waiting) == ("diary_noted", {"undo": {"added": 1}})
    assert TODAY - datetime.timedelta(days=days) in [one.day for one in agreed.entries("p") if one.minutes == 9]


def test_shows(talk: DiaryTalk, agreed: Diary) -> None:
    """The diary is shown as a table, with the chart in words and a link to the same as a page."""
    agreed.add("p", Entry(TODAY, 12.0, None, None, None, None))

    message, _, _ = talk({"show": True}, None, Focus())

    [link] = message.links
    paper = pages().get(link["url"].rsplit("/", 1)[1])
    assert message.text.startswith(TEXTS.heading)
    assert "• 21 November 2026: walked 8 minutes, eased by sitting" in message.text
    assert "longest 12" in message.text
    assert titles(message) == [TEXTS.delete]
    assert link["title"] == TEXTS.open_page
    assert paper is not None
    assert (len(paper.sections[0].lines), paper.chart is not None) == (2, True)


def test_shows_nothing(talk: DiaryTalk, tmp_path: Path) -> None:
    """An empty diary has no page; how to fill it is told, and a walk that waits for consent waits on."""
    message, _, waiting = talk({"show": True}, WAITING, Focus())

    assert (message.text, message.links, waiting) == (TEXTS.empty, (), WAITING)
    assert not (tmp_path / "pages").exists()


def test_deleting_is_confirmed(talk: DiaryTalk, agreed: Diary) -> None:
    """Before anything is deleted the patient is asked, and told how much it is."""
    message, focus, _ = talk({"delete": True}, None, Focus())

    assert message.text == TEXTS.confirm.format(count=1)
    assert titles(message) == [TEXTS.confirm_yes, TEXTS.confirm_no]
    assert (message.asks, focus.asked) == (DELETION, DELETION)
    assert agreed.entries("p") == [ENTRY]


@pytest.mark.parametrize(
    ("wish", "said", "entries"), [("agree", "Your diary is deleted.", []), ("refuse", TEXTS.kept, [ENTRY])]
)
def test_deletes(talk: DiaryTalk, agreed: Diary, wish: str, said: str, entries: list[Entry]) -> None:
    """With a yes the diary and the consent are deleted, with a no nothing is."""
    message, focus, waiting = talk({wish: DELETION}, None, Focus(asked=DELETION))

    assert message.text.startswith(said)
    assert "{" not in message.text
    assert (focus.asked, waiting) == (None, None)
    assert agreed.entries("p") == entries
    assert agreed.agreed("p") is bool(entries)


@pytest.mark.parametrize(
    ("wish", "waiting"), [({"agree": CONSENT}, None), ({"agree": "helpful"}, WAITING), ({"refuse": CONSENT}, None)]
)
def test_nothing_is_kept_by_mistake(
    talk: DiaryTalk, kept: Diary, wish: dict[str, Any], waiting: dict[str, Any] | None
) -> None:
    """A yes to something else, or to no walk, is no consent."""
    message, _, _ = talk(wish, waiting, Focus())

    assert message.text == TEXTS.refused
    assert not kept.agreed("p")


@pytest.mark.parametrize(
    "wish", [{"entries": [WALK]}, {"show": True}, {"delete": True}, {"agree": DELETION}, {"refuse": CONSENT}]
)
def test_comes_into_focus(talk: DiaryTalk, wish: dict[str, Any]) -> None:
    """Whatever is done with it, the diary is what the conversation is about, and nothing else is on offer."""
    before = Focus(answer="aids.brace", topic="brace", side="what", offered=("surgery.when",), asked_back=True)

    message, focus, _ = talk(wish, None, before)

    assert message.answer == ANSWER
    assert (focus.answer, focus.topic, focus.side) == (ANSWER, "diary", "what")
    assert (focus.offered, focus.asked_back) == ((), False)


def test_another_patients_diary(talk: DiaryTalk, kept: Diary) -> None:
    """A patient sees and deletes only the diary of the same conversation."""
    kept.agree("q", TODAY)
    kept.add("q", ENTRY)

    shown, _, _ = talk({"show": True}, None, Focus())
    talk({"agree": DELETION}, None, Focus(asked=DELETION))

    assert shown.text == TEXTS.empty
    assert kept.entries("q") == [ENTRY]


def test_agreed_the_day_after(kept: Diary, clinic: Clinic) -> None:
    """A walk that waited for consent over midnight is kept under the day that was read back."""
    _, focus, waiting = DiaryTalk(kept, "p", clinic, TODAY)({"entries": [WALK]}, None, Focus())

    DiaryTalk(kept, "p", clinic, TODAY + datetime.timedelta(days=1))({"agree": CONSENT}, waiting, focus)

    assert [one.day for one in kept.entries("p")] == [TODAY]


THANKSGIVING = named()
PLAIN = {**WALK, "eased_by": None, "ease_minutes": None}


def only(minutes: float, of: int = 21) -> Entry:
    """A walk of which only the minutes are known."""
    return Entry(datetime.date(2026, 11, of), minutes, None, None, None, None)


def reply(measure: tuple[float, str | None] | None = None, of: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a message told in the place of something."""
    return {"measure": measure, "day": of}


class Turns:
    """Plays a talk, with what is kept between its turns."""

    def __init__(self, talk: DiaryTalk) -> None:
        self._talk, self.focus, self.waiting = talk, Focus(), None

    def __call__(self, **wish: Any) -> Reply:
        """Return what is said to a wish."""
        message, self.focus, self.waiting = self._talk(wish, self.waiting, self.focus)
        return message


def test_a_day_that_is_not_known_is_asked_for(talk: DiaryTalk, agreed: Diary) -> None:
    """A walk of a holiday waits, and is not put under today, until its day is told."""
    turns = Turns(talk)

    asked = turns(entries=[{**PLAIN, "day": THANKSGIVING}])
    before = agreed.entries("p")
    said = turns(told=reply(of=named(ago=2)))

    assert asked.text.startswith("Which day was that?")
    assert (asked.asks, before) == ("diary_day", [ENTRY])
    assert said.text == TEXTS.noted.format(entry="19 November 2026, walked 8 minutes")
    assert agreed.entries("p")[0] == only(8, 19)


def test_a_day_is_not_asked_for_for_ever(talk: DiaryTalk, agreed: Diary) -> None:
    """After two replies that name no day either, nothing is asked and nothing is kept."""
    turns = Turns(talk)
    turns(entries=[{**PLAIN, "day": THANKSGIVING}])

    again = turns(told=reply(of=THANKSGIVING))
    last = turns(told=reply(of=THANKSGIVING))

    assert again.asks == "diary_day"
    assert (last.text, last.asks, turns.waiting) == (TEXTS.day_unknown, None, None)
    assert agreed.entries("p") == [ENTRY]


def test_never_mind_leaves_out_one_walk(talk: DiaryTalk, agreed: Diary) -> None:
    """Of several walks only the one whose day stays unknown is left out."""
    turns = Turns(talk)
    turns(entries=[{**PLAIN, "minutes": 6.0}, {**PLAIN, "day": THANKSGIVING}])

    turns(refuse="diary_day")

    assert agreed.entries("p") == [ENTRY, only(6)]


def test_several_walks(talk: DiaryTalk, agreed: Diary) -> None:
    """Each walk of a message is an entry that is said back, and `undo` takes them all out."""
    turns = Turns(talk)
    said = turns(entries=[{**PLAIN, "minutes": 6.0, "day": named(ago=1)}, {**PLAIN, "minutes": 4.0}])
    noted = agreed.entries("p")

    turns(undo=True)

    both = "20 November 2026, walked 6 minutes; 21 November 2026, walked 4 minutes"
    assert said.text == TEXTS.noted.format(entry=both)
    assert noted == [only(6, 20), ENTRY, only(4)]
    assert agreed.entries("p") == [ENTRY]


def test_an_unlikely_walk_is_asked_about(talk: DiaryTalk, agreed: Diary) -> None:
    """A walk of many hours waits until the patient says that it was one."""
    turns = Turns(talk)
    asked = turns(entries=[{**PLAIN, "minutes": 400.0}])
    before = agreed.entries("p")

    turns(agree="diary_unlikely")

    assert asked.text == TEXTS.unlikely.format(walk="400 minutes")
    assert titles(asked) == [TEXTS.unlikely_yes, TEXTS.unlikely_no]
    assert before == [ENTRY]
    assert agreed.entries("p") == [ENTRY, only(400)]


@pytest.mark.parametrize(
    ("minutes", "said"), [(999_999.0, {"agree": "diary_unlikely"}), (400.0, {"refuse": "diary_unlikely"}), (-5.0, None)]
)
def test_a_measure_that_cannot_be_is_asked_for(
    talk: DiaryTalk, agreed: Diary, minutes: float, said: dict[str, Any] | None
) -> None:
    """More than a day holds, less than nothing, and what the patient takes back is asked for anew."""
    turns = Turns(talk)
    message = turns(entries=[{**PLAIN, "minutes": minutes}])
    message = turns(**said) if said else message

    turns(told=reply((9.0, None)))

    assert (message.text, message.asks) == (TEXTS.how_much, "diary_change")
    assert agreed.entries("p") == [ENTRY, only(9)]


@pytest.mark.parametrize(
    ("told", "entry"),
    [
        (reply((5.0, None)), Entry(TODAY, 5.0, None, None, "sitting", 1.0)),
        (reply((2.0, "blocks")), Entry(TODAY, None, 2.0, "blocks", "sitting", 1.0)),
        (reply(of=named(ago=1)), Entry(TODAY - datetime.timedelta(days=1), 8.0, None, None, "sitting", 1.0)),
    ],
)
def test_changes_the_last_entry(talk: DiaryTalk, agreed: Diary, told: dict[str, Any], entry: Entry) -> None:
    """The measure or the day of the last entry is put right and said back; `undo` takes that back."""
    turns = Turns(talk)
    said = turns(change=told)
    changed = agreed.entries("p")

    turns(undo=True)

    assert said.text == TEXTS.changed.format(entry=f"{day(entry.day)}, {entry_in_words(entry)}")
    assert changed == [entry]
    assert agreed.entries("p") == [ENTRY]


def test_asks_what_to_change_to(talk: DiaryTalk, agreed: Diary) -> None:
    """Who only wants to change the last entry is asked for the measure, and told which entry it is."""
    turns = Turns(talk)
    asked = turns(change=reply())

    turns(told=reply((5.0, None)))

    assert asked.text.startswith(f"The last entry is: {IN_WORDS}.")
    assert asked.asks == "diary_change"
    assert [one.minutes for one in agreed.entries("p")] == [5]


def test_changes_a_walk_that_waits_for_consent(talk: DiaryTalk, kept: Diary) -> None:
    """A walk can be put right before the patient agrees that it is kept."""
    turns = Turns(talk)
    turns(entries=[PLAIN])

    again = turns(change=reply((9.0, None)))

    assert again.text.startswith(TEXTS.offer_first.format(entry="21 November 2026, walked 9 minutes"))
    assert kept.entries("p") == []


def test_takes_out_the_last_entry(talk: DiaryTalk, agreed: Diary) -> None:
    """The entry that was added last is taken out and said back, the consent stays, and `undo` puts it back."""
    agreed.add("p", only(5, 3))
    turns = Turns(talk)
    said = turns(take_last=True)
    left = agreed.entries("p")

    turns(undo=True)

    assert said.text == TEXTS.taken_out.format(entry="3 November 2026, walked 5 minutes")
    assert left == [ENTRY]
    assert agreed.agreed("p")
    assert agreed.entries("p") == [only(5, 3), ENTRY]


@pytest.mark.parametrize("wish", [{"undo": True}, {"take_last": True}, {"change": reply((5.0, None))}])
def test_nothing_to_put_right(talk: DiaryTalk, wish: dict[str, Any]) -> None:
    """In an empty diary there is nothing to change or take out."""
    message, focus, waiting = talk(wish, None, Focus())

    assert (message.text, focus.asked, waiting) == (TEXTS.empty, None, None)


def test_takes_out_the_entry_of_a_day(talk: DiaryTalk, agreed: Diary) -> None:
    """The one entry of a day is taken out at once; of a day without one that is said."""
    agreed.add("p", only(5, 3))

    said, _, _ = talk({"delete_day": named(nth=3)}, None, Focus())
    none, _, _ = talk({"delete_day": named(nth=4)}, None, Focus())

    assert said.text == TEXTS.taken_out.format(entry="3 November 2026, walked 5 minutes")
    assert none.text == TEXTS.none_of_day.format(day="4 November 2026")
    assert agreed.entries("p") == [ENTRY]


@pytest.mark.parametrize(("wish", "left"), [("agree", [ENTRY]), ("refuse", [only(5, 3), only(6, 3), ENTRY])])
def test_several_entries_of_a_day(talk: DiaryTalk, agreed: Diary, wish: str, left: list[Entry]) -> None:
    """Before several entries are taken out, the patient is asked, and told which."""
    agreed.add("p", only(5, 3))
    agreed.add("p", only(6, 3))
    turns = Turns(talk)

    asked = turns(delete_day=named(nth=3))
    turns(**{wish: "diary_day_deletion"})

    assert "walked 5 minutes; walked 6 minutes" in asked.text
    assert agreed.entries("p") == left
    assert agreed.agreed("p")


def test_asks_of_which_day_an_entry_is_to_be_taken_out(talk: DiaryTalk, agreed: Diary) -> None:
    """A day that is not known takes nothing out, and is asked for once."""
    turns = Turns(talk)
    asked = turns(delete_day=THANKSGIVING)

    said = turns(told=reply(of=THANKSGIVING))

    assert asked.text.startswith("Which day was that?")
    assert (said.text, said.asks) == (TEXTS.kept, None)
    assert agreed.entries("p") == [ENTRY]


def test_the_clinics_order_counts(kept: Diary, clinic: Clinic) -> None:
    """11/3 is a day of March where the clinic writes the day first, and the reply says the date in full."""
    talk = DiaryTalk(kept, "p", clinic.copy(update={"date_order": "DMY"}), TODAY)

    message, _, _ = talk({"entries": [{**PLAIN, "day": named(date="11/3")}]}, None, Focus())

    assert "11 March 2026, walked 8 minutes" in message.text


def test_too_many_walks_at_once(talk: DiaryTalk, agreed: Diary) -> None:
    """A message with more walks than anybody tells at once puts none into the diary, and says how many may be told."""
    message, _, waiting = talk({"entries": [WALK] * (MOST + 1)}, None, Focus())

    assert message.text == TEXTS.too_many.format(most=MOST)
    assert waiting is None
    assert agreed.entries("p") == [ENTRY]


def test_long_diary_shows_its_latest_entries(talk: DiaryTalk, agreed: Diary) -> None:
    """Of a long diary the latest entries are shown, with how many there are; its page has all."""
    agreed.add(
        "p", *(Entry(TODAY + datetime.timedelta(number), 5.0, None, None, None, None) for number in range(1, 61))
    )

    message, _, _ = talk({"show": True}, None, Focus())

    assert TEXTS.more.format(shown=SHOWN, count=61) in message.text
    assert message.text.count("walked") == SHOWN
    paper = pages().get(message.links[0]["url"].rpartition("/")[2])
    assert paper is not None
    assert sum(len(section.lines) for section in paper.sections) == 61
