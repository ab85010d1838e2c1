"""Acts: what a patient does with a message (a Rasa intent), and what the message says (its entities).

If a message asks for an answer, its intent is the answer's id. This module and domain.yml list the other intents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from bot.alarm.rules import AlarmKind
from bot.conversation.after_alarm import SaidOfAlarm
from bot.conversation.focus import Asked
from bot.conversation.forms import SKIPPED, FormChange, FormReply, Slots, forms
from bot.conversation.symptom_context import Told
from bot.conversation.topics import topics
from bot.knowledge.ids import TRACK, urgent

Entity = dict[str, Any]  # has `entity` and `value`, perhaps `role` or `group`
Parse = Mapping[str, Any]  # Rasa's parse of a message

UNSAID = "unsaid"  # the role of an answer that is only the nearest one
OTHER_LANGUAGE = "other_language"
ABOUT_TALK = "ask_about_talk"  # asks about a guided talk during another one, without starting it
HELPED, NOT_HELPED, MISSING = "helped", "not_helped", "say_what_was_missing"
ASK_SHORTER, ASK_PASSAGES = "ask_shorter", "ask_passages"  # of the last answer
DENIES_SIGNS, UNSURE_OF_SIGNS = "denies_signs", "unsure_of_signs"

# In a guided talk.
CHOSEN: AlarmKind = "cauda_equina"  # the alarm of the warning signs that a talk asks about
REPLY, CORRECT, SKIP = "reply", "correct_reply", "skip_question"
BACK, START_OVER, STOP = "go_back", "start_over", "stop_talk"
UNCLEAR, UNSURE, MISREAD = "unclear_reply", "unsure_of_reply", "call_story_misread"
AGAIN = {
    "unclear": UNCLEAR,
    "plainer": "ask_plainer",
    "unsure": UNSURE,
    "why": "ask_why",
    "repeat": "repeat_question",
    "agreed": "agree_to_go_on",
    "misread": MISREAD,
    "first": BACK,
}
IN_TALK = {REPLY, CORRECT, SKIP, BACK, START_OVER, *AGAIN.values()}
# After a guided talk: change a reply, ask which one to change, or ask its question again.
CHANGE, WHICH = "change_reply", "ask_to_change"
REOPEN = {"selfcheck_form": "reopen_selfcheck", "visit_form": "reopen_visit"}

# Acts of the walking diary, by what `bot.conversation.diary_wishes` returns.
DIARY = {
    "entries": "note_walks",
    "change": "correct_walk",
    "told": "complete_walk",
    "undo": "undo_diary",
    "take_last": "delete_last_walk",
    "delete_day": "delete_day",
    "delete": "delete_diary",
    "start": "start_diary",
    "show": "show_diary",
    "agree": "agree",
    "refuse": "refuse",
}
# Acts about a standing alarm, by what `bot.conversation.after_alarm` returns. Its other two values raise an alarm.
AFTER_ALARM: dict[SaidOfAlarm, str] = {
    "hesitation": "put_off",
    "unsure_if_safe": "unsure_if_safe",
    "how": "ask_how",
    "going": "going",
    "ok": "acknowledge",
    "stand_down": "stand_down",
    "seen": "was_seen",
    "safe": "safe",
}
# Acts that are kept even if the message might reply to a standing alarm.
STAYS = {*DIARY.values(), *IN_TALK, STOP, urgent(CHOSEN)} - {UNCLEAR}
ACTS = (
    *(
        OTHER_LANGUAGE,
        ABOUT_TALK,
        ASK_SHORTER,
        ASK_PASSAGES,
        HELPED,
        NOT_HELPED,
        MISSING,
        DENIES_SIGNS,
        UNSURE_OF_SIGNS,
    ),
    *(*sorted(IN_TALK), STOP, CHANGE, WHICH, *REOPEN.values()),
    *DIARY.values(),
    *AFTER_ALARM.values(),
)


@dataclass(frozen=True)
class Meaning:
    """An answer to give.

    Attributes:
        answer: Its id.
        topic: The topic asked about, a key of topics.yml.
        side: The side of that topic.
        unsaid: Whether the sources say nothing about that side, so that the answer is only the nearest one.
        subject: What a declined message is about, a key of outside.yml.
    """

    answer: str
    topic: str | None = None
    side: str | None = None
    unsaid: bool = False
    subject: str | None = None


@dataclass(frozen=True)
class Act:
    """What a patient does with a message.

    Attributes:
        intent: The act, or the id of the requested answer.
        entities: What the message says.
        rule: The rule that resolved a follow-up; see `bot.conversation.follow_up`.
    """

    intent: str
    entities: tuple[Entity, ...] = ()
    rule: str | None = None


def ask(*meanings: Meaning, offered: Iterable[str] = (), rule: str | None = None) -> Act:
    """Return the act of asking for answers; `offered` are further answers to offer."""
    entities = [one for place, meaning in enumerate(meanings, 1) for one in _entities(meaning, str(place))]
    offers = [_entity("offer", name) for name in offered]
    return Act(meanings[0].answer, (*entities, *offers), rule)


def without_talks(act: Act) -> Act:
    """Return the act on a channel where the bot may not ask for symptoms.

    Instead of starting a guided talk or the diary, the patient is told about it.
    """
    if act.intent in (DIARY["start"], DIARY["entries"]):
        return replace(ask(Meaning(TRACK)), intent=ABOUT_TALK)
    return replace(act, intent=ABOUT_TALK) if forms().started_by(act.intent) else act


def telling(act: Act, told: Iterable[Told], sentences: Iterable[str]) -> Act:
    """Return an act with the symptoms to say back, and the sentences to keep for the guided talks."""
    said = [_entity("told", one.value, role=one.kind) for one in told]
    kept = [_entity("story", sentence) for sentence in sentences]
    return replace(act, entities=(*act.entities, *said, *kept))


def told(parse: Parse) -> list[Told]:
    """Return the symptoms that the bot can say back."""
    return [Told(one["role"], one["value"]) for one in parse.get("entities") or () if one["entity"] == "told"]


def in_language(language: str, meaning: Meaning) -> Act:
    """Return the act of a message in another language than English; see `language.foreign`."""
    return Act(OTHER_LANGUAGE, (*_entities(meaning, "1"), _entity("language", language)))


def without_beginning(act: Act) -> Act:
    """Return the act; if it asks for a guided talk's answer, make it ask without starting the talk."""
    return replace(act, intent=ABOUT_TALK) if forms().started_by(act.intent) else act


