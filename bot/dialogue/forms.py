"""The guided talks: their questions as data, and how a patient's reply to one is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from spacy.lang.en.stop_words import STOP_WORDS

from bot.dialogue.measures import Measure, bare_number, measures
from bot.dialogue.parts import is_question, is_surely_a_question
from bot.dialogue.phrases import Finder, Words
from bot.dialogue.wording import in_words
from bot.knowledge.schema import AnswerId
from bot.spelling import corrector, english
from bot.yamlfile import Strict, read

FILE = Path(__file__).with_name("forms.yml")
SKIPPED = "skipped"
SHORT = 5  # words: a reply that is no longer is one, even with a question mark
SHORTEST = 4  # letters of a word that is recognised when misspelt
Slots = Mapping[str, Any]


class Choice(Strict):
    """A reply that a button offers.

    Attributes:
        told: How a summary tells it.
        points: What the sources link it to.
        says: The observation, with the sources that link it to that.
        alarm: Whether it is a warning sign.
    """

    value: str
    title: str
    told: str
    words: list[str]
    points: Literal["nerve", "circulation"] | None = None
    says: str | None = None
    alarm: bool = False


class Question(Strict):
    """A question of a form.

    Attributes:
        slot: The Rasa slot that keeps the reply.
        name: The word by which a patient can ask to change it.
        ask: What is asked.
        label: What a summary calls it.
        choices: The replies that buttons offer.
        measure: Whether a time or a distance is a reply.
        suggestions: Measures that buttons offer.
        text: Whether any words are a reply.
        questions_too: Whether a question is a reply as well.
    """

    slot: str
    name: str
    ask: str
    label: str
    choices: list[Choice] = Field(min_items=1)
    measure: bool = False
    suggestions: list[str] = []
    text: bool = False
    questions_too: bool = False

    @property
    def buttons(self) -> list[str]:
        """What the buttons say, and send."""
        return [*self.suggestions, *(choice.title for choice in self.choices)]


class Form(Strict):
    """A guided talk, started by asking for an answer."""

    starts_with: AnswerId
    name: str
    sources: dict[str, list[str]]
    opening: str
    questions: list[Question] = Field(min_items=1)

    def next(self, slots: Slots) -> Question | None:
        """Return the first question without a reply."""
        return next((one for one in self.questions if slots.get(one.slot) is None), None)


class Phrases(Strict):
    """How patients steer a form: `skip` and `stop` of several words count anywhere in a message, single words alone."""

    ordinals: list[list[str]]
    skip: list[str]
    stop: list[str]
    change: list[str]
    correction: list[str]


class FormTexts(Strict):
    """What is said around the questions."""

    skip: str
    stop: str
    again: str
    unclear: str
    noted: str
    stopped: str
    summary_title: str
    nerve: str
    circulation: str
    neither: str
    mixed: str
    only_an_exam: str
    print: str
    change: str
    visit_title: str
    visit_intro: str
    visit_note: str
    visit_ready: str
    selfcheck_heading: str
    visit_heading: str


class FormsFile(Strict):
    """The file `forms.yml`."""

    forms: dict[str, Form]
    phrases: Phrases
    texts: FormTexts

    @property
    def of_signs(self) -> list[str]:
        """The slots of the questions that a warning sign can be a reply to."""
        questions = (question for form in self.forms.values() for question in form.questions)
        return [one.slot for one in questions if any(choice.alarm for choice in one.choices)]

    def started_by(self, answer: str) -> str | None:
        """Return the name of the form that asking for an answer starts."""
        return next((name for name, form in self.forms.items() if form.starts_with == answer), None)


@dataclass(frozen=True)
class FormReply:
    """What a message does in a form.

    Attributes:
        slots: The replies that it gives, by slot: each with `value` (for the program) and `told` (for people).
        stop: Whether it ends the form.
        alarm: Whether it chooses a warning sign.
    """

    slots: dict[str, dict[str, Any]]
    stop: bool = False
    alarm: bool = False


@cache
def forms() -> FormsFile:
    """Return the project's own forms, read once a process."""
    return read(FILE, FormsFile)


