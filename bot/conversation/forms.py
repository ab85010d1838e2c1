"""The guided talks: their questions as data, and what a patient's reply does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, validator

from bot.datafile import Strict, read
from bot.knowledge.base import knowledge
from bot.knowledge.values import BULLET, AnswerId

FILE = Path(__file__).with_name("forms.yml")
SKIPPED = "skipped"
Slots = Mapping[str, Any]
# How a question is asked again: after an unclear reply, in plainer words, after "I am not sure", with its reason,
# unchanged, after "OK", because no question precedes it, and because the patient's story was read wrongly.
Again = Literal["unclear", "plainer", "unsure", "why", "repeat", "agreed", "first", "misread"]


class Choice(Strict):
    """A reply that a question expects.

    Attributes:
        title: The button's text; None if no button offers it.
        told: Its wording in a summary.
        words: Phrases that mean it anywhere in a reply.
        surely: Phrases that mean it whatever else the reply says.
        alone: Phrases that mean it only if their clause says nothing else.
        only: Whether it counts only if the reply says nothing else.
        negated: The choice that denying it means, if any.
        points: What the sources link it to.
        says: The observation, with the sources that link it to that.
        alarm: Whether it is a warning sign.
        unsure: Whether it says that the patient cannot tell, so that the bot asks the question again.
        story: What a story tells that comes to it: of each kind of symptoms.yml one of these.
    """

    value: str
    title: str | None = None
    told: str
    words: list[str] = []
    surely: list[str] = []
    alone: list[str] = []
    only: bool = False
    negated: str | None = None
    points: Literal["nerve", "circulation"] | None = None
    says: str | None = None
    alarm: bool = False
    unsure: bool = False
    story: dict[str, list[str]] = {}


class Question(Strict):
    """A question of a form.

    Attributes:
        slot: The Rasa slot that keeps the reply.
        name: The word by which a patient can ask to change it.
        also: Other words for it.
        ask: The question's text.
        plainer: The same in plainer words.
        why: Its reason.
        label: Its name in a summary.
        choices: The expected replies.
        nothing: Phrases that mean no choice, though they may look like one.
        denials: Phrases that deny what precedes them in their clause.
        filler: Words that may stand beside "none" here.
        named: Words of a warning sign; naming one without denying it makes the choice that alarms.
        parts: The same, for words that name a sign only if their clause says nothing else.
        unsure_alarms: Whether being unsure twice is an alarm.
        measure: Whether a time or a distance is a reply.
        suggestions: Measures that buttons offer.
        text: Whether any words are a reply.
        questions_too: Whether a question is a reply as well.
    """

    slot: str
    name: str
    also: list[str] = []
    ask: str
    plainer: str
    why: str
    label: str
    choices: list[Choice] = Field(min_items=1)
    nothing: list[str] = []
    denials: list[str] = []
    filler: list[str] = []
    named: list[str] = []
    parts: list[str] = []
    unsure_alarms: bool = False
    measure: bool = False
    suggestions: list[str] = []
    text: bool = False
    questions_too: bool = False

    @validator("ask", "plainer")
    @classmethod
    def _with_signs(cls, text: str) -> str:
        """Put the canonical warning signs in the place of `{warning_points}`."""
        return text.replace("{warning_points}", knowledge().boxes["signs"].listed)

    @validator("choices")
    @classmethod
    def _negated_are_choices(cls, choices: list[Choice]) -> list[Choice]:
        unknown = {one.negated for one in choices if one.negated} - {one.value for one in choices}
        if unknown:
            raise ValueError(f"negated: no choice is {sorted(unknown)}")
        return choices

    @property
    def lists_signs(self) -> bool:
        """Whether it asks about a list of warning signs, so that "the first" may be one of them."""
        return BULLET in self.ask and any(choice.alarm for choice in self.choices)

    @property
    def buttons(self) -> list[str]:
        """The texts that the buttons show and send."""
        return [*self.suggestions, *(choice.title for choice in self.choices if choice.title)]

    def choice(self, value: Any) -> Choice | None:
        """Return the choice with a value; None for a measure or the patient's own words."""
        return next((one for one in self.choices if one.value == value), None)


class Form(Strict):
    """A guided talk. Asking for an answer starts it."""

    starts_with: AnswerId
    name: str
    sources: dict[str, list[str]]
    opening: str
    questions: list[Question] = Field(min_items=1)

    def next(self, slots: Slots) -> Question | None:
        """Return the first question without a reply."""
        return next((one for one in self.questions if slots.get(one.slot) is None), None)

    def before(self, question: Question, slots: Slots) -> Question | None:
        """Return the last question with a reply before a given one."""
        earlier = self.questions[: self.questions.index(question)]
        return next((one for one in reversed(earlier) if slots.get(one.slot)), None)


