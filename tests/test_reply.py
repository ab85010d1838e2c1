"""Curated replies as messages."""

import pytest

from bot.knowledge.base import KnowledgeBase
from bot.reply import BUTTONS, calls, notice, render
from bot.settings import Clinic


def test_answer_carries_its_sources(base: KnowledgeBase, clinic: Clinic) -> None:
    """An answer names its documents to every channel, and the sections to those that can show more."""
    message = render(base, clinic, base["condition.aging"])

    assert "Source: spine specialist's post." in message["text"]
    assert [source["document"] for source in message["metadata"]["sources"]] == ["D"]
    assert all(source["sections"] for source in message["metadata"]["sources"])


def test_every_reply_renders(base: KnowledgeBase, clinic: Clinic) -> None:
    """No reply leaves a placeholder unfilled, and every button leads to a reply."""
    for reply in base.replies.values():
        message = render(base, clinic, reply, reminder=True)

        assert "{" not in message["text"]
        assert message["metadata"]["answer"] == reply.id
        assert {button["payload"][1:] for button in message["buttons"]} <= set(base.replies)


def test_urgent_message_is_whole(base: KnowledgeBase, clinic: Clinic) -> None:
    """The urgent message holds the clinic's numbers, has no short form, and carries no reminder on top."""
    message = render(base, clinic, base["urgent.cauda_equina"], reminder=True)

    assert "999" in message["text"]
    assert "Test Clinic (555 0100)" in message["text"]
    assert message["metadata"]["urgent"] is True
    assert message["metadata"]["reminder"] is False
    assert message["metadata"]["short"] is None


@pytest.mark.parametrize("reminder", [True, False])
def test_reminder_goes_with_an_answer(base: KnowledgeBase, clinic: Clinic, reminder: bool) -> None:
    """The reminder stands in the text exactly when it is asked for."""
    message = render(base, clinic, base["aids.brace"], reminder=reminder)

    assert (clinic.fill(base.notices.reminder) in message["text"]) is reminder
    assert message["metadata"]["reminder"] is reminder


def test_offered_answers_come_first(base: KnowledgeBase, clinic: Clinic) -> None:
    """What the patient may have meant stands before the follow-ups, once each and never the answer itself."""
    reply = base["aids.brace"]
    message = render(base, clinic, reply, offered=["surgery.when", reply.id, *reply.follow_ups])
    payloads = [button["payload"] for button in message["buttons"]]

    assert payloads[0] == "/surgery.when"
    assert len(payloads) == len(set(payloads)) <= BUTTONS
    assert f"/{reply.id}" not in payloads


def test_notice_is_no_answer(clinic: Clinic) -> None:
    """A notice has the same form, with no answer's id."""
    message = notice(clinic, "Call {emergency_number}.")

    assert message["text"] == "Call 999."
    assert message["metadata"]["answer"] is None


def test_alarm_says_whom_to_call(base: KnowledgeBase, clinic: Clinic) -> None:
    """Every alarm has a sentence for the screen and the numbers to call; taking one back has neither."""
    alarms = {name: render(base, clinic, base[name])["metadata"] for name in base.replies if name.startswith("urgent.")}
    stand_down = alarms.pop("urgent.stand_down")

    assert all(told["banner"] and told["calls"] for told in alarms.values())
    assert all(call["number"] in told["banner"] for told in alarms.values() for call in told["calls"][:1])
    assert [call["number"] for call in alarms["urgent.crisis"]["calls"]] == ["116 123", "999"]
    assert (stand_down["banner"], stand_down["calls"]) == (None, [])


def test_number_that_is_not_known_is_not_offered(base: KnowledgeBase, clinic: Clinic) -> None:
    """A clinic that has told no phone gets no button for it."""
    silent = clinic.copy(update={"phone": None})

    assert [call["number"] for call in calls(base, silent, ["phone", "emergency_number"])] == ["999"]
