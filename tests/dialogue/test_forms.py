"""The guided talks: replies to their questions."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue.form_reader import FormReader
from bot.dialogue.forms import FILE, SKIPPED, FormChange, FormReply, FormsFile, forms, told
from bot.knowledge.base import KnowledgeBase
from bot.nlu.terms import term_reader
from bot.yamlfile import DataError, read

READ = FormReader(forms(), lambda text: [word for _, _, normal in term_reader()(text) for word in normal.split()])
DOMAIN = yaml.safe_load((Path(__file__).parents[2] / "domain.yml").read_text(encoding="utf-8"))
FORM_OF = {question.slot: name for name, form in forms().forms.items() for question in form.questions}
GIVEN: dict[str, Any] = {
    "selfcheck_signs": {"value": "none", "told": "None of them"},
    "selfcheck_minutes": {"value": 10.0, "unit": "minutes", "to": None, "told": "10 minutes"},
    "selfcheck_relief": {"value": "bending", "told": "Sitting or bending forward"},
}
ALL = {slot: {"value": SKIPPED, "told": None} for slot in FORM_OF}


def reply(text: str, slot: str) -> FormReply | None:
    """Read a message when that question is the next, those before it skipped."""
    form = FORM_OF[slot]
    before = list(FORM_OF)[: list(FORM_OF).index(slot)]
    return READ(text, form, {one: ALL[one] for one in before})


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("selfcheck_signs", "No, none of these", "none"),
        ("selfcheck_signs", "no bladder trouble", "none"),
        ("selfcheck_signs", "all good", "none"),
        ("selfcheck_signs", "I haven't noticed", "none"),
        ("selfcheck_signs", "yes my bladder", "yes"),
        ("selfcheck_signs", "not sure", "yes"),
        ("selfcheck_signs", "a bit", "yes"),
        ("selfcheck_minutes", "10 minutes", 10),
        ("selfcheck_minutes", "ten", 10),
        ("selfcheck_minutes", "half a mile maybe", 0.5),
        ("selfcheck_minutes", "I don't have to stop", "never"),
        ("selfcheck_minutes", "I can keep going", "never"),
        pytest.param("selfcheck_minutes", "do not have to stop", "never"),
        ("selfcheck_relief", "I sit down on a bench", "bending"),
        ("selfcheck_relief", "leaning on a wall", "bending"),
        ("selfcheck_relief", "sittting", "bending"),
        ("selfcheck_relief", "the first one", "bending"),
        ("selfcheck_relief", "just standing still", "standing"),
        ("selfcheck_relief", "when I stop", "standing"),
        ("selfcheck_relief", "both", "both"),
        ("selfcheck_relief", "nothing helps", "neither"),
        pytest.param("selfcheck_relief", "standing still is not enough, must sit", "bending"),
        ("selfcheck_slope", "downhill", "downhill"),
        ("selfcheck_slope", "downhill is fine", "uphill"),
        ("selfcheck_slope", "uphill is easier", "downhill"),
        ("selfcheck_slope", "going up the stairs", "uphill"),
        ("selfcheck_slope", "no difference", "same"),
        pytest.param("selfcheck_slope", "can't tell", "same"),
        ("selfcheck_leaning", "yes a lot", "yes"),
        ("selfcheck_leaning", "not really", "no"),
        ("selfcheck_leaning", "it doesn't help", "no"),
        ("selfcheck_leaning", "never used one", "untried"),
        pytest.param("selfcheck_leaning", "do not use one", "untried"),
        ("selfcheck_legs", "left", "one"),
        ("selfcheck_legs", "both legs", "both"),
        ("selfcheck_legs", "sometimes left sometimes right", "changes"),
        ("visit_change", "I can't go as far", "shorter"),
        ("visit_change", "used to walk a mile", "shorter"),
        ("visit_change", "no", "same"),
        ("visit_change", "longer", "longer"),
        pytest.param("visit_change", "can't walk very far", "shorter"),
        ("visit_relief", "sitting helps", "yes"),
        ("visit_relief", "not really", "no"),
        ("visit_relief", "sometimes", "partly"),
        ("visit_weakness", "not at all", "no"),
        ("visit_weakness", "yes but for years", "old"),
        ("visit_weakness", "I tripped yesterday", "new"),
        pytest.param("visit_weakness", "no change", "old"),
        ("visit_medicines", "gabapentin and two injections last spring", "gabapentin and two injections last spring"),
        ("visit_medicines", "nothing yet", "none"),
        ("visit_questions", "how long is recovery and can I drive?", "how long is recovery and can I drive?"),
        ("visit_questions", "No questions yet", "none"),
    ],
)
def test_reads_a_reply(slot: str, text: str, value: object) -> None:
    """A reply in free words, misspelt, by its place or as a measure is the choice that it means, or is kept as told."""
    found = reply(text, slot)

    assert found is not None
    assert not found.stop
    assert {name: one["value"] for name, one in found.slots.items()} == {slot: value}


@pytest.mark.parametrize("question", [one for form in forms().forms.values() for one in form.questions])
def test_reads_every_button(question: Any) -> None:
    """What a button sends is the reply that it stands for, and only a warning sign alarms."""
    for choice in question.choices:
        assert reply(choice.title, question.slot) == FormReply(
            {question.slot: {"value": choice.value, "told": choice.told}}, alarm=choice.alarm
        )
    for suggestion in question.suggestions:
        found = reply(suggestion, question.slot)
        assert found is not None
        assert found.slots[question.slot]["told"] == suggestion
    assert reply(forms().texts.skip, question.slot) == FormReply({question.slot: {"value": SKIPPED, "told": None}})
    assert reply(forms().texts.stop, question.slot) == FormReply({}, stop=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about two blocks", {"value": 2, "unit": "blocks", "to": None, "told": "2 blocks"}),
        ("5 or 6 minutes", {"value": 5, "unit": "minutes", "to": 6, "told": "5 to 6 minutes"}),
        ("seven I think", {"value": 7, "unit": "minutes", "to": None, "told": "7 minutes"}),
    ],
)
def test_keeps_a_measure(text: str, expected: dict[str, Any]) -> None:
    """A measure is kept with its unit and range, and told in words; a bare number is minutes."""
    found = reply(text, "selfcheck_minutes")

    assert found is not None
    assert found.slots["selfcheck_minutes"] == expected


@pytest.mark.parametrize("slot", FORM_OF)
@pytest.mark.parametrize("text", ["skip", "I'd rather not say", "can we skip this", "no comment please"])
def test_skips(slot: str, text: str) -> None:
    """Any question can be skipped."""
    assert reply(text, slot) == FormReply({slot: {"value": SKIPPED, "told": None}})


@pytest.mark.parametrize("slot", FORM_OF)
@pytest.mark.parametrize("text", ["stop", "I want to stop", "no more questions please", "that's enough"])
def test_stops(slot: str, text: str) -> None:
    """A guided talk can be stopped at any question."""
    assert reply(text, slot) == FormReply({}, stop=True)


@pytest.mark.parametrize(
    ("text", "slot", "value", "alarm"),
    [
        ("sorry, I meant 5 minutes", "selfcheck_minutes", 5, False),
        ("no wait, 15 minutes", "selfcheck_minutes", 15, False),
        ("not 10 but 5 minutes", "selfcheck_minutes", 5, False),
        ("actually standing", "selfcheck_relief", "standing", False),
        ("I meant yes to the signs", "selfcheck_signs", "yes", True),
        # The word of a correction in a reply to the question that is asked.
        ("actually uphill", "selfcheck_slope", "uphill", False),
    ],
)
def test_corrects_an_earlier_reply(text: str, slot: str, value: object, alarm: bool) -> None:
    """A correction replaces the latest reply that it can be one of, and raises the alarm for a sign."""
    found = READ(text, "selfcheck_form", GIVEN)

    assert found is not None
    assert ({name: one["value"] for name, one in found.slots.items()}, found.alarm) == ({slot: value}, alarm)


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        pytest.param("yes actually", "selfcheck_leaning", "yes"),
        pytest.param("sorry, yes", "selfcheck_leaning", "yes"),
        pytest.param("both legs, sorry", "selfcheck_legs", "both"),
        ("well actually no", "selfcheck_leaning", "no"),
    ],
)
def test_polite_reply_corrects_nothing(text: str, slot: str, value: str) -> None:
    """A reply to the question that is asked stays one though it says "sorry" or "actually"; no alarm is raised."""
    slope = {"selfcheck_slope": {"value": "uphill", "told": "Worse uphill"}}
    leaning = {"selfcheck_leaning": {"value": "yes", "told": "Easier"}} if slot == "selfcheck_legs" else {}
    found = READ(text, "selfcheck_form", {**GIVEN, **slope, **leaning})

    assert found is not None
    assert not found.alarm
    assert {name: one["value"] for name, one in found.slots.items()} == {slot: value}


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("what do you mean?", "selfcheck_signs"),
        ("how far should I be able to walk then?", "selfcheck_minutes"),
        ("why do you ask", "selfcheck_relief"),
        ("how does sitting help with the pain", "selfcheck_relief"),
        ("does gabapentin work for this sort of pain", "visit_medicines"),
        ("Tylenol?", "visit_medicines"),
        ("it depends", "selfcheck_minutes"),
        ("sorry", "selfcheck_slope"),
        ("the weather is nice", "selfcheck_legs"),
        ("", "selfcheck_legs"),
    ],
)
def test_leaves_what_is_no_reply(text: str, slot: str) -> None:
    """A question, or what means none of the choices, is no reply."""
    assert reply(text, slot) is None


def test_brief_reply_may_ask() -> None:
    """A reply of a few words counts though it ends with a question mark."""
    assert reply("sitting maybe?", "selfcheck_relief") == FormReply(
        {"selfcheck_relief": {"value": "bending", "told": "Sitting or bending forward"}}
    )


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("change the medicines", "visit_medicines"),
        ("Change distance", "visit_change"),
        ("edit my questions", "visit_questions"),
        ("I want to change relief", "visit_relief"),
        ("fix the weakness", "visit_weakness"),
        ("change it", None),
        ("medicines", None),
        ("", None),
    ],
)
def test_changes_a_reply_after_the_end(text: str, slot: str | None) -> None:
    """Once a form is through, a reply to change is called by its name."""
    assert READ.change(text, "visit_form", ALL) == slot


def test_changes_nothing_before_the_end() -> None:
    """While a question is open, nothing is changed by its name."""
    assert READ.change("change the medicines", "visit_form", {"visit_change": ALL["visit_change"]}) is None


def test_every_change_button_works() -> None:
    """What the button under the paper sends names the reply to change."""
    for question in forms().forms["visit_form"].questions:
        text = forms().texts.change.format(name=question.name)

        assert READ.change(text, "visit_form", ALL) == question.slot


def test_reads_no_reply_after_the_end() -> None:
    """A form that is through takes no reply, but can be stopped."""
    assert READ("5 minutes", "selfcheck_form", ALL) is None
    assert READ("stop", "selfcheck_form", ALL) == FormReply({}, stop=True)


@pytest.mark.parametrize("name", forms().forms)
def test_asks_one_question_after_the_other(name: str) -> None:
    """The next question is the first one without a reply; a skipped one has one."""
    form = forms().forms[name]
    slots: dict[str, Any] = {}
    asked = []
    while question := form.next(slots):
        asked.append(question)
        slots[question.slot] = {"value": SKIPPED, "told": None}

    assert asked == form.questions


def test_asks_again_what_was_emptied() -> None:
    """A reply that is taken out is asked for again."""
    question = forms().forms["visit_form"].next({**ALL, "visit_relief": None})

    assert question is not None
    assert question.slot == "visit_relief"


def test_tells_the_replies() -> None:
    """Replies are told in the order of the questions, with their choice if there is one; skipped ones are left out."""
    form = forms().forms["selfcheck_form"]
    slots = {**GIVEN, "selfcheck_slope": ALL["selfcheck_slope"]}

    assert [(one.slot, choice and choice.value, words) for one, choice, words in told(form, slots)] == [
        ("selfcheck_signs", "none", "None of them"),
        ("selfcheck_minutes", None, "10 minutes"),
        ("selfcheck_relief", "bending", "Sitting or bending forward"),
    ]


@pytest.mark.parametrize("name", forms().forms)
def test_stands_in_the_domain(name: str) -> None:
    """Every question's slot stands in the domain, and in its form in the same order."""
    slots = [question.slot for question in forms().forms[name].questions]

    assert set(slots) <= DOMAIN["slots"].keys()
    assert DOMAIN["forms"][name]["required_slots"] == slots


