"""The graph components that decide: settings, the alarm, asking back."""

from typing import Any

import pytest
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, SlotSet
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message

from bot.alarm.decide import CHECK
from bot.alarm.detector import detector
from bot.alarm.rules import ORDER, AlarmKind
from bot.conversation.alarms import Alarms
from bot.conversation.focus import Focus
from bot.conversation.forms import forms
from bot.nlu.acts import Acts
from bot.nlu.alarm_voter import SUSPICIONS, AlarmVoter
from bot.nlu.answer_classifier import AnswerClassifier
from bot.nlu.clarifier import Clarifier
from bot.nlu.readings import ROLE, Readings
from bot.nlu.red_flags import RedFlags

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize("value", [0, -1, "much", None])
def test_classifier_refuses_a_wrong_setting(value: Any) -> None:
    """A setting that is no positive number is refused by name."""
    with pytest.raises(InvalidConfigException, match="strength: must be a positive number"):
        AnswerClassifier.validate_config({"strength": value})


@pytest.mark.parametrize("value", [0.0, 1.0, 2, "half"])
def test_voter_refuses_a_wrong_share(value: Any) -> None:
    """A number that is no share of everyday messages is refused by name."""
    with pytest.raises(InvalidConfigException, match="everyday: must lie between 0 and 1"):
        AlarmVoter.validate_config({"everyday": value})


def message(text: str, *ranking: tuple[str, float], threshold: float = 0.6) -> Message:
    """A message as the classifier leaves it."""
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    data = {"text": text, "intent": ranked[0], "intent_ranking": ranked, "threshold": threshold}
    return Message({**data, "alarm": {"raised": None}})


@pytest.mark.parametrize(
    ("ranking", "intent", "candidates"),
    [
        ([("a.a", 0.9), ("b.b", 0.02)], "a.a", []),
        ([("a.a", 0.7), ("b.b", 0.2), ("c.c", 0.01)], "a.a", ["b.b"]),
        ([("a.a", 0.5), ("b.b", 0.3), ("c.c", 0.1)], "clarify.choose", ["a.a", "b.b", "c.c"]),
        ([("a.a", 0.4), ("clarify.choose", 0.3), ("c.c", 0.1)], "clarify.choose", ["a.a", "c.c"]),
        ([("clarify.choose", 0.9), ("a.a", 0.05)], "clarify.choose", ["a.a"]),
        ([("a.a", 0.3), ("bot.thanks", 0.2), ("decline.dosing", 0.2), ("c.c", 0.001)], "clarify.choose", ["a.a"]),
        ([("clarify.choose", 1.0), ("bot.goodbye", 0.001)], "clarify.choose", ["bot.about"]),
        ([("decline.dosing", 0.4), ("a.a", 0.2)], "decline.dosing", ["a.a"]),
        ([("decline.dosing", 0.2), ("a.a", 0.2)], "clarify.choose", ["a.a"]),
    ],
)
def test_clarifier_asks_back_when_unsure(ranking: list[tuple[str, float]], intent: str, candidates: list[str]) -> None:
    """Below the threshold it asks back with the likeliest; above, a near runner-up is offered beside the answer."""
    [done] = Clarifier({"runner_up": 0.03}).process([message("x", *ranking)])

    assert done.get("intent")["name"] == intent
    assert done.get("candidates") == candidates


def test_clarifier_offers_the_topics_that_an_unclear_message_names() -> None:
    """Where no answer is likely, the overview of each named topic is offered, once."""
    asked = message("x", ("clarify.choose", 0.99), ("surgery.options", 0.01))
    asked.set("entities", [{"entity": "topic", "value": name} for name in ("injections", "surgery", "injections")])

    [done] = Clarifier({"runner_up": 0.03}).process([asked])

    assert done.get("candidates") == ["surgery.options", "injections.overview"]


