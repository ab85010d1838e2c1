"""Reads a message in a guided talk: a reply, a correction, or steering."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot.conversation.clauses import PAUSE, in_clauses, unmarked, without
from bot.conversation.forms import SKIPPED, Form, FormChange, FormReply, FormsFile, Question, Slots, forms
from bot.conversation.replies import SHORT, Replies, own_words, taken
from bot.conversation.slots import CHANGE_ASKED, FORM_FINISHED, UNSURE_OF
from bot.conversation.steering import Steering
from bot.conversation.story_reader import Confirmation
from bot.text.finder import Finder, Match, Words
from bot.text.parts import is_question, is_surely_a_question
from bot.text.spelling import corrector, english

REPLIES_BEGIN = (
    "is ",
    "are ",
    "am ",
    "can ",
    "does not ",
    "do not ",
    "did not ",
)  # these begin second-language replies too, not only questions
FEW = 2  # maximum words of a correction if the question takes any words
SHORTEST = 4  # minimum letters of a word that is recognised when misspelt


@dataclass(frozen=True)
class _Turn:
    """A message in a form.

    Attributes:
        text: The message as typed.
        said: The message in clauses.
        name: The form's name.
        form: The form.
        slots: The replies so far.
        current: The open question.
        given: The questions that have a reply, latest first.
        named: The questions that have a reply and that the message names.
        rights: Spans that ask for a change or correction.
    """

    text: str
    said: str
    name: str
    form: Form
    slots: Slots
    current: Question
    given: list[Question]
    named: list[Question]
    rights: list[Match] = field(default_factory=list)


class FormReader:
    """Reads messages in a form. Started once; holds no state between messages."""

    def __init__(self, file: FormsFile, words: Words) -> None:
        """Make a reader; `words` gives a text's words in their normal forms."""
        self._forms, phrases = file.forms, file.phrases
        self._words = words
        self._replies = Replies(file, words)
        self._steering = Steering(phrases, words)
        self._rights = Finder({"change": phrases.change, "correct": phrases.correction}, words)
        self._names = {
            name: Finder({one.slot: [one.name, *one.also] for one in form.questions}, words)
            for name, form in file.forms.items()
        }
        self._refusals = {" ".join(words(form)) for form in phrases.refusal}
        self._confirms = Confirmation(phrases, words)
        self._correct = corrector(self._replies.vocabulary, english(), SHORTEST)

    def __call__(self, text: str, form: str, slots: Slots) -> FormReply | None:
        """Read a message in a form.

        Args:
            text: The patient's message.
            form: The form's name.
            slots: The conversation's slots, with the replies so far.

        Returns:
            What it does in the form; None if it replies to none of its questions.
        """
        said = self._said(text)
        current = self._forms[form].next(slots)
        if current is None:
            return FormReply({}, stop=True) if self._steering(said) == "stop" else None
        turn = self._turn(text, said, form, slots, current)
        ways = (self._confirmed, self._button, self._steered, self._corrected, self._replied)
        return next(filter(None, (way(turn) for way in ways)), None)

    def takes_words(self, form: str, slots: Slots) -> bool:
        """Return whether the open question takes any words, in any language."""
        current = self._forms[form].next(slots)
        return current is not None and current.text

    def explains(self, text: str, form: str, slots: Slots) -> bool:
        """Return whether a message only makes a harmless choice of the open question ("only the left leg")."""
        current, said = self._forms[form].next(slots), self._said(text)
        reply = self._replies.read(current, text, said) if current else None
        choice = current.choice(reply["value"]) if current and reply else None
        return bool(current and choice and not choice.alarm and self._replies.only(current, said))

    def touches(self, text: str, form: str, slots: Slots) -> bool:
        """Return whether a message speaks of what the open question asks, although it may be no reply to it."""
        current = self._forms[form].next(slots)
        return current is not None and self._replies.touches(current, self._said(text))

    def change(self, text: str, slots: Slots) -> FormChange | None:
        """Return the reply that a patient wants to change after a form is finished, or None."""
        through = [name for name, form in self._forms.items() if form.next(slots) is None]
        through.sort(key=lambda name: name != slots.get(FORM_FINISHED))  # the last finished form comes first
        said = self._said(text)
        if not through:
            return None
        if self._steering(said) == "any":
            return FormChange(through[0], {})
        rights = [one for one in self._rights(said) if one[0] == "change"]
        for name in through:
            found = self._names[name](said)
            asked = slots.get(CHANGE_ASKED) == name and self._steering.polite(without(said, found))
            if not found or not (rights or asked):
                continue
            question = next(one for one in self._forms[name].questions if one.slot == found[0][0])
            rest = without(said, [*found, *rights])
            reply = self._replies.read(question, rest, rest) if not question.text else None
            begins = any(start == 0 for _, start, _ in rights)
            # "Should I change my medicines?" and "the wrong pills upset me" do not ask to change the page.
            if self._steering.polite(rest) or (not is_question(text) and (reply or begins)):
                choice = question.choice(reply["value"]) if reply else None
                return FormChange(name, {question.slot: reply}, alarm=bool(choice and choice.alarm))
        return None

    def _said(self, text: str) -> str:
        return in_clauses(text, self._words, self._correct)

    def _turn(self, text: str, said: str, form: str, slots: Slots, current: Question) -> _Turn:
        questions = self._forms[form].questions
        given = [one for one in reversed(questions) if slots.get(one.slot)]
        called = {one[0] for one in self._names[form](said)}
        named = [one for one in questions if one.slot in called and slots.get(one.slot)]
        return _Turn(text, said, form, self._forms[form], slots, current, given, named, self._rights(said))

    def _confirmed(self, turn: _Turn) -> FormReply | None:
        """Read "yes" or "no" to the question whether the patient's story was read rightly."""
        return self._confirms(turn.current, turn.text, turn.said, turn.slots)

    def _button(self, turn: _Turn) -> FormReply | None:
        """Read a button's words or place; an older question's button corrects that question's reply."""
        if turn.current.text and is_question(turn.text):
            return None
        if chosen := self._replies.title(turn.current, turn.said):
            return self._taken(turn, turn.current, taken(chosen))
        if button := self._replies.place(turn.current, turn.text, turn.said):
            return self._taken(turn, turn.current, self._replies.read(turn.current, button, self._said(button)))
        for question in turn.given if not turn.current.text else ():
            titles = {" ".join(self._words(title)) for title in question.suggestions}
            chosen = self._replies.title(question, turn.said)
            if chosen or unmarked(turn.said) in titles:
                return self._taken(turn, question, self._replies.read(question, turn.text, turn.said))
        return None

    def _steered(self, turn: _Turn) -> FormReply | None:
        """Read steering; `_replied` reads "OK", which steers only if it is no reply."""
        # "I want to stop after 5 minutes" is a reply.
        measured = turn.current.measure and self._replies.read(turn.current, turn.text, turn.said) is not None
        label = self._steering(turn.said, whole=turn.current.text or measured)
        before = turn.form.before(turn.current, turn.slots)
        if label == "stop":
            return FormReply({}, stop=True)
        if label == "skip":
            return FormReply({turn.current.slot: {"value": SKIPPED, "told": None}})
        if label == "restart":
            return FormReply(dict.fromkeys((one.slot for one in turn.form.questions), None))
        if label in ("back", "any"):
            return FormReply({before.slot: None}) if before else FormReply({}, again="first")
        if label in ("repeat", "plainer", "why"):
            return FormReply({}, again=label)  # type: ignore[arg-type]  # just those three
        return None

    def _corrected(self, turn: _Turn) -> FormReply | None:
        """Read a correction of an earlier reply ("no, I meant 10"), or a request to change it by its name."""
        changes = bool(turn.named) and any(label == "change" for label, _, _ in turn.rights)
        if changes or any(label == "correct" for label, _, _ in turn.rights):
            names = self._names[turn.name](turn.said) if turn.named else []
            rest = without(turn.said, _apart([*turn.rights, *names]))
            tail = turn.said[max(end for _, _, end in turn.rights) :].strip(" ,.")
            # If the question takes any words, "actually I tried sitting more" is a reply.
            if turn.current.text and not turn.named and not 0 < len(tail.split()) <= FEW:
                return None
            for words in filter(None, dict.fromkeys((tail, self._unrefused(rest)))):
                for question in [*turn.named, turn.current, *turn.given]:
                    if found := self._right(turn, question, words):
                        return found
            return FormReply({turn.named[0].slot: None}) if changes and not is_question(turn.text) else None
        return self._refused(turn)

    def _refused(self, turn: _Turn) -> FormReply | None:
        """Read "no, 10" after the bot repeated a reply: it fits an earlier question, but not the open one."""
        rest = self._unrefused(turn.said)
        if rest == turn.said or turn.current.text:
            return None
        if self._replies.read(turn.current, rest, rest):
            return None
        return next(filter(None, (self._right(turn, question, rest) for question in turn.given)), None)

    def _unrefused(self, said: str) -> str:
        """Remove the "no" that begins a correction."""
        opening, _, rest = said.partition(f" {PAUSE} ")
        return rest if opening in self._refusals and rest else said

    def _right(self, turn: _Turn, question: Question, words: str) -> FormReply | None:
        """Read words as a new reply to a question; "sorry, yes" alone turns no earlier reply into a warning sign."""
        if question.text and question not in turn.named:
            return None
        reply = self._replies.read(question, words, words)
        if reply is None or reply["value"] == (turn.slots.get(question.slot) or {}).get("value"):
            return None
        found = self._taken(turn, question, reply)
        meant = question == turn.current or question in turn.named or self._replies.names_a_sign(question, words)
        return found if meant or not (found and found.alarm) else None

    def _replied(self, turn: _Turn) -> FormReply | None:
        """Read a reply to the open question."""
        current, said = turn.current, turn.said
        asks = is_question(turn.text)
        brief = len(unmarked(said).split()) <= SHORT and not is_surely_a_question(turn.text)
        if asks and not current.questions_too and not (brief and self._may_reply(turn)):
            return self._unsure(turn) if self._replies.unsure(said, whole=True) else None
        reply = self._replies.read(current, turn.text, said, asks=asks and not current.questions_too)
        if reply is not None:
            return self._taken(turn, current, reply)
        if self._steering(said, whole=True) == "agreed":
            return FormReply({}, again="agreed")
        if self._replies.unsure(said, whole=current.text):
            return self._unsure(turn)
        if current.text and unmarked(said) and (current.questions_too or not asks):
            return FormReply({current.slot: own_words(turn.text)})
        if asks and brief and self._replies.names_a_sign(current, said):
            return FormReply({}, again="plainer")
        # "Bending does nothing" is a reply, though not an offered one.
        return FormReply({}) if self._says_nothing_else(turn, asks) else None

    def _says_nothing_else(self, turn: _Turn, asks: bool) -> bool:
        """Return whether a message that makes no choice has only words of the open question."""
        only = bool(unmarked(turn.said)) and self._replies.only(turn.current, turn.said)
        return only and not asks and not turn.current.text

    def _may_reply(self, turn: _Turn) -> bool:
        """Return whether an apparent brief question may be a reply: "sitting maybe?", "is worse uphill"."""
        marked = turn.text.rstrip().endswith("?")
        return marked or (turn.said.startswith(REPLIES_BEGIN) and self._replies.only(turn.current, turn.said))

    def _taken(self, turn: _Turn, question: Question, reply: dict[str, Any] | None) -> FormReply | None:
        """Return what a reply to a question does."""
        choice = question.choice(reply["value"]) if reply else None
        if reply is None:
            return None
        if choice and choice.unsure:
            return self._unsure(turn)
        if turn.slots.get(question.slot) and turn.slots[question.slot]["value"] == reply["value"]:
            return FormReply({}, again="repeat")
        return FormReply({question.slot: reply}, alarm=bool(choice and choice.alarm))

    @staticmethod
    def _unsure(turn: _Turn) -> FormReply:
        """Ask again in plainer words; being unsure twice about a warning sign is an alarm."""
        again = turn.slots.get(UNSURE_OF) == turn.current.slot
        return FormReply({}, again="unsure", alarm=again and turn.current.unsure_alarms)


def _apart(spans: Iterable[Match]) -> list[Match]:
    """Drop spans that overlap a longer one."""
    kept: list[Match] = []
    for one in sorted(spans, key=lambda span: span[1] - span[2]):
        if all(one[2] <= other[1] or other[2] <= one[1] for other in kept):
            kept.append(one)
    return kept


@cache
def form_reader(words: Words) -> FormReader:
    """Return the reader of the project's talks, started once per process; raise DataError if their file is wrong."""
    return FormReader(forms(), words)
