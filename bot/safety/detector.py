"""The alarm's rules at work: a pure function from a message to the warning signs in it.

The rules are data (`signs.yml`, `context.yml`); what they must do is settled by the safety policy. Signs are found as
concepts near each other in a sentence; words around them (negation, questions to learn, …) silence them after the
ConText algorithm (Harkema et al., Journal of Biomedical Informatics 42, 2009), with two differences for patients'
wording: a sign whose own words hold a negation ("can't pee") is never silenced by one, and somebody else's symptoms
count.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import spacy
from spacy.tokens import Token

from bot.safety.phrases import PhraseFinder, parse
from bot.safety.rules import ORDER, AlarmKind, ContextFile, Cue, Rule, SignsFile, load
from bot.spelling import corrector

PIECE, OVERLAP = 3000, 300  # characters
LONGEST = 12  # words: no phrase of a concept is longer


@dataclass(frozen=True)
class Finding:
    """A sign in a message.

    Attributes:
        alarm: Which alarm it belongs to.
        sign: Its row in the policy's table.
        rule: The name of the rule that found it.
        start: Where the matched words begin, in characters.
        end: Where they end.
        silenced: The name of the cue that silences it; None when it counts.
    """

    alarm: AlarmKind
    sign: str
    rule: str
    start: int
    end: int
    silenced: str | None


@dataclass(frozen=True)
class Verdict:
    """What the detector says of a message: the signs that it found, and the version of the rules."""

    findings: tuple[Finding, ...]
    version: str

    @property
    def alarm(self) -> AlarmKind | None:
        """The alarm to raise, the gravest first; None when nothing counts."""
        raised = {finding.alarm for finding in self.findings if not finding.silenced}
        return next((kind for kind in ORDER if kind in raised), None)

    @property
    def silenced(self) -> bool:
        """Whether a sign was spoken of but does not count: such a message gets the reminder."""
        return self.alarm is None and bool(self.findings)


class Span(NamedTuple):
    """A run of tokens: the first, and the one after the last."""

    start: int
    end: int

    def lies_in(self, other: "Span") -> bool:
        """Whether all of it is part of another one."""
        return other.start <= self.start and self.end <= other.end


Match = tuple[Span, ...]  # where a rule's concepts stand, in the rule's order


@dataclass(frozen=True)
class _Message:
    """A message as the rules see it: its tokens, their normal forms and the number of each one's sentence."""

    tokens: list[Token]
    words: list[str]
    sentences: list[int]
    personal: set[int]  # the sentences that speak of somebody's own body

    def spans(self, finder: PhraseFinder) -> dict[str, list[Span]]:
        """Find phrases, and keep by name those that lie within one sentence, in their order."""
        found: dict[str, list[Span]] = {}
        for name, start, end in finder(self.words):
            if self.sentences[start] == self.sentences[end - 1]:
                found.setdefault(name, []).append(Span(start, end))
        return found

    def characters(self, match: Match) -> tuple[int, int]:
        """Where a sign's words begin and end in the text."""
        last = self.tokens[max(part.end for part in match) - 1]
        return self.tokens[min(match).start].idx, last.idx + len(last)

    def leads(self, span: Span, reach: int, clause_ends: set[str]) -> bool:
        """Whether a span stands among the first words of its sentence, or begins a clause in it."""
        first = span.start - bisect_left(self.sentences, self.sentences[span.start])
        previous = self.words[span.start - 1]
        return first < reach or previous in clause_ends or "\n" in previous


