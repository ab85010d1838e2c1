"""Topic terms: a message's words in their normal forms, with one name for brands and misspellings."""

from functools import cache, lru_cache
from pathlib import Path

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from bot.datafile import Strict, read
from bot.text.finder import LATEST
from bot.text.noise import without_noise
from bot.text.spelling import corrector

TERMS = Path(__file__).with_name("terms.yml")


class TermsFile(Strict):
    """The file `terms.yml`: each term's name, and how patients write it."""

    terms: dict[str, list[str]]


class TermReader:
    """Splits a text into words, and gives each its normal form: a term's name, or the word in lower case."""

    def __init__(self, terms: dict[str, list[str]]) -> None:
        self._nlp = spacy.blank("en")
        self._terms = PhraseMatcher(self._nlp.vocab, attr="NORM")
        for name, forms in terms.items():
            self._terms.add(name, [self._plain(form) for form in forms])
        self._correct = corrector(
            {token.norm_ for forms in terms.values() for form in forms for token in self._plain(form)}
        )

    def _plain(self, text: str) -> Doc:
        # A hyphen or slash separates words: "anti-inflammatory", "MRI/CT".
        return self._nlp.make_doc(without_noise(text.replace("-", " ").replace("/", " ").replace("\u2019", "'")))

    def plain(self, text: str) -> list[str]:
        """Return a text's words in lower case, neither corrected nor brought to a term's name."""
        return [token.norm_ for token in self._plain(text) if not (token.is_space or token.is_punct)]

    def __call__(self, text: str) -> list[tuple[str, int, str]]:
        """Read a text.

        Args:
            text: What a patient wrote.

        Returns:
            For each word or term: its text, its start in `text`, and its normal form. Never empty: a text without words
            is one token.
        """
        doc = self._plain(text)
        for token in doc:
            token.norm_ = self._correct(token.norm_)
        spans = {span.start: span for span in filter_spans(self._terms(doc, as_spans=True))}
        read_: list[tuple[str, int, str]] = []
        place = 0
        while place < len(doc):
            span = spans.get(place)
            token = doc[place]
            if span:
                read_.append((text[span.start_char : span.end_char], span.start_char, span.label_))
            elif not (token.is_space or token.is_punct):
                read_.append((token.text, token.idx, token.norm_))
            place = span.end if span else place + 1
        return read_ or [(text, 0, text)]


@cache
def term_reader() -> TermReader:
    """Return the reader of the project's terms, started once per process."""
    return TermReader(read(TERMS, TermsFile).terms)


def plain_words(text: str) -> list[str]:
    """Return a text's words as they were written, in lower case, with contractions spelt out ("can't": "can not")."""
    return term_reader().plain(text)


def words(text: str) -> list[str]:
    """Return a text's words in their normal forms, with each word of a term by itself."""
    return [*_words(text)]


@lru_cache(LATEST)
def _words(text: str) -> tuple[str, ...]:
    return tuple(word for _, _, normal in term_reader()(text) for word in normal.split())
