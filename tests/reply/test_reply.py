"""Curated replies as messages."""

import datetime
import json
from dataclasses import replace

import pytest

from bot.alarm.rules import ALARMS
from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.ids import REFLECTION
from bot.reply.as_json import web_reply
from bot.reply.reply import BUTTONS, Part, Reply, calls, cited, notice, render
from workshop.review.sign import signed

TODAY = datetime.date(2026, 11, 21)


def test_answer_carries_its_sources(base: KnowledgeBase, clinic: Clinic) -> None:
    """An answer names its documents to every channel, and the sections to those that can show more."""
    message = render(base, clinic, base["condition.aging"])

    assert "Source: clinic article, post about spine care." in message.text
    assert [source["document"] for source in message.sources] == ["C", "D"]
    assert all(source["sections"] for source in message.sources)


@pytest.mark.parametrize(
    ("lines", "changed", "said"),
    [
        ([], {}, "Not yet checked by a clinician."),
        (["aids.brace"], {}, "Checked by A. Nurse, spine nurse, 20 November 2026."),
        (["aids.brace"], {"do": "Ask me."}, "Not yet checked by a clinician."),
        (["aids.falls"], {}, "Not yet checked by a clinician."),
    ],
)
def test_says_under_the_sources_who_has_signed(
    base: KnowledgeBase, clinic: Clinic, lines: list[str], changed: dict[str, str], said: str
) -> None:
    """An answer names the clinician who has signed it as it is now; an unsigned or changed one says that nobody has."""
    signatures = signed(base, lines, "A. Nurse", "spine nurse", "2026-11-20", TODAY) if lines else {}
    replies = {**base.replies, "aids.brace": base["aids.brace"].copy(update=changed)}
    now = replace(base, signatures=signatures, replies=replies)

    reply = render(now, clinic, now["aids.brace"])

    assert reply.text.endswith(f"Source: patient guide.\n{said}")
    assert web_reply(reply, now, clinic)["review"] == said


def test_what_is_said_back_has_a_signature_of_its_own(base: KnowledgeBase, clinic: Clinic) -> None:
    """A reply that does not teach has from the documents only the reflection, so that its signature counts."""
    signatures = signed(base, [REFLECTION], "A. Nurse", "spine nurse", "2026-11-20", TODAY)
    now = replace(base, signatures=signatures)

    reply = cited(now, notice(clinic, now.reflection.link, answer="decline.diagnosis"), now.reflection.sources)

    assert reply.text.endswith("Checked by A. Nurse, spine nurse, 20 November 2026.")


def test_every_reply_renders(base: KnowledgeBase, clinic: Clinic) -> None:
    """No reply leaves a placeholder unfilled, and every button leads to a reply."""
    for reply in base.replies.values():
        message = render(base, clinic, reply)

        assert "{" not in message.text
        assert message.answer == reply.id
        assert {button["payload"][1:] for button in message.buttons} <= set(base.replies)


def test_urgent_message_is_whole(base: KnowledgeBase, clinic: Clinic) -> None:
    """The urgent message holds the clinic's numbers, and has no short form."""
    message = render(base, clinic, base["urgent.cauda_equina"])

    assert "999" in message.text
    assert "Test Clinic (555 0100)" in message.text
    assert message.urgent is True
    assert message.reminder is None
    assert message.short is None


def test_reminder_goes_with_an_answer(base: KnowledgeBase, clinic: Clinic) -> None:
    """A reminder stands last in the text, with the clinic's number, and beside it for channels that show it apart."""
    message = render(base, clinic, base["aids.brace"])
    reminded = message.saying("Worse? Call 999.", kind="reminder")

    assert reminded.text == f"{message.text}\n\nWorse? Call 999."
    assert (message.reminder, reminded.reminder) == (None, "Worse? Call 999.")


@pytest.mark.parametrize(("variant", "used"), [("crisis", True), ("same_day", False), (None, False)])
def test_variant_is_said_instead(base: KnowledgeBase, clinic: Clinic, variant: str | None, used: bool) -> None:
    """A text made for an alarm is said instead of the answer and its points, where there is one."""
    reply = base["urgent.stand_down"].copy(update={"variants": {"crisis": "Call {crisis_line}."}})
    text = render(base, clinic, reply, variant=variant).text

    assert (text == "Call 116 123.") is used
    assert text.startswith("Call 116 123." if used else clinic.fill(reply.answer))


def test_offered_answers_come_first(base: KnowledgeBase, clinic: Clinic) -> None:
    """What the patient may have meant stands before the follow-ups, once each and never the answer itself."""
    reply = base["aids.brace"]
    message = render(base, clinic, reply, offered=["surgery.when", reply.id, *reply.follow_ups])
    payloads = [button["payload"] for button in message.buttons]

    assert payloads[0] == "/surgery.when"
    assert len(payloads) == len(set(payloads)) <= BUTTONS
    assert f"/{reply.id}" not in payloads


@pytest.mark.parametrize("name", sorted(knowledge().replies))
def test_comes_back_from_rasa(base: KnowledgeBase, clinic: Clinic, name: str) -> None:
    """What Rasa has stored as JSON is the reply again: its parts, and all that channels show beside the text."""
    asked = {"asks": "visit_change", "standing": ("urgent.crisis",), "links": ({"title": "t", "url": "u"},)}
    reply = replace(render(base, clinic, base[name], before="Before.", language="es"), **asked)
    reply = reply.saying("Call us.", kind="reminder").saying("Two\n\nparagraphs?")

    assert Reply.from_message(json.loads(json.dumps(reply.to_message()))) == reply


def test_message_of_rasas_own() -> None:
    """A message that Rasa makes itself has a text and perhaps buttons; it is a reply that says no more."""
    buttons = [{"title": "Yes", "payload": "/affirm"}]

    assert Reply.from_message({"text": "Sorry?", "buttons": buttons}) == Reply((Part("Sorry?"),), buttons=(*buttons,))
    assert Reply.from_message({}).text == ""


def test_notice_is_no_answer(clinic: Clinic) -> None:
    """A notice has the same form, with no answer's id."""
    message = notice(clinic, "Call {emergency_number}.")

    assert message.text == "Call 999."
    assert message.answer is None


def test_alarm_says_whom_to_call(base: KnowledgeBase, clinic: Clinic) -> None:
    """Every alarm has a sentence for the screen and the numbers to call; taking one back has neither."""
    for name in ALARMS:
        told = calls(base, clinic, base[name].calls)

        assert told[0]["number"] in clinic.fill(base[name].banner or "")
    assert [one["number"] for one in calls(base, clinic, base["urgent.crisis"].calls)] == ["116 123", "999"]
    assert (base["urgent.stand_down"].banner, base["urgent.stand_down"].calls) == (None, [])


def test_number_that_is_not_known_is_not_offered(base: KnowledgeBase, clinic: Clinic) -> None:
    """A clinic that has told no phone gets no button for it."""
    silent = clinic.copy(update={"phone": None})

    assert [call["number"] for call in calls(base, silent, ["phone", "emergency_number"])] == ["999"]
