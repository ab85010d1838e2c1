"""What guided talks come to."""

import datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.summary import ChangeReply, SelfcheckSummary, TalkSummary, VisitSummary
from bot.conversation import acts
from bot.conversation.alarms import Alarms
from bot.conversation.forms import FormChange, forms
from bot.conversation.slots import ALARMS_SLOT, CHANGE_ASKED, FORM_FINISHED, STORY
from bot.conversation.story import Story
from bot.reply.diary import diary
from bot.reply.diary_texts import diary_texts
from bot.reply.links import pages
from bot.store.diary import Entry
from tests.actions import turns

TEXTS = forms().texts
ALARMED = Alarms().raised("cauda_equina", "I can't pee", "2026-11-28T10:00:00+00:00").to_slot()
TODAY = datetime.date(2026, 11, 21)
REPLIES = {
    "selfcheck_relief": {"value": "bending", "told": "Sitting or bending forward"},
    "visit_medicines": {"value": "ibuprofen", "told": "ibuprofen"},
}
BOTH = pytest.mark.parametrize("summary", [SelfcheckSummary(), VisitSummary()], ids=lambda one: one.form)
pytestmark = pytest.mark.usefixtures("var")


@pytest.fixture
def dispatcher() -> CollectingDispatcher:
    """Collects what the action says."""
    return CollectingDispatcher()


def tracker(*, alarmed: bool = False, slots: dict[str, Any] | None = None) -> Tracker:
    """A conversation in which a guided talk has just ended."""
    kept = {ALARMS_SLOT: ALARMED if alarmed else None, **(REPLIES if slots is None else slots)}
    return Tracker("p", kept, {"intent": {"name": "selfcheck.questions"}}, [], False, None, {}, "action_listen")


def paper_of(dispatcher: CollectingDispatcher) -> Any:
    """The paper that the message's link leads to."""
    [link] = dispatcher.messages[0]["metadata"]["links"]
    return pages().get(link["url"].rsplit("/", 1)[1])


@BOTH
@pytest.mark.parametrize("alarmed", [True, False])
async def test_reminder(dispatcher: CollectingDispatcher, summary: TalkSummary, alarmed: bool) -> None:
    """After an alarm the end of a talk carries the safety reminder."""
    await summary.run(dispatcher, tracker(alarmed=alarmed), {})

    assert dispatcher.messages[0]["metadata"]["reminder"] is alarmed
    assert ("Reminder:" in dispatcher.messages[0]["text"]) is alarmed


async def test_selfcheck(dispatcher: CollectingDispatcher) -> None:
    """The self-check's summary tells the replies, what the sources link them to, and offers what to do next."""
    happened = await SelfcheckSummary().run(dispatcher, tracker(), {})

    [said] = dispatcher.messages
    assert happened == [SlotSet(FORM_FINISHED, "selfcheck_form")]
    assert said["buttons"][0]["title"] == TEXTS.change_any
    assert "What eases it: Sitting or bending forward" in said["text"]
    assert TEXTS.nerve in said["text"]
    assert "ibuprofen" not in said["text"]
    assert "{" not in said["text"]
    assert paper_of(dispatcher).sections[-1].lines == ["What eases it: Sitting or bending forward"]


async def test_visit(dispatcher: CollectingDispatcher) -> None:
    """The visit's paper has the visit's replies and the self-check's, and none of another conversation's diary."""
    diary().agree("q", TODAY)
    diary().add("q", Entry(TODAY, 8, None, None, None, None))
    await VisitSummary().run(dispatcher, tracker(), {})

    headings = [section.heading for section in paper_of(dispatcher).sections]
    assert headings == [TEXTS.visit_heading, TEXTS.selfcheck_heading]


async def test_visit_with_diary(dispatcher: CollectingDispatcher) -> None:
    """The paper ends with the conversation's diary, if there is one."""
    diary().agree("p", TODAY)
    diary().add("p", Entry(TODAY, 8, None, None, None, None))
    await VisitSummary().run(dispatcher, tracker(), {})

    last = paper_of(dispatcher).sections[-1]
    assert (last.heading, last.lines) == (diary_texts().heading, ["21 November 2026: walked 8 minutes"])


