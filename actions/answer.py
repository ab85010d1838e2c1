"""Answers with the curated text that the patient's message asks for."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.form_summary import alarms_of, changed, slots_with, summary, utter
from bot.alarm.rules import ALARMS as KINDS
from bot.clinic import Clinic, clinic
from bot.conversation.alarms import Alarms, stamp
from bot.conversation.focus import Focus
from bot.conversation.forms import forms
from bot.conversation.slots import (
    ALARMS,
    CHANGE_ASKED,
    DIARY_ENTRY,
    FOCUS,
    FORM_STOPPED,
    PENDING_SIGNS,
    REQUESTED,
    UNSURE_OF,
)
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.ids import ASK_BACK, SETTLED
from bot.reply.alarms import SAID_BY_BUTTON, after_alarm, remind, urgent_messages
from bot.reply.answers import answers, ask_whether_it_helped, from_intent
from bot.reply.check import ASKS, after_check, ask_after
from bot.reply.diary import DiaryTalk, diary
from bot.reply.guided import ask_next, question_message, which_message
from bot.reply.reply import Reply, as_shown, notice
from bot.settings import settings
from bot.store import feedback
from bot.text.dates import local_time

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
        """Send the reply; remember the conversation's alarms and open halves of signs.

        The message's parse carries, besides the intent, `understood` (what it means in its conversation) and `alarm`
        (whether a warning sign was spoken of that does not count, and which half of one stands open); its metadata has
        `unheard`, the alarms that the guard raised without Rasa, `words`, the message as the patient wrote it, and
        `time_zone`, the patient's.
        """
        del domain
        parse = tracker.latest_message
        name, text = parse["intent"]["name"], parse.get("text") or ""
        understood = parse.get("understood") or {}
        focus = Focus.from_slot(tracker.get_slot(FOCUS))
        metadata = parse.get("metadata") or {}
        alarms = before = Alarms.of(tracker.get_slot(ALARMS), metadata)
        words = as_shown(self._base, metadata.get("words") or text)
        others = (parse.get("alarm") or {}).get("others", [])
        if turn := self._of_alarm(name, others, understood, alarms, words):
            replies, alarms, events = turn
            focus = focus.offering(())
        else:
            replies, focus, alarms, events = self._talk(tracker, understood, focus, alarms, words)
        utter(dispatcher, replies, alarms)
        pending = parse.get("alarm", {}).get("pending") if set(before.standing) <= set(alarms.standing) else None
        kept = {PENDING_SIGNS: pending, FOCUS: focus.to_slot(), **changed(tracker, alarms)}
        return [*events, *(SlotSet(slot, value) for slot, value in kept.items())]

    def _of_alarm(
        self, name: str, others: list[str], understood: dict[str, Any], alarms: Alarms, words: str
    ) -> tuple[list[Reply], Alarms, Events] | None:
        """Raise an alarm, or reply to what was said of one; None when the message does neither.

        Both end a guided talk at once; an alarm empties the talks' replies about signs.
        """
        ended = [ActiveLoop(None), SlotSet(REQUESTED, None), SlotSet(CHANGE_ASKED, None)]
        if name in KINDS:
            raised = [KINDS[one] for one in (name, *others)]
            replies = urgent_messages(self._base, self._clinic, raised, words)
            for kind in reversed(raised):  # the gravest last: that is the one that replies speak of
                alarms = alarms.raised(kind, words, stamp())
            ended += [SlotSet(slot, None) for slot in forms().of_signs]
            return replies, alarms, ended
        said = understood.get("after_alarm") or SAID_BY_BUTTON.get(name)
        if not (said and alarms.latest):
            return None
        reply, alarms = after_alarm(self._base, self._clinic, said, alarms, words, stamp())
        return [reply], alarms, ended

    def _talk(
        self, tracker: Tracker, understood: dict[str, Any], focus: Focus, alarms: Alarms, words: str
    ) -> tuple[list[Reply], Focus, Alarms, Events]:
        """Say everything else, with the reminder, the question after a fall, or what a guided talk asks next."""
        parse = tracker.latest_message
        events: Events = []
        if harm := understood.get("harm"):
            reply, alarms = after_check(self._base, self._clinic, harm, alarms)
            replies, focus = [reply], focus.offering(())
        else:
            replies, focus, events = self._answers(tracker, parse["intent"]["name"], understood, focus)
        alarms = alarms.asking_safe(False)
        if parse.get("alarm", {}).get("check"):
            replies, alarms = ask_after(self._base, self._clinic, replies, alarms, words)
        replies, alarms = self._remind(replies, parse, alarms)
        if replies[-1].asks == ASKS:
            focus = focus.offering((), asked=ASKS)
        *others, last = replies
        last, more = self._guide(tracker, understood, last)
        if last.asks and focus.asked == "diary_noted":
            focus = focus.offering(focus.offered)  # the next message replies to the talk's question
        elif not (understood.get("diary") or last.asks or last.reminder):
            last, focus = ask_whether_it_helped(self._base, last, focus)
        return [*others, last], focus, alarms, [*events, *more]

    def _answers(
        self, tracker: Tracker, name: str, understood: dict[str, Any], focus: Focus
    ) -> tuple[list[Reply], Focus, Events]:
        """Answer what is no alarm; returns the replies, the focus after them, and what happens to other slots."""
        if understood.get("feedback"):
            reply, focus = self._feedback(understood["feedback"], focus)
            return [reply], focus, []
        if understood.get("diary"):
            zone = (tracker.latest_message.get("metadata") or {}).get("time_zone")
            talk = DiaryTalk(diary(), tracker.sender_id, self._clinic, local_time(zone).date())
            reply, focus, waiting = talk(understood["diary"], tracker.get_slot(DIARY_ENTRY), focus)
            return [reply], focus, [SlotSet(DIARY_ENTRY, waiting)]
        if understood.get("change"):
            reply, events = self._change(tracker, understood["change"])
            return [reply], focus.offering(()), events
        if not any(understood.get(key) for key in ("answers", "ask_back")):
            understood = from_intent(ASK_BACK if name in SETTLED else name)
        return (*answers(self._base, self._clinic, understood, focus), [])

    def _remind(self, replies: list[Reply], parse: dict[str, Any], alarms: Alarms) -> tuple[list[Reply], Alarms]:
        """Put the reminder where an alarm left one, a sign was spoken of, or the warning signs were taught."""
        taught = any(str(one.answer).startswith("warning_signs.") for one in replies)
        silenced = parse.get("alarm", {}).get("silenced", False)
        if not (alarms.reminding or alarms.asked_over or taught or silenced):
            return replies, alarms
        answered = [place for place, one in enumerate(replies) if one.asks != ASKS]  # the question comes last
        place = answered[-1] if answered else len(replies) - 1
        reply, alarms = remind(self._base, self._clinic, replies[place], alarms)
        return [*replies[:place], reply, *replies[place + 1 :]], alarms

    def _feedback(self, said: str, focus: Focus) -> tuple[Reply, Focus]:
        """Keep what a patient says of the last answer, and ask what was missing."""
        notices = self._base.notices
        helped = {"helped": True, "not_helped": False}.get(said)
        missing = said if helped is None else None
        feedback.keep(settings().var, feedback.Feedback(feedback.today(), focus.answer, helped, missing))
        if helped is False:
            reply = notice(self._clinic, notices.what_was_missing, asks="what_was_missing")
            return reply, focus.offering((), asked="what_was_missing")
        return notice(self._clinic, notices.feedback_thanks), focus.offering(())

    def _guide(self, tracker: Tracker, understood: dict[str, Any], last: Reply) -> tuple[Reply, Events]:
        """Begin a guided talk, or go back to the one that was interrupted, at the end of the last reply.

        Returns:
            That reply, and what is to be asked anew.
        """
        file = forms()
        active = tracker.active_loop.get("name")
        if understood.get("change"):
            return last, []
        closed: Events = [SlotSet(CHANGE_ASKED, None)] if tracker.get_slot(CHANGE_ASKED) else []
        # What the intent does not name is only told, in the middle of a talk.
        begins = last.answer == tracker.latest_message["intent"]["name"] and not understood.get("diary")
        started = file.started_by(str(last.answer)) if begins else None
        name = started or active
        # One question at a time: what the reply asks already comes first.
        if name not in file.forms or understood.get("ask_back") or last.asks:
            return last, closed
        form = file.forms[name]
        slots = dict(tracker.slots)
        events = [*closed, SlotSet(FORM_STOPPED, False)]
        if started and active != started:
            events.append(SlotSet(UNSURE_OF, None))
        if started and form.next(slots) is None and name == "selfcheck_form":
            events += [SlotSet(question.slot, None) for question in form.questions]
            slots.update({question.slot: None for question in form.questions})
        question = form.next(slots)
        if question:
            lead = form.opening if started and active != started else file.texts.again.format(name=form.name)
            if started and active in file.forms and active != started:
                lead = f"{file.texts.put_aside.format(name=file.forms[active].name)} {lead}"
            last = ask_next(last, form, question, lead)
        return last, events

    def _change(self, tracker: Tracker, change: dict[str, Any]) -> tuple[Reply, Events]:
        """Change a reply of a guided talk that is through, ask its question, or ask which one it is to be."""
        form, new = forms().forms[change["form"]], change["slots"]
        slots = {**tracker.slots, **new}
        question = form.next(slots)
        if not new:
            reply = which_message(self._clinic, form)
        elif question:
            reply = question_message(form, question, "")
        else:
            reply = summary(change["form"], tracker, {**slots_with(tracker, alarms_of(tracker)), **new})
        asked = SlotSet(CHANGE_ASKED, None if new else change["form"])
        return reply, [SlotSet(FORM_STOPPED, False), asked, *(SlotSet(slot, value) for slot, value in new.items())]