def suspecting(text: str, *ranking: tuple[str, float], voter: dict[str, float] | None = None) -> Message:
    """A message that the voter has read too."""
    read = message(text, *ranking)
    read.set(SUSPICIONS, {**dict.fromkeys((*ORDER, CHECK), 0.0), **(voter or {})})
    return read


LIMITS = {"sure": 0.9, "together": 0.2, "taken_back": 0.8, "suspected": 0.05}
LIMITS |= {"asked": 0.3, "asked_suspected": 0.06, "asked_taken_back": 0.5}


@pytest.mark.parametrize(
    ("text", "voter", "raised", "by"),
    [
        ("I can't pee", {}, "cauda_equina", "rules"),
        ("I have chest pain", {"crisis": 0.95}, "emergency", "rules"),
        ("such is life", {"crisis": 0.95}, "crisis", "voter"),
        ("hello", {"crisis": 0.1}, None, None),
        ("my waterworks are a bit odd", {"cauda_equina": 0.3}, "cauda_equina", "both"),
        ("my waterworks are a bit odd", {"cauda_equina": 0.1}, "cauda_equina", "both"),
        ("my waterworks are a bit odd", {"cauda_equina": 0.04}, None, None),
        ("my waterworks are a bit odd", {"crisis": 0.9}, None, None),  # no words of a crisis
        ("such an odd life, and odd waterworks", {"crisis": 0.3}, "crisis", "both"),
        ("my back is very bad", {"same_day": 0.95}, None, None),
        ("my waterworks are a bit odd", {"same_day": 0.95}, None, None),
        ("my waterworks are a bit odd", {"same_day": 0.8, "cauda_equina": 0.1}, "cauda_equina", "both"),
        ("I fell down", {"emergency": 0.95}, None, "rules"),  # a check
        ("I fell down and feel feverish", {"same_day": 0.95}, "same_day", "voter"),
        ("I'm not incontinent", {"cauda_equina": 0.4}, None, None),
        ("I'm not incontinent", {"cauda_equina": 0.6}, None, "voter"),  # a check
        ("I'm not incontinent", {"cauda_equina": 0.95}, "cauda_equina", "voter"),
    ],
)
def test_red_flags_raise_the_alarm(text: str, voter: dict[str, float], raised: str | None, by: str | None) -> None:
    """It is raised when the rules are sure, when the voter is sure, or when both are suspicious."""
    given = suspecting(text, ("bot.greeting", 0.9), voter=voter)

    [done] = RedFlags(LIMITS).process([given])

    assert done.get("intent")["name"] == (f"urgent.{raised}" if raised else "bot.greeting")
    assert (done.get("alarm")["raised"], done.get("alarm")["by"]) == (raised and f"urgent.{raised}", by)


def test_red_flags_take_the_guards_verdict() -> None:
    """Where the guard has told what the rules say, they are not asked again."""
    given = suspecting("hello", ("bot.greeting", 0.9), voter={})
    given.set("metadata", {"verdict": detector()("I cannot pee").to_metadata()})

    [done] = RedFlags(RedFlags.get_default_config()).process([given])

    assert done.get("intent")["name"] == "urgent.cauda_equina"


@pytest.mark.parametrize(
    ("text", "voter", "check"),
    [
        ("I fell down", {}, "fall"),
        ("I fell down", {"crisis": 0.95}, "fall"),
        ("I fell and cannot get up", {}, None),
        ("hello", {}, None),
    ],
)
def test_red_flags_tell_what_to_ask(text: str, voter: dict[str, float], check: str | None) -> None:
    """Where no alarm is raised, they tell what the bot should ask about."""
    [done] = RedFlags(RedFlags.get_default_config()).process([suspecting(text, ("x", 0.9), voter=voter)])

    assert done.get("alarm")["check"] == check


def test_rules_alone_carry_the_alarm() -> None:
    """Where the voter has not been asked, the rules' suspicion is enough."""
    [done] = RedFlags(RedFlags.get_default_config()).process([message("my waterworks are a bit odd", ("x", 0.9))])

    assert done.get("intent")["name"] == "urgent.cauda_equina"