class Steering(Strict):
    """How patients steer a form. A phrase counts if the rest of its clause is `polite` words.

    Beside a phrase of two words or more, `polite_beside` words are allowed too.

    Phrases of `anywhere` with three words or more also count in the middle of a message.
    """

    anywhere: list[str]
    polite: list[str]
    polite_beside: list[str]
    labels: dict[Literal["skip", "stop", "back", "restart", "repeat", "plainer", "why", "agreed", "any"], list[str]]


class Phrases(Strict):
    """What patients say in any form.

    Attributes:
        ordinals: Places among the buttons.
        change: Phrases that call a reply wrong by its question's name.
        correction: Phrases that correct the latest reply.
        refusal: A "no" before a correction.
        right: Phrases that agree that the patient's story was read rightly, beside those of `steering.agreed`.
        misread: Phrases that say that it was not, beside `refusal`.
        unsure: Phrases that say that the patient cannot tell.
        filler: Words that may stand beside "none".
        negations: Phrases that deny the words after them.
        no_negations: Phrases that only look like negations.
        breaks: Words that a negation does not reach over.
        because: Words that a denial does not reach back over.
        opens: Words that may precede a denial that reaches ahead: "it is worse when I sit".
        counts: Words that count but are no numbers.
        after_number: Words that may follow a number of minutes without a unit.
    """

    steering: Steering
    ordinals: list[list[str]]
    change: list[str]
    correction: list[str]
    refusal: list[str]
    right: list[str]
    misread: list[str]
    unsure: list[str]
    filler: list[str]
    negations: list[str]
    no_negations: list[str]
    breaks: list[str]
    because: list[str]
    opens: list[str]
    counts: list[str]
    after_number: list[str]


class FormTexts(Strict):
    """The texts around the questions."""

    progress: str
    back: str
    skip: str
    stop: str
    again: str
    put_aside: str
    unclear: str
    told: str
    right: str
    misread: str
    agreed: str
    first: str
    noted: str
    skipped: str
    stopped: str
    summary_title: str
    nerve: str
    circulation: str
    neither: str
    mixed: str
    only_an_exam: str
    print: str
    change: str
    change_any: str
    which: str
    visit_title: str
    visit_intro: str
    visit_note: str
    visit_ready: str
    selfcheck_heading: str
    visit_heading: str
    story_heading: str


class FormsFile(Strict):
    """The file `forms.yml`."""

    forms: dict[str, Form]
    phrases: Phrases
    texts: FormTexts

    @property
    def of_signs(self) -> list[str]:
        """The slots of the questions with a warning sign among their choices."""
        questions = (question for form in self.forms.values() for question in form.questions)
        return [one.slot for one in questions if any(choice.alarm for choice in one.choices)]

    def started_by(self, answer: str) -> str | None:
        """Return the name of the form that asking for an answer starts."""
        return next((name for name, form in self.forms.items() if form.starts_with == answer), None)


@dataclass(frozen=True)
class FormReply:
    """What a message does in a form.

    Attributes:
        slots: Its replies, by slot: each with `value` (for the program) and `told` (for people); None empties a slot,
            so that its question is asked again.
        stop: Whether it ends the form.
        alarm: Whether it chooses a warning sign.
        again: How the open question is asked again if it gives no reply.
    """

    slots: dict[str, dict[str, Any] | None]
    stop: bool = False
    alarm: bool = False
    again: Again = "unclear"


@dataclass(frozen=True)
class FormChange:
    """A reply to change after a form is finished.

    Attributes:
        form: The form's name.
        slots: The new reply, by slot; None to ask its question; empty to ask which reply to change.
        alarm: Whether the new reply is a warning sign.
    """

    form: str
    slots: dict[str, dict[str, Any] | None]
    alarm: bool = False


@cache
def forms() -> FormsFile:
    """Return the project's forms, read once per process."""
    return read(FILE, FormsFile)


def told(form: Form, slots: Slots) -> Iterable[tuple[Question, Choice | None, str]]:
    """Yield each question that has a reply, its choice if any, and the reply's wording."""
    for question in form.questions:
        reply = slots.get(question.slot)
        if reply and reply["value"] != SKIPPED:
            yield question, question.choice(reply["value"]), reply["told"]