def meanings(parse: Parse) -> list[Meaning]:
    """Return the answers that a message asks for; its intent's answer if it names none, as with a button."""
    entities = parse.get("entities") or []
    grouped = groupby((one for one in entities if one.get("group")), key=itemgetter("group"))
    found = [{one["entity"]: one for one in some} for _, some in grouped]
    if found:
        return [_meaning(one) for one in found]
    name = parse["intent"]["name"]
    return [Meaning(name, topics().topic_of(name), topics().side_of(name))]


def values(parse: Parse, entity: str) -> list[Any]:
    """Return a message's values of one entity."""
    return [one["value"] for one in parse.get("entities") or () if one["entity"] == entity]


def replies(parse: Parse) -> dict[str, Any]:
    """Return a message's replies to a guided talk's questions, by slot; None empties a slot."""
    given = {one["role"]: one["value"] for one in parse.get("entities") or () if one["entity"] == "reply"}
    return {**given, **dict.fromkeys(values(parse, "question"))}


def in_talk(reply: FormReply, slots: Slots) -> Act:
    """Return the act of a reply in a guided talk; choosing a warning sign is the alarm."""
    if reply.alarm:
        return Act(urgent(CHOSEN))
    if reply.stop:
        return Act(STOP)
    if not reply.slots:
        return Act(AGAIN[reply.again])
    emptied = [slot for slot, value in reply.slots.items() if value is None]
    if emptied:
        return Act(BACK if len(emptied) == 1 else START_OVER, tuple(_entity("question", slot) for slot in emptied))
    [(slot, value)] = reply.slots.items()
    entities = (_entity("reply", value, role=slot),)
    if (value or {}).get("value") == SKIPPED:
        return Act(SKIP, entities)
    return Act(CORRECT if slots.get(slot) else REPLY, entities)


def of_alarm(said: SaidOfAlarm, reason: str | None) -> Act:
    """Return the act of what is said about a standing alarm, with its reason if there is one."""
    return Act(AFTER_ALARM[said], (_entity("reason", reason),) if reason else ())


def change(wished: FormChange) -> Act:
    """Return the act that changes a finished guided talk; choosing a warning sign is the alarm."""
    if wished.alarm:
        return Act(urgent(CHOSEN))
    form = _entity("talk", wished.form)
    if not wished.slots:
        return Act(WHICH, (form,))
    [(slot, value)] = wished.slots.items()
    if value is None:
        return Act(REOPEN[wished.form], (form, _entity("question", slot)))
    return Act(CHANGE, (form, _entity("reply", value, role=slot)))


def of_diary(wish: Mapping[str, Any]) -> Act:
    """Return the act of a wish for the walking diary; see `DiaryWishes`."""
    [(does, told)] = wish.items()
    entities: list[Entity] = []
    if does == "entries":
        entities = [_entity("walk", walk) for walk in told]
    elif does in ("change", "told"):
        entities = [_entity(name, told[name]) for name in ("measure", "day") if told[name]]
    elif does == "delete_day":
        entities = [_entity("day", told)]
    return Act(DIARY[does], tuple(entities))


def diary_wish(parse: Parse, asked: Asked | None) -> dict[str, Any]:
    """Return a message's wish for the diary, as `DiaryTalk` takes it; `asked` is what the bot asked about the diary."""
    does = next(key for key, act in DIARY.items() if act == parse["intent"]["name"])
    measure, day = (next(iter(values(parse, name)), None) for name in ("measure", "day"))
    told: dict[str, Any] = {
        "entries": values(parse, "walk"),
        "change": {"measure": measure, "day": day},
        "told": {"measure": measure, "day": day},
        "delete_day": day,
        "agree": asked,
        "refuse": asked,
    }
    return {does: told.get(does, True)}


def talk(parse: Parse) -> str | None:
    """Return the guided talk whose reply a message changes, or None."""
    return next(iter(values(parse, "talk")), None)


def said_of_alarm(intent: str) -> SaidOfAlarm | None:
    """Return what an act says about an alarm, or None."""
    return next((said for said, act in AFTER_ALARM.items() if act == intent), None)


def _entities(meaning: Meaning, group: str) -> Iterator[Entity]:
    yield _entity("answer", meaning.answer, group=group, **({"role": UNSAID} if meaning.unsaid else {}))
    if meaning.topic:
        yield _entity("topic", meaning.topic, group=group)
    if meaning.side:
        yield _entity("side", meaning.side, group=group)
    if meaning.subject:
        yield _entity("subject", meaning.subject, group=group)


def _meaning(entities: Mapping[str, Entity]) -> Meaning:
    told = (entities[name]["value"] if name in entities else None for name in ("topic", "side", "subject"))
    topic, side, subject = told
    return Meaning(entities["answer"]["value"], topic, side, entities["answer"].get("role") == UNSAID, subject)


def _entity(name: str, value: Any, **told: str) -> Entity:
    return {"entity": name, "value": value, **told}