@pytest.mark.parametrize("name", forms().forms)
def test_draws_on_sources_that_exist(base: KnowledgeBase, name: str) -> None:
    """A form names documents and sections that there are, and starts with an answer that there is."""
    form = forms().forms[name]

    assert form.starts_with in base.replies
    assert all(set(sections) <= set(base.sources[document].sections) for document, sections in form.sources.items())


def test_links_only_what_it_can_say() -> None:
    """A choice that points to a cause says what the sources link to it, and the other way round."""
    choices = [choice for form in forms().forms.values() for one in form.questions for choice in one.choices]

    assert all(bool(choice.points) == bool(choice.says) for choice in choices)


@pytest.mark.parametrize(
    ("answer", "form"),
    [("selfcheck.questions", "selfcheck_form"), ("visit.prepare", "visit_form"), ("surgery.options", None)],
)
def test_is_started_by_its_answer(answer: str, form: str | None) -> None:
    """Asking for an answer starts the form that belongs to it."""
    assert forms().started_by(answer) == form


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: slope", "nam: slope", "forms.selfcheck_form.questions.3.name: field required"),
        ("points: nerve, says", "points: nerves, says", "points: unexpected value"),
        ("measure: true", "measure: perhaps", "forms.selfcheck_form.questions.1.measure"),
        ("  unclear:", "  unclearr:", "texts.unclear: field required"),
    ],
)
def test_tells_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A file that is wrong is told with its line and key."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "forms.yml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataError, match=rf"^{file}:[1-9]\d+: ") as error:
        read(file, FormsFile)

    assert said in str(error.value)
