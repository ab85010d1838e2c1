"""Reads a text for the alarm: normal forms of words, sentences, and the phrases of the data files."""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import spacy
from spacy.symbols import NORM, ORTH
from spacy.tokens import Token

from bot.alarm.rules import Rules
from bot.text.noise import without_noise
from bot.text.phrases import PhraseFinder, parse
from bot.text.spelling import corrector, english

FRAGMENT = 4  # words: so few do not make a sentence
FRAGMENT_ASKED = 2  # nor do so few make a question
ANSWERS = {"no", "nope", "nah", "yes", "yeah"}
SHORTEST = 4  # letters of a word that is corrected when misspelt


class Span(NamedTuple):
    """A run of tokens: the first, and one past the last."""

    start: int
    end: int

    def lies_in(self, other: "Span") -> bool:
        """Return whether the span lies inside another one."""
        return other.start <= self.start and self.end <= other.end


Match = tuple[Span, ...]  # where a rule's concepts are, in the rule's order
Spans = dict[str, list[Span]]  # by name, each list in the text's order


@dataclass(frozen=True)
class Reading:
    """A text as the rules see it.

    Attributes:
        tokens: Its tokens.
        words: Their normal forms, with corrected spelling.
        sentences: The number of each token's sentence.
        personal: The sentences about somebody's own body.
        concepts: Where the signs' concepts are.
        cues: Where the cues are; a cue's exceptions are under "not" and its name.
    """

    tokens: list[Token]
    words: list[str]
    sentences: list[int]
    personal: set[int]
    concepts: Spans
    cues: Spans

    def characters(self, match: Match) -> tuple[int, int]:
        """Return where a sign's words begin and end in the text."""
        last = self.tokens[max(part.end for part in match) - 1]
        return self.tokens[min(match).start].idx, last.idx + len(last)

    def sentences_of(self, match: Match) -> range:
        """Return the sentences from a sign's first word to its last."""
        last = max(part.end for part in match) - 1
        return range(self.sentences[min(match).start], self.sentences[last] + 1)

    def leads(self, span: Span, reach: int, links: set[str]) -> bool:
        """Return whether a span is among the first words of its sentence, or follows a word that links clauses."""
        first = span.start - bisect_left(self.sentences, self.sentences[span.start])
        previous = self.words[span.start - 1]
        return first < reach or previous in links or "\n" in previous

    def meant(self, cue: str) -> list[Span]:
        """Return a cue's places, except those inside one of its exceptions."""
        if cue not in self.cues:  # nearly always
            return []
        exceptions = self.cues.get(f"not {cue}", [])
        starts = [other.start for other in exceptions]
        ends = [0, *itertools.accumulate((other.end for other in exceptions), max)]
        return [place for place in self.cues[cue] if place.end > ends[bisect_right(starts, place.start)]]


class Reader:
    """Reads texts. Start once, call often; keeps no state between texts but corrected spellings."""

    def __init__(self, rules: Rules) -> None:
        self._nlp = spacy.blank("en")
        tokenizer: Any = self._nlp.tokenizer
        for verb, forms in rules.words.contractions.items():
            for form in forms:
                parts = [{ORTH: form[:2], NORM: verb}, {ORTH: form[2:], NORM: "not"}]
                tokenizer.add_special_case(form, parts)
        for word, forms in rules.words.misspellings.items():
            for form in forms:
                tokenizer.add_special_case(form, [{ORTH: form, NORM: word}])
        words = rules.words.words
        self._sentence_ends = set(rules.context.sentence_ends)
        self._selves = set(words["self"])
        self._concepts = PhraseFinder(
            (name, parse(phrase, words)) for name, phrases in rules.concepts for phrase in phrases
        )
        self._cues = PhraseFinder(
            (label, parse(phrase, words))
            for name, cue in rules.context.cues.items()
            for label, phrases in ((name, cue.phrases), (f"not {name}", cue.pseudo))
            for phrase in phrases
        )
        vocabulary = self._concepts.vocabulary | self._cues.vocabulary
        no_misspellings = english().keys() | set(rules.words.not_misspellings)
        self._correct: Callable[[str], str] = corrector(vocabulary, no_misspellings, SHORTEST)

    def __call__(self, text: str) -> Reading:
        """Read a text."""
        tokens = [
            token
            for token in self._nlp.make_doc(without_noise(_plain(text)))
            if "\n" in token.text or not token.is_space
        ]
        words = [self._correct(token.norm_) for token in tokens]
        sentences: list[int] = list(itertools.accumulate(self._ends(words)))
        personal = {number for word, number in zip(words, sentences, strict=True) if word in self._selves}
        concepts = _within_sentences(self._concepts, words, sentences)
        cues = _within_sentences(self._cues, words, sentences)
        return Reading(tokens, words, sentences, personal, concepts, cues)

    def _ends(self, words: list[str]) -> Iterator[bool]:
        """Yield for each word whether it ends a sentence; "No," at the start is a sentence by itself."""
        length, answer = 0, False
        for word in words:
            end = word in self._sentence_ends or "\n" in word
            # "Clitoris. No feeling." is one sentence to a reader, "No. It is fine." and "Is it bad? My …" are two.
            whole = length > (FRAGMENT_ASKED if word == "?" else FRAGMENT)
            yield (end and (whole or answer)) or (word == "," and answer)
            length, answer = (0, False) if end else (length + 1, length == 0 and word in ANSWERS)


def _within_sentences(finder: PhraseFinder, words: list[str], sentences: list[int]) -> Spans:
    """Find phrases that lie within one sentence."""
    found: Spans = {}
    for name, start, end in finder(words):
        if sentences[start] == sentences[end - 1]:
            found.setdefault(name, []).append(Span(start, end))
    return found


def _plain(text: str) -> str:
    """Return a text in lower case with plain apostrophes; every character keeps its place."""
    lower = "".join(small if len(small := character.lower()) == 1 else character for character in text)
    return SPLIT.sub(r"\1't", lower.translate(PLAIN))


# A button's payload writes several words as one.
PLAIN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'", "_": " ", "/": " "})
# "Can t": an apostrophe was lost.
SPLIT = re.compile(r"\b(can|couldn|don|doesn|didn|isn|aren|wasn|weren|won|wouldn|shouldn|hasn|haven|hadn|ain) t\b")
