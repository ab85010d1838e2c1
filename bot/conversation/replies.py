"""Reads a patient's reply to one question of a guided talk."""

import re
from collections.abc import Iterable
from typing import Any

from spacy.lang.en.stop_words import STOP_WORDS

from bot.conversation.clauses import MARKS, Clauses, holds, unmarked, without
from bot.conversation.forms import Choice, FormsFile, Question
from bot.text.finder import Finder, Match, Words
from bot.text.measures import Measure, bare_number, measures
from bot.text.units import in_words

SHORT = 5  # maximum words of a reply that counts even with a question mark
OWN = 12  # maximum words of a distance in a patient's own words
NOTHING, SIGN, PART = "", "sign", "part"  # labels of phrases that belong to no choice
PLACE = re.compile(r"(?:(?:number|nr|no[.]|option|choice|answer|button|#|№)\W*)?([1-9])\s*[.):]?", re.IGNORECASE)
Reply = dict[str, Any]


class Replies:
    """Reads replies to the questions. Holds no state between messages."""

    def __init__(self, file: FormsFile, words: Words) -> None:
        """Build the finders; `words` gives a text's words in their normal forms."""
        phrases, questions = file.phrases, [one for form in file.forms.values() for one in form.questions]
        self._words = words
        self.vocabulary = {word for one in questions for some in _labelled(one).values() for word in _each(some, words)}
        self._clauses = Clauses(phrases, words)
        self._finders = {one.slot: Finder(_labelled(one), words) for one in questions}
        self._denials = {one.slot: Finder({"": one.denials}, words) for one in questions}
        choices = [(one.slot, choice) for one in questions for choice in one.choices]
        self._alone, self._surely = (
            {(slot, choice.value, " ".join(words(form))) for slot, choice in choices for form in getattr(choice, name)}
            for name in ("alone", "surely")
        )
        self._none: Finder = Finder({}, words)
        self._unsure = Finder({"": phrases.unsure}, words)
        self._filler = _each(phrases.filler, words)
        # Words without a meaning of their own may stand beside a phrase that must stand alone.
        self._loose = (STOP_WORDS | self._filler | _each([*phrases.steering.polite, *phrases.breaks], words)) - _each(
            phrases.negations, words
        )
        self._counts, self._after = Finder({"": phrases.counts}, words), Finder({"": phrases.after_number}, words)
        self._places = {" ".join(words(form)): place for place, some in enumerate(phrases.ordinals) for form in some}

    def title(self, question: Question, said: str) -> Choice | None:
        """Return the choice whose button a reply repeats word for word."""
        titled = (one for one in question.choices if one.title)
        return next((one for one in titled if " ".join(self._words(one.title or "")) == unmarked(said)), None)

    def place(self, question: Question, text: str, said: str) -> str | None:
        """Return the text of the button whose number or place a reply names; a bare number may be a measure instead."""
        number = PLACE.fullmatch(text.strip())
        place = int(number[1]) - 1 if number and not question.measure else None
        if place is None and not question.lists_signs:
            place = self._places.get(unmarked(said))
        return next(iter(question.buttons[place : place + 1]), None) if place is not None else None

    def read(self, question: Question, text: str, said: str, *, asks: bool = False) -> Reply | None:
        """Read a reply to a question.

        Args:
            question: The question.
            text: The reply as typed.
            said: The same in clauses; see `bot.conversation.clauses.in_clauses`.
            asks: Whether it looks like a question; then naming a sign does not report it.

        Returns:
            The reply for the program and for people; None if it is no reply.
        """
        if question.measure and (found := self._measured(question, text, said)):
            return found
        chosen = self.title(question, said) or self._listed(question, said) or self._chosen(question, said, asks=asks)
        return taken(chosen) if chosen else None

    def _listed(self, question: Question, said: str) -> Choice | None:
        """Return the choice that alarms where a reply names one of the listed signs by its place: "the second one"."""
        if not question.lists_signs or unmarked(said) not in self._places:
            return None
        return next(choice for choice in question.choices if choice.alarm)

    def unsure(self, said: str, *, whole: bool = False) -> bool:
        """Return whether a reply says that the patient cannot tell, and with `whole` nothing else."""
        found = self._unsure(said)
        return bool(found) and (not whole or self._left(said, found) <= self._loose)

    def names_a_sign(self, question: Question, said: str) -> bool:
        """Return whether a reply names a sign that a question asks about, and does not deny it."""
        spans = self._finders[question.slot](said)
        return self._tells_a_sign(said, spans, self._denied(question, said, spans))

    def touches(self, question: Question, said: str) -> bool:
        """Return whether a reply has a phrase of one of the question's choices, denied or not."""
        return any(question.choice(label) for label, _, _ in self._finders[question.slot](said))

    def only(self, question: Question, said: str) -> bool:
        """Return whether a reply has only the question's phrases and words without a meaning of their own."""
        left = self._left(said, self._finders[question.slot](said))
        return left <= self._loose | _each(question.filler, self._words)

    def _chosen(self, question: Question, said: str, *, asks: bool) -> Choice | None:
        """Return the choice that is named and not denied, longest phrase first, or the one that a denial means."""
        unsure = self._unsure(said)
        # "Not at all sure" does not mean "not at all".
        spans = [
            one
            for one in self._finders[question.slot](said)
            if not any(holds(other, one) and other[1:] != one[1:] for other in unsure)
        ]
        denied = self._denied(question, said, spans)
        if not asks and self._tells_a_sign(said, spans, denied):
            return next(choice for choice in question.choices if choice.alarm)
        cues = self._cues(said, spans)
        told: list[tuple[tuple[bool, bool, int], Choice]] = []  # surely, not alone, length
        meant = set()
        for span in spans:
            choice = question.choice(span[0])
            alone = self._is_alone(question, said, span)
            if choice is None or (alone and not self._stands_alone(said, span, spans, cues)):
                continue
            if span in denied:
                meant.add(choice.negated)
            else:
                surely = (question.slot, span[0], said[span[1] : span[2]]) in self._surely
                told.append(((surely, not alone, span[2] - span[1]), choice))
        if not told:
            return question.choice(next(iter(meant))) if len(meant) == 1 else None
        best = max(told, key=lambda one: one[0])[1]
        # "Climbing. Coming down I could whistle": of two equally strong choices, take none.
        rivals = {
            choice.value
            for (surely, whole, _), choice in told
            if (surely, whole) == max(told, key=lambda one: one[0])[0][:2]
        }
        if len(rivals) > 1 and not any(choice.alarm or choice.only for _, choice in told):
            return None
        left = self._left(said, [span for span in spans if span not in denied and span[0] not in (SIGN, PART)])
        nothing_else = left <= self._filler | _each(question.filler, self._words) and not any(
            one[0] == NOTHING for one in spans
        )
        if best.only:
            return best if nothing_else and (question.text or not unsure) else None
        # "Yes, all fine" is neither a yes nor a no; "yes, I don't feel it" is a yes.
        unclear = best.alarm and nothing_else and any(other.only for _, other in told)
        return None if unclear else best

    def _denied(self, question: Question, said: str, spans: list[Match]) -> set[Match]:
        denials = self._denials[question.slot]
        near_denials = self._none if question.named else denials  # "everything works fine" denies only signs
        chosen = [one for one in spans if not self._is_alone(question, said, one)]
        near = self._clauses.denied(said, spans, near_denials, chosen)
        # "Not sure, perhaps the bladder" denies nothing.
        own = [*(one for one in spans if one[0] in (SIGN, PART, NOTHING)), *self._unsure(said)]
        far = self._clauses.denied(said, spans, denials, own, far=True)
        # "No, I can't pee": no other negation denies a sign that is itself a negation.
        cues = self._clauses.cues(said)
        far = {one for one in far if not any(holds(one, cue) for cue in cues)}
        return {one for one in spans if one in (far if one[0] in (SIGN, PART) else near)}

    def _tells_a_sign(self, said: str, spans: list[Match], denied: set[Match]) -> bool:
        told = [one for one in spans if one not in denied]
        cues = self._cues(said, spans)
        return any(one[0] == SIGN or (one[0] == PART and self._stands_alone(said, one, spans, cues)) for one in told)

    def _is_alone(self, question: Question, said: str, span: Match) -> bool:
        return (question.slot, span[0], said[span[1] : span[2]]) in self._alone

    def _stands_alone(self, said: str, span: Match, spans: list[Match], cues: list[Match]) -> bool:
        """Return whether a phrase's clause says nothing else."""
        start, end = self._clauses.around(said, span)
        same = [one for one in spans if one[0] == span[0]]
        inside = [one for one in [*same, *cues] if start <= one[1] and one[2] <= end]
        moved = [(label, first - start, last - start) for label, first, last in inside]
        return self._left(said[start:end], moved) <= self._loose

    def _cues(self, said: str, spans: list[Match]) -> list[Match]:
        """Return the words that deny others and lie outside the spans."""
        return [cue for cue in self._clauses.cues(said) if all(cue[2] <= one[1] or one[2] <= cue[1] for one in spans)]

    def _left(self, said: str, spans: Iterable[Match]) -> set[str]:
        return set(without(said, spans).split()) - MARKS

    def _measured(self, question: Question, text: str, said: str) -> Reply | None:
        """Read a time or a distance; one with an unknown unit stays in the patient's words."""
        if found := measured(text):
            return found
        nothing = [one for one in self._finders[question.slot](said) if one[0] == NOTHING]
        counted = bool(self._counts(said))
        for number in re.finditer(r"\S+", said):
            if bare_number(number[0]) is None or number[0] == "one":
                continue
            start, end = self._clauses.around(said, ("", number.start(), number.end()))
            if any(start <= one[1] and one[2] <= end for one in nothing):
                continue
            behind = said[number.end() : end].strip()
            # "12 please" and "15 not 50" are minutes; "3 aisles" are not.
            if number[0][0].isdigit() and (not behind or any(one[1] == 0 for one in self._after(behind))):
                return measured(number[0])
            counted = True
        return own_words(text) if counted and len(said.split()) <= OWN else None


def taken(choice: Choice) -> Reply:
    """Return a choice as a reply."""
    return {"value": choice.value, "told": choice.told}


def own_words(text: str) -> Reply:
    """Return a reply in the patient's own words."""
    return {"value": text.strip(), "told": text.strip()}


def _labelled(question: Question) -> dict[str, list[str]]:
    """Return a question's phrases by what they mean: a choice's value, nothing, or a sign."""
    choices = {one.value: [*one.words, *one.surely, *one.alone] for one in question.choices}
    return {**choices, NOTHING: question.nothing, SIGN: question.named, PART: question.parts}


def _each(phrases: Iterable[str], words: Words) -> set[str]:
    return {word for phrase in phrases for word in words(phrase)}


def measured(text: str) -> Reply | None:
    """Return the first time or distance of a text as a reply, or None; a bare number is minutes."""
    text = text.rstrip("? ")
    found = next(iter(measures(text)), None)
    if found is None and (number := bare_number(text)) is not None:
        found = Measure(number, "minutes")
    if found is None:
        return None
    words = in_words(found.amount, found.unit, found.to)
    return {"value": found.amount, "unit": found.unit, "to": found.to, "told": words}