def conversation(*events: Event) -> DialogueStateTracker:
    """A conversation in which something happened before."""
    slots = [AnySlot("pending_signs", mappings=[{}]), AnySlot("alarms", mappings=[{}])]
    return DialogueStateTracker.from_events("p", events, slots=slots)


@pytest.mark.parametrize(
    ("events", "text", "intent"),
    [
        ([SlotSet("pending_signs", {"halves": {"numb after the place was named": 0}})], "It's numb", "cauda_equina"),
        ([BotUttered("Are you numb between your legs?")], "yes, a bit", "cauda_equina"),
        ([BotUttered("Shall I go on?")], "yes", None),
    ],
)
def test_red_flags_remember_the_conversation(events: list[Event], text: str, intent: str | None) -> None:
    """Halves of signs add up, and a yes to the bot's question counts."""
    given = suspecting(text, ("bot.greeting", 0.9))

    [done] = RedFlags(RedFlags.get_default_config()).process([given], conversation(*events))

    assert done.get("intent")["name"] == (f"urgent.{intent}" if intent else "bot.greeting")


def standing(*kinds: AlarmKind) -> SlotSet:
    """Those alarms were raised before."""
    alarms = Alarms()
    for kind in kinds:
        alarms = alarms.raised(kind, "words", "2026-11-28T10:00:00+00:00")
    return SlotSet("alarms", alarms.to_slot())


@pytest.mark.parametrize(
    ("kinds", "text", "judged", "raised", "said"),
    [
        (["cauda_equina"], "I was only asking in general", None, None, "stand_down"),
        ([], "I was only asking in general", None, None, None),
        (["cauda_equina"], "thanks, I'm fine", None, None, "hesitation"),
        # what only the models suspect in a reply is no new alarm
        (["cauda_equina"], "nobody can take me", "crisis", None, "how"),
        (["cauda_equina"], "I'd rather wait until Monday", "cauda_equina", None, "hesitation"),
        ([], "nobody can take me", "crisis", "crisis", None),
        # what the rules are sure of, or suspect too, is one
        (["same_day"], "I'd rather wait, but I can't pee", None, "cauda_equina", None),
        # and so is what the models hear in a longer one
        (["same_day"], f"I'd rather wait, {'life goes on ' * 5}", "crisis", "crisis", None),
        (["same_day"], "I'd rather wait, my waterworks are a bit odd", "cauda_equina", "cauda_equina", None),
    ],
)
def test_red_flags_read_replies_to_an_alarm(
    kinds: list[AlarmKind], text: str, judged: str | None, raised: str | None, said: str | None
) -> None:
    """A reply to an alarm that stands is read as that, and raises another one only for a sign that the rules hear."""
    given = suspecting(text, ("bot.greeting", 0.9), voter={judged: 0.5} if judged else None)

    [done] = RedFlags(RedFlags.get_default_config()).process([given], conversation(standing(*kinds)))

    assert done.get("alarm")["raised"] == (raised and f"urgent.{raised}")
    assert done.get("after_alarm") == said


def test_red_flags_hear_of_alarms_that_the_guard_raised() -> None:
    """An alarm that Rasa does not know of yet stands all the same."""
    given = suspecting("I only asked in general", ("bot.greeting", 0.9))
    given.set("metadata", {"unheard": [{"kind": "emergency", "words": "words", "at": "2026-11-28T10:00:00+00:00"}]})

    [done] = RedFlags(RedFlags.get_default_config()).process([given], conversation())

    assert done.get("after_alarm") == "stand_down"


