"""Answers with the curated text that the patient's message asks for."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot import feedback
from bot.dialogue.dates import today
from bot.dialogue.focus import Focus
from bot.dialogue.forms import forms
from bot.dialogue.slots import ALARM_RAISED, DIARY_ENTRY, FOCUS, FORM_STOPPED, PENDING_SIGNS, REQUESTED
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.ids import STAND_DOWN
from bot.reply import Message, notice, with_reminder
from bot.settings import Clinic, clinic, settings
from bot.talk.answers import alarm, answers, ask_whether_it_helped, from_intent
from bot.talk.diary import DiaryTalk, diary
from bot.talk.guided import ask_next

Events = list[dict[str, Any]]


class AnswerQuestion(Action):
    """Sends what the message asks for: answers, the diary, or thanks for saying whether an answer helped."""

    def __init__(self, base: KnowledgeBase | None = None, details: Clinic | None = None) -> None:
        # Read now and not at the first question: a data file that is wrong stops the start, not a patient's reply.
        self._base = base or knowledge()
        self._clinic = details or clinic()
        forms()

    def name(self) -> str:
        """Return the name that domain.yml and the rules know it by."""
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Send the reply; remember an alarm and open halves of signs, until the patient takes the alarm back.

        The message's parse carries, besides the intent, `understood` (what it means in its conversation) and `alarm`
        (whether a warning sign was spoken of that does not count, and which half of one stands open).
        """
        del domain
        parse = tracker.latest_message
        name = parse["intent"]["name"]
        understood = parse.get("understood") or {}
        if not any(understood.get(key) for key in ("answers", "ask_back", "diary", "feedback")):
            understood = from_intent(name)
        focus = Focus.from_slot(tracker.get_slot(FOCUS))
        reminder = bool(tracker.get_slot(ALARM_RAISED)) or parse.get("alarm", {}).get("silenced", False)
        events: Events = []
        if understood.get("feedback"):
            messages = [self._feedback(understood["feedback"], focus)]
            focus = focus.offering((), asked=messages[0]["metadata"]["asks"])
        elif understood.get("diary"):
            zone = (parse.get("metadata") or {}).get("time_zone")
            talk = DiaryTalk(diary(), tracker.sender_id, self._clinic, today(zone))
            message, focus, waiting = talk(understood["diary"], tracker.get_slot(DIARY_ENTRY), focus)
            messages = [message]
            events.append(SlotSet(DIARY_ENTRY, waiting))
        elif self._base[name].urgent:
            messages, focus = [alarm(self._base, self._clinic, name, parse.get("text") or "")], focus.offering(())
        else:
            messages, focus = answers(self._base, self._clinic, understood, focus)
        if reminder and not any(message["metadata"]["urgent"] for message in messages):
            last = messages[-1]
            messages[-1] = last if last["metadata"]["reminder"] else with_reminder(self._base, self._clinic, last)
        told = [message["metadata"]["answer"] for message in messages]
        urgent = messages[0]["metadata"]["urgent"]
        if not urgent:
            events += self._guide(tracker, understood, told, messages[-1])
            if messages[-1]["metadata"]["asks"] and focus.asked == "diary_noted":
                focus = focus.offering(focus.offered)  # the next message replies to the talk's question
            elif not (
                understood.get("diary") or messages[-1]["metadata"]["asks"] or messages[-1]["metadata"]["reminder"]
            ):
                focus = ask_whether_it_helped(self._base, messages[-1], focus)
        for message in messages:
            dispatcher.utter_message(**message)
        taken_back = STAND_DOWN in told
        pending = None if taken_back else parse.get("alarm", {}).get("pending")
        events += [SlotSet(PENDING_SIGNS, pending), SlotSet(FOCUS, focus.to_slot())]
        if urgent:
            # An alarm ends a guided talk at once.
            events += [SlotSet(ALARM_RAISED, not taken_back), ActiveLoop(None), SlotSet(REQUESTED, None)]
        return events

    def _feedback(self, said: str, focus: Focus) -> Message:
        """Keep what a patient says of the last answer, and ask what was missing."""
        notices = self._base.notices
        helped = {"helped": True, "not_helped": False}.get(said)
        missing = said if helped is None else None
        feedback.keep(settings().var, feedback.Feedback(feedback.today(), focus.answer, helped, missing))
        text = notices.what_was_missing if helped is False else notices.feedback_thanks
        return notice(self._clinic, text, asks="what_was_missing" if helped is False else None)

    def _guide(self, tracker: Tracker, understood: dict[str, Any], told: list[str], message: Message) -> Events:
        """Begin a guided talk, or go back to the one that was interrupted; returns what is to be asked anew."""
        file = forms()
        active = tracker.active_loop.get("name")
        started = file.started_by(told[-1]) if not understood.get("diary") else None
        name = started or active
        # One question at a time: what the reply asks already comes first.
        if name not in file.forms or understood.get("ask_back") or message["metadata"]["asks"]:
            return []
        form = file.forms[name]
        slots = dict(tracker.slots)
        events: Events = [SlotSet(FORM_STOPPED, False)]
        if understood.get("change"):
            slots[understood["change"]] = None
            events.append(SlotSet(understood["change"], None))
        elif started and form.next(slots) is None and name == "selfcheck_form":
            events += [SlotSet(question.slot, None) for question in form.questions]
            slots.update({question.slot: None for question in form.questions})
        question = form.next(slots)
        if question:
            lead = form.opening if started and active != started else file.texts.again.format(name=form.name)
            ask_next(message, question, "" if understood.get("change") else lead)
        return events
