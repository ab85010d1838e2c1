"""Runs the guided talks as Rasa forms: stores replies, asks the questions, stops, and sums up."""

from abc import abstractmethod
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction
from rasa_sdk.types import DomainDict

from actions.summary import SelfcheckSummary, VisitSummary
from actions.talks import begun, talk_after, talk_before
from actions.turn import Events, Result, SpokenAction, Turn
from bot.conversation import acts
from bot.conversation.focus import Focus
from bot.conversation.forms import Form, Question, forms
from bot.conversation.slots import FOCUS, STORY, UNSURE_OF
from bot.conversation.story import Story
from bot.reply.guided_talk import asked, question_message
from bot.reply.reply import Reply, notice


class GuidedForm(FormValidationAction):
    """Sets the slots that a reply fills or empties; Rasa's form action then asks the next question."""

    @property
    @abstractmethod
    def form(self) -> str:
        """The form's name."""

    def name(self) -> str:
        """Return the name that Rasa's form action looks for."""
        return f"validate_{self.form}"

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Return the slots; none if the message is no reply, so that Rasa's rules handle it."""
        del dispatcher, domain
        parse = tracker.latest_message
        if parse["intent"]["name"] not in acts.IN_TALK:
            return []
        given: dict[str, Any] = acts.replies(parse)
        question = forms().forms[self.form].next({**tracker.slots, **given})
        if given and tracker.get_slot(UNSURE_OF):
            given[UNSURE_OF] = None
        elif not given and question:
            given = {question.slot: None}
            if parse["intent"]["name"] == acts.UNSURE:
                given[UNSURE_OF] = question.slot
            if parse["intent"]["name"] == acts.MISREAD:
                given[STORY] = Story.from_slot(tracker.get_slot(STORY)).read_wrongly(question.slot).to_slot()
        focus = Focus.from_slot(tracker.get_slot(FOCUS))
        if focus.asked_back:  # an earlier ask-back is no longer open
            given[FOCUS] = focus.offering(()).to_slot()
        return [SlotSet(slot, value) for slot, value in given.items()]


class SelfcheckForm(GuidedForm):
    """The self-check."""

    form = SelfcheckSummary.form


class VisitForm(GuidedForm):
    """The visit summary."""

    form = VisitSummary.form


class AskQuestion(SpokenAction):
    """Asks a question of a guided talk. `ASKS` has a class for each question."""

    @property
    @abstractmethod
    def question(self) -> Question:
        """The question."""

    @property
    @abstractmethod
    def talk(self) -> tuple[str, Form]:
        """The guided talk, with its name."""

    def say(self, turn: Turn) -> Result | None:
        """Return the question after the stored reply, or after what was said in between."""
        name, form = self.talk
        if turn.intent in acts.IN_TALK:
            reply = asked(form, self.question, turn.intent, acts.replies(turn.parse), turn.tracker.slots)
            check = turn.checked(Result([], turn.alarms.asking_safe(False), turn.focus))
            # One question at a time: the talk's question comes after the check.
            said = check if check.replies else replace(check, replies=[reply])
            return turn.reminding(said) if said.alarms.reminding else said
        last = _last_reply(turn.tracker)
        if last is None or (talk_after(turn, last) or (None,))[0] != name:
            return None
        return turn.saying(question_message(form, self.question, self._lead(turn, last), turn.tracker.slots))

    def _lead(self, turn: Turn, last: Reply) -> str:
        """Return the words before the question when the talk starts or continues."""
        texts, (name, form) = forms().texts, self.talk
        before = talk_before(turn.tracker)
        if begun(turn, last) is None or before == name:
            return texts.again.format(name=form.name)
        aside = texts.put_aside.format(name=forms().forms[before].name) if before in forms().forms else ""
        return f"{aside} {form.opening}".strip()


def _last_reply(tracker: Tracker) -> Reply | None:
    """Return the last reply to the latest message."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return None
        if event["event"] == "bot":
            return Reply.from_message({**event["data"], **event["metadata"], "text": event["text"]})
    return None


# Rasa looks for an action of this name for each slot of a form.
ASKS = [
    type(f"Ask_{one.slot}", (AskQuestion,), {"action": f"action_ask_{one.slot}", "question": one, "talk": (name, form)})
    for name, form in forms().forms.items()
    for one in form.questions
]


class StopTalk(SpokenAction):
    """Stops a guided talk and keeps the replies."""

    action = "action_stop_talk"

    def say(self, turn: Turn) -> Result:
        """Return the notice that the talk is stopped."""
        form = forms().forms[turn.tracker.active_loop["name"]]
        reply = notice(turn.clinic, forms().texts.stopped, answer=form.starts_with)
        said = Result([reply], turn.alarms.asking_safe(False), turn.focus)
        return turn.checked(turn.reminding(said) if said.alarms.reminding else said)
