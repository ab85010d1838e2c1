"""The guided talks: their questions as data."""

from pathlib import Path
from typing import Any

import pytest

from bot.conversation.forms import FILE, SKIPPED, FormsFile, forms, told
from bot.datafile import DataError, read
from bot.knowledge.base import KnowledgeBase

FORM_OF = {question.slot: name for name, form in forms().forms.items() for question in form.questions}
GIVEN: dict[str, Any] = {
    "selfcheck_signs": {"value": "none", "told": "None of them"},
    "selfcheck_minutes": {"value": 10.0, "unit": "minutes", "to": None, "told": "10 minutes"},
    "selfcheck_relief": {"value": "bending", "told": "Sitting or bending forward"},
}
ALL = {slot: {"value": SKIPPED, "told": None} for slot in FORM_OF}


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
        ("points: nerve\n", "points: nerves\n", "points: unexpected value"),
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
