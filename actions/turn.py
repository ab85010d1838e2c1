"""One turn of a conversation, which every action starts from and ends with."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.clinic import Clinic, clinic
from bot.conversation.acts import values
from bot.conversation.alarms import Alarms
from bot.conversation.focus import Focus
from bot.conversation.slots import ALARMS_SLOT, FOCUS, STORY
from bot.conversation.story import Story
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.reply.alarms import remind
from bot.reply.check import ASKS, ask_after
from bot.reply.reply import Reply, as_shown

Events = list[dict[str, Any]]


@dataclass(frozen=True)
class Result:
    """What an action says, and the state after it.

    Attributes:
        replies: The replies, in order.
        alarms: The conversation's alarms after them.
        focus: What the conversation is about after them.
        events: The events of other slots.
    """

    replies: list[Reply]
    alarms: Alarms
    focus: Focus
    events: Events = field(default_factory=list)


class Turn:
    """The conversation with its latest message.

    Attributes:
        parse: Rasa's parse of the message: `intent` and `entities` (see `bot.conversation.acts`); `alarm` (whether it
            mentions a warning sign that does not count, and which half of a sign is open); `metadata` with `unheard`
            (alarms that the guard raised without Rasa), `words` (the message as the patient wrote it) and `time_zone`
            (the patient's).
    """

    def __init__(self, tracker: Tracker, base: KnowledgeBase, details: Clinic) -> None:
        self.tracker, self.base, self.clinic = tracker, base, details
        self.parse = tracker.latest_message
        self.intent: str = self.parse["intent"]["name"]
        metadata = self.parse.get("metadata") or {}
        self.words = as_shown(base, metadata.get("words") or self.parse.get("text") or "")
        self.zone: str | None = metadata.get("time_zone")
        self.before = Alarms.from_slot(tracker.get_slot(ALARMS_SLOT))
        self.alarms = self.before.with_unheard(metadata.get("unheard", ()))
        self.focus = Focus.from_slot(tracker.get_slot(FOCUS))

    def of_alarm(self, name: str) -> Any:
        """Return a named finding about the alarm; None for a button, which is not searched."""
        return (self.parse.get("alarm") or {}).get(name)

    def saying(self, *replies: Reply, focus: Focus | None = None, events: Iterable[dict[str, Any]] = ()) -> Result:
        """Return replies that leave the alarms unchanged."""
        return Result([*replies], self.alarms, focus or self.focus, [*events])

    def checked(self, said: Result) -> Result:
        """Ask the check that the message calls for, if any, after the replies."""
        kind = self.of_alarm("check")
        if not kind:
            return said
        replies, alarms = ask_after(self.base, self.clinic, said.replies, said.alarms, kind, self.words)
        asked = any(one.asks == ASKS for one in replies)
        focus = said.focus.offering((), asked=ASKS) if asked else said.focus
        return replace(said, replies=replies, alarms=alarms, focus=focus)

    def reminding(self, said: Result) -> Result:
        """Add the reminder of the alarms to the end of the last reply."""
        *others, last = said.replies
        last, alarms = remind(self.base, self.clinic, last, said.alarms)
        return replace(said, replies=[*others, last], alarms=alarms)

    def left_by(self, said: Result) -> dict[str, Any]:
        """Return the slots of focus, alarms and story only if they changed, so that no turn stores them in vain."""
        before = Story.from_slot(self.tracker.get_slot(STORY))
        told = before.telling(values(self.parse, "story"))
        story = {} if told == before else {STORY: told.to_slot()}
        alarms = {} if said.alarms == self.before else {ALARMS_SLOT: said.alarms.to_slot()}
        focus = {} if said.focus == self.focus else {FOCUS: said.focus.to_slot()}
        return {**focus, **alarms, **story}


class SpokenAction(Action, ABC):
    """An action that says something.

    Attributes:
        action: Its name in domain.yml and the rules.
    """

    action: str

    def __init__(self, base: KnowledgeBase | None = None, details: Clinic | None = None) -> None:
        # Read now, not at the first question, so that a wrong data file stops the start and not a patient's reply.
        self._base = base or knowledge()
        self._clinic = details or clinic()

    def name(self) -> str:
        """Return the action's name in Rasa."""
        return self.action

    @abstractmethod
    def say(self, turn: Turn) -> Result | None:
        """Return the result; None to say nothing."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Send the replies with the alarms and the check that are open after them; return the events of the slots."""
        del domain
        turn = Turn(tracker, self._base, self._clinic)
        said = self.say(turn)
        if said is None:
            return []
        for reply in said.replies:
            known = replace(reply, standing=tuple(said.alarms.ids), open_checks=said.alarms.open_checks)
            dispatcher.utter_message(**known.to_message())
        return [*said.events, *(SlotSet(slot, value) for slot, value in turn.left_by(said).items())]