class Detector:
    """Finds warning signs by rules. Holds no state between messages; start once, call often."""

    def __init__(self, signs: SignsFile, context: ContextFile) -> None:
        self._signs = signs
        self._context = context
        self._nlp = spacy.blank("en")
        self._inner = set(context.inner_negations)
        self._sentence_ends = set(context.sentence_ends)
        self._clause_ends = set(context.clause_ends) | self._sentence_ends
        self._selves = set(context.words.get("self", []))
        self._concepts = PhraseFinder(
            (name, parse(phrase, signs.words)) for name, phrases in signs.concepts.items() for phrase in phrases
        )
        self._cues = PhraseFinder(
            (label, parse(phrase, context.words))
            for name, cue in context.cues.items()
            for label, phrases in ((name, cue.phrases), (f"not {name}", cue.not_these))
            for phrase in phrases
        )
        self._correct = corrector(self._concepts.vocabulary | self._cues.vocabulary, signs.not_misspellings)

    def __call__(self, text: str) -> Verdict:
        """Look for warning signs.

        Args:
            text: A patient's message. A long one is read in overlapping pieces, so that the time stays linear.

        Returns:
            The signs that were found, with those that context silences marked.
        """
        findings = {
            finding
            for start in range(0, max(len(text) - OVERLAP, 1), PIECE - OVERLAP)
            for finding in self._read(text, start)
        }
        in_order = sorted(findings, key=lambda finding: (finding.start, finding.end, finding.rule))
        return Verdict(tuple(in_order), self._signs.version)

    def _read(self, text: str, start: int) -> set[Finding]:
        """Look at the piece of a text that begins at a place."""
        piece = _plain(text[start : start + PIECE])
        tokens = [token for token in self._nlp.make_doc(piece) if "\n" in token.text or not token.is_space]
        words = [self._correct(token.norm_) for token in tokens]
        # The number of the sentence that each token stands in.
        ends = (word in self._sentence_ends or "\n" in word for word in words)
        sentences: list[int] = list(itertools.accumulate(ends))
        personal = {number for word, number in zip(words, sentences, strict=True) if word in self._selves}
        message = _Message(tokens, words, sentences, personal)
        concepts = message.spans(self._concepts)
        if not concepts:
            return set()
        signs = [(rule, match) for rule in self._signs.rules for match in _combine(rule, concepts, sentences)]
        cues = message.spans(self._cues)
        # A negation in a sign's own words ("can't pee") says nothing of another sign.
        own_words = {place for _, match in signs for part in match for place in range(part.start, part.end)}
        return {
            Finding(rule.alarm, rule.sign, rule.name, start + first, start + end, silencer)
            for rule, match in signs
            for silencer in [self._silencer(rule, match, cues, own_words, message)]
            for first, end in [message.characters(match)]
        }

    def _silencer(
        self, rule: Rule, match: Match, cues: dict[str, list[Span]], own_words: set[int], message: _Message
    ) -> str | None:
        """Name the cue that silences a sign, or None."""
        loss = any(not self._inner.isdisjoint(message.words[part.start : part.end]) for part in match)
        for name, cue in self._context.cues.items():
            if cue.only and rule.sign not in cue.only:
                continue
            if cue.needs and not cues.get(cue.needs):
                continue
            directed = cue.reaches in ("after", "before")
            if directed and loss:
                continue
            places = (place for place in _meant(name, cues) if not (directed and place.start in own_words))
            if any(self._reaches(cue, place, match, message) for place in places):
                return name
        return None

    def _reaches(self, cue: Cue, place: Span, match: Match, message: _Message) -> bool:
        """Whether a cue at a place silences a sign."""
        if any(place.lies_in(part) for part in match):
            return False  # the sign's own words
        if cue.reaches in ("message", "nothing"):
            return cue.reaches == "message"
        if message.sentences[place.start] != message.sentences[match[0].start]:
            return False
        if cue.leads and not message.leads(place, cue.leads, self._clause_ends):
            return False
        if cue.impersonal and message.sentences[place.start] in message.personal:
            return False
        if cue.reaches == "after":
            later = (part for part in match if place.end <= part.start)
            return any(self._clause_ends.isdisjoint(message.words[place.end : part.start]) for part in later)
        return cue.reaches == "sentence" or place.start >= max(part.end for part in match)


@cache
def detector() -> Detector:
    """Return the project's own detector, started once a process."""
    return Detector(*load())


def _meant(name: str, cues: dict[str, list[Span]]) -> list[Span]:
    """Return a cue's places without those that lie in one of its exceptions."""
    exceptions = cues.get(f"not {name}", [])
    return [place for place in cues.get(name, []) if not any(place.lies_in(other) for other in exceptions)]


def _combine(rule: Rule, concepts: dict[str, list[Span]], sentences: list[int]) -> Iterable[Match]:
    """Return the places where all the rule's concepts stand near each other in one sentence, in any order."""
    matches: set[Match] = {(span,) for span in concepts.get(rule.all[0], [])}
    for name in rule.all[1:]:
        others = concepts.get(name, [])
        starts = [other.start for other in others]
        longer: set[Match] = set()
        for match in matches:
            start, end = min(match).start, max(part.end for part in match)
            nearest = bisect_left(starts, start - rule.within - LONGEST)
            for other in others[nearest : bisect_right(starts, end + rule.within)]:
                near = max(other.start - end, start - other.end) <= rule.within
                if near and sentences[other.start] == sentences[start]:
                    longer.add((*match, other))
        matches = longer
    return matches


def _plain(text: str) -> str:
    """Bring a text into lower case and plain apostrophes, every character staying in its place."""
    lower = "".join(small if len(small := character.lower()) == 1 else character for character in text)
    return lower.replace("\u2019", "'").replace("\u2018", "'")
