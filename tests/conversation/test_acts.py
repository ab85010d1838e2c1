"""The acts: what goes along with each, and what is read back; and how patients say them."""

import json
from typing import Any

import pytest
import yaml

from bot.conversation import acts
from bot.conversation.acts import Act, Meaning
from bot.conversation.after_alarm import AfterAlarm
from bot.conversation.alarms import Alarms
from bot.conversation.check import CheckReader, check_file
from bot.conversation.context import Context
from bot.conversation.focus import Focus
from bot.conversation.forms import FormChange, FormReply, forms
from bot.conversation.query import Query
from bot.conversation.slots import STORY
from bot.conversation.story import Story
from bot.settings import ROOT
from bot.text.terms import words

NONE = {"value": "none", "told": "None of them"}
MEASURE = {"measure": [12.0, "minutes"], "day": None}
EXAMPLES = [
    (one["intent"], line.removeprefix("- "))
    for one in yaml.safe_load((ROOT / "data" / "acts.yml").read_text(encoding="utf-8"))["nlu"]
    for line in one["examples"].splitlines()
]
UNDERSTAND = Context(words)
THROUGH = {one.slot: {"value": "skipped", "told": None} for form in forms().forms.values() for one in form.questions}
AT_RELIEF = {slot: THROUGH[slot] for slot in ("selfcheck_signs", "selfcheck_minutes")}
AT_MINUTES = {"selfcheck_signs": THROUGH["selfcheck_signs"]}
ALARM, CRISIS = (Alarms().raised(kind, "x", "2026-11-28T10:00:00+00:00") for kind in ("cauda_equina", "crisis"))


def parsed(act: Act) -> dict[str, Any]:
    """What Rasa has of an act, once it went through JSON."""
    return {"intent": {"name": act.intent}, "entities": json.loads(json.dumps(act.entities))}


@pytest.mark.parametrize(
    "meanings",
    [
        [Meaning("aids.brace")],
        [Meaning("aids.brace", "brace", "risks", unsaid=True)],
        [Meaning("aids.brace", "brace"), Meaning("surgery.when", "surgery", "when")],
    ],
)
def test_answers_are_read_back(meanings: list[Meaning]) -> None:
    """The answers that are asked for go along in their order, with topic and side; what is offered is none of them."""
    act = acts.ask(*meanings, offered=["injections.effect"])

    assert act.intent == "aids.brace"
    assert acts.meanings(parsed(act)) == meanings
    assert acts.values(parsed(act), "offer") == ["injections.effect"]


def test_button_asks_for_its_answer() -> None:
    """A button's message has nothing but its intent: that is the answer, with its topic and side."""
    assert acts.meanings({"intent": {"name": "aids.brace"}}) == [Meaning("aids.brace", "brace", "what")]


@pytest.mark.parametrize(
    ("reply", "slots", "intent", "given"),
    [
        (FormReply({"selfcheck_signs": NONE}), {}, "reply", {"selfcheck_signs": NONE}),
        (FormReply({"selfcheck_signs": NONE}), {"selfcheck_signs": NONE}, "correct_reply", {"selfcheck_signs": NONE}),
        (FormReply({"selfcheck_signs": THROUGH["selfcheck_signs"]}), {}, "skip_question", None),
        (FormReply({"selfcheck_signs": None}), {}, "go_back", {"selfcheck_signs": None}),
        (FormReply({"a": None, "b": None}), {}, "start_over", {"a": None, "b": None}),
        (FormReply({}, stop=True), {}, "stop_talk", {}),
        (FormReply({}, again="why"), {}, "ask_why", {}),
        (FormReply({"selfcheck_signs": NONE}, alarm=True), {}, "urgent.cauda_equina", {}),
    ],
)
def test_replies_are_read_back(
    reply: FormReply, slots: dict[str, Any], intent: str, given: dict[str, Any] | None
) -> None:
    """What a message does in a guided talk is its act, and the replies go along by slot; a sign is the alarm."""
    act = acts.in_talk(reply, slots)

    assert act.intent == intent
    assert acts.replies(parsed(act)) == (reply.slots if given is None else given)


@pytest.mark.parametrize(
    ("change", "intent", "given"),
    [
        (FormChange("visit_form", {}), "ask_to_change", {}),
        (FormChange("visit_form", {"visit_relief": NONE}), "change_reply", {"visit_relief": NONE}),
        (FormChange("visit_form", {"visit_relief": None}), "reopen_visit", {"visit_relief": None}),
        (FormChange("selfcheck_form", {"selfcheck_legs": None}), "reopen_selfcheck", {"selfcheck_legs": None}),
        (FormChange("visit_form", {"visit_weakness": NONE}, alarm=True), "urgent.cauda_equina", {}),
    ],
)
def test_changes_are_read_back(change: FormChange, intent: str, given: dict[str, Any]) -> None:
    """What is to be changed goes along with the guided talk's name; a sign is the alarm."""
    act = acts.change(change)

    assert act.intent == intent
    assert acts.replies(parsed(act)) == given
    assert acts.talk(parsed(act)) == (None if change.alarm else change.form)