def test_what_the_conversation_settles_is_not_ranked() -> None:
    """What takes an alarm back, or only follows one, is no candidate, however sure the classifier is."""
    given = suspecting("hm", ("urgent.stand_down", 0.8), ("bot.greeting", 0.1), ("urgent.crisis", 0.1))

    [done] = RedFlags(RedFlags.get_default_config()).process([given])

    assert [one["name"] for one in done.get("intent_ranking")] == ["bot.greeting"]
    assert done.get("intent_ranking")[0]["confidence"] < 0.2


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("left leg", None),
        ("only the left leg", None),
        ("It's both of them", None),
        ("left leg, it buckles", "urgent.cauda_equina"),
        ("both, and weaker every day", "urgent.cauda_equina"),
    ],
)
def test_bare_reply_to_a_form_is_no_fragment_of_a_sign(text: str, raised: str | None) -> None:
    """What only the voter suspects does not count in a reply that says nothing but a choice of the form's question."""
    questions = forms().forms["selfcheck_form"].questions
    slots = [AnySlot(question.slot, mappings=[{}]) for question in questions]
    before = [SlotSet(question.slot, {"value": "skipped", "told": None}) for question in questions[:-1]]
    tracker = DialogueStateTracker.from_events("p", [*before, ActiveLoop("selfcheck_form")], slots=slots)
    given = suspecting(text, ("bot.greeting", 0.9), voter={"cauda_equina": 0.95})

    [done] = RedFlags(RedFlags.get_default_config()).process([given], tracker)

    assert done.get("alarm")["raised"] == raised


def test_readings_are_added_and_taken_away() -> None:
    """A message is read beside its questions and with its topic; only the message itself goes on."""
    focus = Focus().given("injections.effect", "injections", "evidence")
    tracker = DialogueStateTracker.from_events(
        "p", [SlotSet("focus", focus.to_slot())], slots=[AnySlot("focus", mappings=[{}])]
    )
    text = "Thanks. What is a brace? And does it work?"

    read = Readings({}).process([Message({"text": text})], tracker)

    assert [(one.get("text"), one.get(ROLE)) for one in read] == [
        (text, None),
        ("What is a brace?", "part"),
        ("And does it work?", "part"),
        (f"{text} (epidural steroid injection)", "again"),
    ]


def test_acts_resolve_a_follow_up() -> None:
    """The intent is the answer that is meant in the conversation, and the rule that resolved it is told."""
    focus = Focus().given("injections.overview", "injections", "what")
    tracker = DialogueStateTracker.from_events(
        "p", [SlotSet("focus", focus.to_slot())], slots=[AnySlot("focus", mappings=[{}])]
    )
    asked = message("does it work?", ("surgery.outcomes", 0.5))
    asked.set("candidates", [])

    [done] = Acts(Acts.get_default_config()).process([asked], tracker)

    assert done.get("intent")["name"] == "injections.effect"
    assert done.get("rule") == "same topic"
    assert {one["entity"]: one["value"] for one in done.get("entities")} == {
        "answer": "injections.effect",
        "topic": "injections",
        "side": "evidence",
    }


def test_without_alarm_its_replies_are_no_candidates() -> None:
    """When no alarm is raised, what was suspected goes to the other answers in proportion."""
    asked = suspecting("I'm not incontinent", ("urgent.cauda_equina", 0.5), ("a.a", 0.4), ("b.b", 0.1))

    [done] = Clarifier({"runner_up": 0.03}).process(RedFlags(RedFlags.get_default_config()).process([asked]))

    assert done.get("intent") == {"name": "a.a", "confidence": pytest.approx(0.8)}
    assert done.get("candidates") == ["b.b"]


def test_clarifier_never_questions_an_alarm() -> None:
    """An alarm is given without asking back, however unsure."""
    asked = suspecting("such is life", ("bot.greeting", 0.4), voter={"crisis": 0.95})

    [done] = Clarifier({"runner_up": 0.03}).process(RedFlags(RedFlags.get_default_config()).process([asked]))

    assert done.get("intent")["name"] == "urgent.crisis"
    assert done.get("candidates") == []