async def test_everything_skipped(dispatcher: CollectingDispatcher) -> None:
    """A patient who skipped everything still gets a page, with what must not wait."""
    await VisitSummary().run(dispatcher, tracker(slots={}), {})

    assert paper_of(dispatcher).sections == []
    assert "Do not wait for the visit" in dispatcher.messages[0]["text"]


@pytest.mark.parametrize(
    ("summary", "name"), [(SelfcheckSummary(), "action_selfcheck_summary"), (VisitSummary(), "action_visit_summary")]
)
def test_name(summary: TalkSummary, name: str) -> None:
    """The rules know the actions by their names."""
    assert summary.name() == name


@BOTH
async def test_none_of_them_is_none_once_a_sign_was_told(
    dispatcher: CollectingDispatcher, summary: TalkSummary
) -> None:
    """After a sign was told, "none of them" stands nowhere; what was told does."""
    slots = {"selfcheck_signs": {"value": "none", "told": "None of them"}, **REPLIES}
    await summary.run(dispatcher, tracker(alarmed=True, slots=slots), {})

    assert "None of them" not in dispatcher.messages[0]["text"]
    assert "I can't pee" in dispatcher.messages[0]["text"]


async def test_changes_one_reply() -> None:
    """Changing a reply of the paper empties that one alone, and asks its question without an opening."""
    act = acts.change(FormChange("visit_form", {"visit_medicines": None}))
    [said], happened = await turns.turn(ChangeReply(), turns.tracker(act, slots=turns.through(turns.VISIT)))

    assert turns.slot(happened, "visit_medicines") is None
    assert {name for name in turns.names(happened) if name.startswith("visit_")} == {"visit_medicines"}
    assert said["metadata"]["asks"] == "visit_medicines"
    assert said["text"] == f"Question 4 of 5\n\n{turns.VISIT.questions[3].ask}"


async def test_asks_plainly_for_a_reply_that_a_story_told() -> None:
    """Whoever changes a reply is not asked to confirm the story that it may have come from."""
    story = Story(("My leg hurts when I walk, and sitting eases it",))
    act = acts.change(FormChange("visit_form", {"visit_relief": None}))
    slots = {**turns.through(turns.VISIT), STORY: story.to_slot()}
    [said], happened = await turns.turn(ChangeReply(), turns.tracker(act, slots=slots))

    assert said["text"] == f"Question 2 of 5\n\n{turns.VISIT.questions[1].ask}"
    assert turns.slot(happened, STORY) == story.read_wrongly("visit_relief").to_slot()


async def test_changes_a_reply_at_once() -> None:
    """A reply that is changed to another value is in the summary, which comes at once, with the reminder if need be."""
    leg = {"value": "one", "told": "One leg"}
    act = acts.change(FormChange("selfcheck_form", {"selfcheck_legs": leg}))
    conversation = turns.tracker(act, slots=turns.through(turns.CHECK), alarms=turns.ALARMED)
    [said], happened = await turns.turn(ChangeReply(), conversation)

    assert turns.slot(happened, "selfcheck_legs") == leg
    assert "Legs: One leg" in said["text"]
    assert said["text"].count("Reminder:") == 1


async def test_asks_which_reply_to_change() -> None:
    """Who wants to change a reply is asked which, with a button for each."""
    act = acts.change(FormChange("selfcheck_form", {}))
    [said], happened = await turns.turn(ChangeReply(), turns.tracker(act, slots=turns.through(turns.CHECK)))

    assert said["text"] == TEXTS.which
    assert [button["title"] for button in said["buttons"]] == [f"Change {one.name}" for one in turns.CHECK.questions]
    assert turns.slot(happened, CHANGE_ASKED) == "selfcheck_form"
