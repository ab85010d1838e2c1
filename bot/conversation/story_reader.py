"""Finds replies to the guided talks' questions in a patient's story, and reads whether the patient confirms them."""

import re

from bot.conversation.clauses import MARKS, without
from bot.conversation.forms import FormReply, Phrases, Question, Slots
from bot.conversation.replies import PLACE, Reply, measured, taken
from bot.conversation.slots import STORY
from bot.conversation.story import Story
from bot.conversation.symptoms import symptom_reader
from bot.text.finder import Finder, Words
from bot.text.measures import measures

RIGHT, MISREAD, OTHER = "right", "misread", "other"
BUTTONS = {"1": RIGHT, "2": MISREAD}
WALKING = ("trigger", "walking")
CLAUSE = re.compile(r"[,;:]|\b(?:and|but|then|so)\b", re.IGNORECASE)
WALK = re.compile(r"\bwalk", re.IGNORECASE)
NO_LIMIT = re.compile(r"\b(?:later|ago|less|rest|sit\w*|old)\b", re.IGNORECASE)  # beside these a time is none of a walk


class Confirmation:
    """Reads whether a patient confirms what the story told. Holds no state between messages."""

    def __init__(self, phrases: Phrases, words: Words) -> None:
        """Make a reader; `words` gives a text's words in their normal forms."""
        first, second, *later = phrases.ordinals
        right = [*phrases.right, *phrases.steering.labels["agreed"], *first]
        wrong = [*phrases.misread, *phrases.refusal, *second]
        other = [phrase for some in later for phrase in some]
        self._finder = Finder({RIGHT: right, MISREAD: wrong, OTHER: other}, words)

    def __call__(self, question: Question, text: str, said: str, slots: Slots) -> FormReply | None:
        """Return what a message does that confirms what the story told to a question, or denies it, and nothing else.

        Args:
            question: The open question.
            text: The message as typed.
            said: The same in clauses.
            slots: The conversation's slots.
        """
        told = told_before(question, slots)
        if told is None:
            return None
        found = self._finder(said)
        labels = {label for label, _, _ in found}
        number = PLACE.fullmatch(text.strip())
        if number and not question.measure:  # "2" may be two minutes
            labels = {BUTTONS.get(number[1], OTHER)}
        elif set(without(said, found).split()) - MARKS:
            return None
        if labels == {RIGHT}:
            return FormReply({question.slot: told})
        if labels == {OTHER}:  # the question's own buttons are not shown
            return FormReply({}, again="unclear")
        return FormReply({}, again="misread") if labels == {MISREAD} else None


def told_before(question: Question, slots: Slots) -> Reply | None:
    """Return what the patient's story says to a question, which the patient must confirm; None if nothing.

    A warning sign is always asked for, and so is what the patient should write in own words.
    """
    story = Story.from_slot(slots.get(STORY))
    if question.slot in story.wrong:
        return None
    return next(filter(None, (_told(question, sentence) for sentence in reversed(story.sentences))), None)


def _walked(sentence: str) -> Reply | None:
    """Return the only time or distance of a sentence as a reply, if its clause speaks of walking."""
    clauses = [clause for clause in CLAUSE.split(sentence) if next(iter(measures(clause)), None)]
    if len(clauses) != 1 or not WALK.search(clauses[0]) or NO_LIMIT.search(clauses[0]):
        return None
    return measured(clauses[0])


def _told(question: Question, sentence: str) -> Reply | None:
    told = {(one.kind, one.value) for one in symptom_reader()(sentence) if not one.denied}
    if question.measure:
        return _walked(sentence) if WALKING in told else None
    if {("side", "left"), ("side", "right")} <= told:  # both legs, or in turn
        return None
    # "Sitting eases it, bending makes it worse": a posture that does both says nothing.
    told -= {("relief", value) for kind, value in told if kind == "trigger"}
    fits = [
        choice
        for choice in question.choices
        if choice.story and all(any((kind, one) in told for one in some) for kind, some in choice.story.items())
    ]
    return taken(fits[0]) if len(fits) == 1 else None