class FormReader:
    """Reads replies to a form's questions. Started once; holds no state between messages."""

    def __init__(self, file: FormsFile, words: Words) -> None:
        """Make a reader; `words` gives a text's words in their normal forms."""
        self._forms = file.forms
        self._words = words
        phrases = file.phrases
        self._choices = {
            question.slot: Finder({one.value: one.words for one in question.choices}, words)
            for form in file.forms.values()
            for question in form.questions
        }
        steering = {"skip": phrases.skip, "stop": phrases.stop, "change": phrases.change, "correct": phrases.correction}
        alone = ("skip", "stop")  # a single word of these counts only when it is the whole message
        several = {name: [one for one in some if name not in alone or " " in one] for name, some in steering.items()}
        self._steering = Finder(several, words)
        self._whole = {" ".join(words(form)): name for name in alone for form in steering[name]}
        self._places = {" ".join(words(form)): place for place, some in enumerate(phrases.ordinals) for form in some}
        said = {word for form in file.forms.values() for one in form.questions for word in _vocabulary(one, words)}
        self._correct = corrector(said, english(), SHORTEST)

    def __call__(self, text: str, form: str, slots: Slots) -> FormReply | None:
        """Read a message in a form.

        Args:
            text: The patient's message.
            form: The form's name.
            slots: The replies so far.

        Returns:
            What it does in the form; None when it is no reply to any of its questions.
        """
        joined = " ".join(map(self._correct, self._words(text)))
        steering = {label for label, _, _ in self._steering(joined)} | {self._whole.get(joined, "")}
        if "stop" in steering:
            return FormReply({}, stop=True)
        current = self._forms[form].next(slots)
        if current is None:
            return None
        if "skip" in steering:
            return FormReply({current.slot: {"value": SKIPPED, "told": None}})
        named = [one for one in self._forms[form].questions if slots.get(one.slot) and one.name in joined.split()]
        if "correct" in steering or (named and "change" in steering):
            rest = _without(joined, self._steering)
            given = [one for one in reversed(self._forms[form].questions) if slots.get(one.slot)]
            for question in [*named, current, *given]:
                reply = self._read(question, rest, rest)
                before = (slots.get(question.slot) or {}).get("value")
                found = self._reply(question, reply) if reply and reply["value"] != before else None
                # A polite "sorry, yes" must not turn an earlier reply into a warning sign.
                if found and not (found.alarm and question in given and question not in named):
                    return found
        asks = is_question(text)
        brief = len(joined.split()) <= SHORT and not is_surely_a_question(text)
        if asks and not brief and not current.questions_too:
            return None
        reply = self._read(current, text, joined)
        if reply is None and current.text and (current.questions_too or not asks):
            reply = {"value": text.strip(), "told": text.strip()}
        return self._reply(current, reply) if reply else None

    def explains(self, text: str, form: str, slots: Slots) -> bool:
        """Whether a message says nothing but a harmless choice of the question that is asked ("only the left leg")."""
        current = self._forms[form].next(slots)
        joined = " ".join(map(self._correct, self._words(text)))
        chosen = self._chosen(current, joined) if current else None
        if current is None or chosen is None or chosen.alarm:
            return False
        return set(_without(joined, self._choices[current.slot]).split()) <= STOP_WORDS

    def change(self, text: str, form: str, slots: Slots) -> str | None:
        """Return the slot of the reply that a patient wants to change once a form is through; None for none."""
        if self._forms[form].next(slots):
            return None
        words = self._words(text)
        if "change" not in {label for label, _, _ in self._steering(" ".join(words))}:
            return None
        return next((one.slot for one in self._forms[form].questions if one.name in words), None)

    @staticmethod
    def _reply(question: Question, reply: dict[str, Any]) -> FormReply:
        chosen = next((one for one in question.choices if one.value == reply["value"]), None)
        return FormReply({question.slot: reply}, alarm=bool(chosen and chosen.alarm))

    def _read(self, question: Question, text: str, joined: str) -> dict[str, Any] | None:
        """Read a reply to one question."""
        # A correction may say more than its number: "change my minutes to 12 please".
        numbers = (word for word in text.split() if word[0].isdigit())
        if question.measure and (found := _measure(text) or next(filter(None, map(_measure, numbers)), None)):
            return found
        titles = {" ".join(self._words(choice.title)): choice for choice in question.choices}
        place = self._places.get(joined, len(question.choices))
        chosen = titles.get(joined) or next(iter(question.choices[place : place + 1]), None)
        chosen = chosen or self._chosen(question, joined)
        if chosen is None or (question.text and len(joined.split()) > SHORT):
            return None
        return {"value": chosen.value, "told": chosen.told}

    def _chosen(self, question: Question, joined: str) -> Choice | None:
        """Take the choice whose words are the longest found: "downhill is fine" says more than "downhill"."""
        found = self._choices[question.slot](joined)
        if not found:
            return None
        value = max(found, key=lambda one: one[2] - one[1])[0]
        return next(choice for choice in question.choices if choice.value == value)


def _without(text: str, phrases: Finder) -> str:
    """Return a text without the phrases that are found in it."""
    for _, start, end in reversed(phrases(text)):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split())


def _vocabulary(question: Question, words: Words) -> set[str]:
    return {word for choice in question.choices for form in choice.words for word in words(form)}


def _measure(text: str) -> dict[str, Any] | None:
    text = text.rstrip("? ")
    found = next(iter(measures(text)), None)
    if found is None and (number := bare_number(text)) is not None:
        found = Measure(number, "minutes")
    if found is None:
        return None
    words = in_words(found.amount, found.unit, found.to)
    return {"value": found.amount, "unit": found.unit, "to": found.to, "told": words}


def told(form: Form, slots: Slots) -> Iterable[tuple[Question, Choice | None, str]]:
    """Yield each question that has a reply, the choice if it was one, and how the reply is told."""
    for question in form.questions:
        reply = slots.get(question.slot)
        if reply and reply["value"] != SKIPPED:
            chosen = next((one for one in question.choices if one.value == reply["value"]), None)
            yield question, chosen, reply["told"]