@pytest.mark.parametrize(
    "wish",
    [
        {"entries": [{"minutes": 8.0}, {"minutes": 9.0}]},
        {"change": MEASURE},
        {"told": {"measure": None, "day": {"words": "on Monday"}}},
        {"delete_day": {"words": "yesterday"}},
        *({name: True} for name in ("undo", "take_last", "delete", "show")),
        *({name: "diary_consent"} for name in ("agree", "refuse")),
    ],
)
def test_wishes_for_the_diary_are_read_back(wish: dict[str, Any]) -> None:
    """What a message does with the diary goes along; what a yes or no replies to is known from the conversation."""
    act = acts.of_diary(wish)

    assert act.intent in acts.ACTS
    assert acts.diary_wish(parsed(act), "diary_consent") == wish


def test_talk_is_not_begun_in_the_middle_of_another() -> None:
    """An act that asks for a guided talk's answer only has it told; all others stay."""
    assert acts.without_beginning(acts.ask(Meaning("visit.prepare"))).intent == "ask_about_talk"
    assert acts.without_beginning(acts.ask(Meaning("aids.brace"))).intent == "aids.brace"


def test_each_act_has_examples() -> None:
    """Rasa's tools and people find for each act how it is said, at least in two ways."""
    said = [intent for intent, _ in EXAMPLES]

    assert {*said} == {*acts.ACTS}
    assert min(map(said.count, said)) > 1


def place_of(intent: str) -> tuple[Focus, str | None, dict[str, Any]]:
    """Where in a conversation an act is said: what it is about, the guided talk, and the slots."""
    asked = {
        "helped": "helpful",
        "not_helped": "helpful",
        "say_what_was_missing": "what_was_missing",
        "agree": "diary_consent",
        "refuse": "diary_consent",
        "complete_walk": "diary_day",
        "correct_walk": "diary_noted",
    }
    if intent in ("change_reply", "ask_to_change", "reopen_selfcheck", "reopen_visit"):
        finished = "visit_form" if intent == "reopen_visit" else "selfcheck_form"
        return Focus(), None, {**THROUGH, "form_finished": finished}
    if intent == acts.CORRECT:
        return Focus(), "selfcheck_form", {**AT_RELIEF, "selfcheck_relief": {"value": "neither", "told": "Neither"}}
    if intent in (acts.ASK_SHORTER, acts.ASK_PASSAGES):
        return Focus().given("aids.brace", "brace", "what"), None, {}
    if intent == acts.MISREAD:
        story = Story(("My calves hurt when I walk, and sitting eases it.",))
        return Focus(), "selfcheck_form", {**AT_RELIEF, STORY: story.to_slot()}
    if intent in (*acts.IN_TALK, acts.STOP, acts.ABOUT_TALK):
        return Focus(), "selfcheck_form", AT_MINUTES if intent == "reply" else AT_RELIEF
    return Focus(asked=asked.get(intent)), None, {}  # type: ignore[arg-type]


@pytest.mark.parametrize(("intent", "text"), [one for one in EXAMPLES if one[0] not in acts.AFTER_ALARM.values()])
def test_example_is_read(intent: str, text: str) -> None:
    """How patients say an act is read as that act, at its place in a conversation."""
    if intent in (acts.DENIES_SIGNS, acts.UNSURE_OF_SIGNS):
        said = CheckReader(check_file(), words)("fall", text, just_asked=True)
        assert said == ("none" if intent == acts.DENIES_SIGNS else "unsure")
        return
    focus, form, slots = place_of(intent)
    ranking = [("selfcheck.questions" if intent == acts.ABOUT_TALK else "decline.out_of_scope", 0.1)]
    query = Query(text, UNDERSTAND.lexicon.read(text), ranking, 0.05 if intent == acts.ABOUT_TALK else 0.5)
    act = UNDERSTAND(query, [], focus, form, slots)

    if intent == acts.ABOUT_TALK:  # the classifier's answer stands, and no talk is begun
        assert act is None
    else:
        assert act is not None
        assert act.intent == intent


@pytest.mark.parametrize(("intent", "text"), [one for one in EXAMPLES if one[0] in acts.AFTER_ALARM.values()])
def test_example_of_an_alarm_is_read(intent: str, text: str) -> None:
    """How patients speak of an alarm is read as that act, while one stands."""
    of_crisis = intent in ("safe", "unsure_if_safe")
    alarms = CRISIS.asking_safe() if of_crisis else ALARM
    said = AfterAlarm(words)(text, alarms, asks=False, busy=False)

    assert said is not None
    assert acts.AFTER_ALARM[said] == intent


@pytest.mark.parametrize(
    ("act", "intent", "answers"),
    [
        (acts.ask(Meaning("selfcheck.questions")), acts.ABOUT_TALK, ["selfcheck.questions"]),
        (acts.ask(Meaning("visit.prepare")), acts.ABOUT_TALK, ["visit.prepare"]),
        (Act(acts.DIARY["start"]), acts.ABOUT_TALK, ["visit.track_symptoms"]),
        (Act(acts.DIARY["entries"]), acts.ABOUT_TALK, ["visit.track_symptoms"]),
        # what the patient has told earlier can always be deleted
        (Act(acts.DIARY["delete"]), acts.DIARY["delete"], []),
        (acts.ask(Meaning("aids.brace")), "aids.brace", ["aids.brace"]),
    ],
)
def test_without_talks(act: Act, intent: str, answers: list[str]) -> None:
    """Where the bot may not ask for symptoms, a talk is told about and not begun; all else stays."""
    changed = acts.without_talks(act)

    assert changed.intent == intent
    assert acts.values({"entities": changed.entities}, "answer") == answers
