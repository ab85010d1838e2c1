"""Detects whether a message is in English, and if not, its language."""

import math
import re
import unicodedata
from collections.abc import Collection
from functools import cache
from pathlib import Path

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.alarm.foreign import plain
from bot.datafile import Strict, read
from bot.text.spelling import english

FILE = Path(__file__).with_name("language.yml")
UNKNOWN = "und"  # ISO 639-2: another language than English, not sure which
LATIN = "LATIN"
CHARACTERS = (
    "CJK",
    "HANGUL",
)  # scripts in which a single letter is a word; elsewhere it is a symbol or part of an emoticon
# By maximum share of English words: how many powers of ten likelier than English another language must be.
LIKELIER = {0.25: 7, 0.5: 8, 0.7: 12, 1: 16}
OWN_WORD = 3  # powers of ten that each word of its own adds to a language's likelihood
HALF = 0.5  # share of English words above which a message is English, whatever the script of the others
STRANGE = 2  # minimum non-English words in Latin letters; one may be a name, a brand or a misspelling
VOWEL = re.compile(r"[aeiouy]")
WORD = re.compile(r"[^\W\d_]+")


class LanguageFile(Strict):
    """The file `language.yml`."""

    scripts: dict[str, list[str]]
    words: dict[str, str]


class Languages:
    """Identifies languages. Holds no state."""

    def __init__(self, path: Path = FILE) -> None:
        """Read the scripts and words; raise DataError if the file is wrong."""
        file = read(path, LanguageFile)
        self._identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE)
        self._scripts = file.scripts
        self._words = {
            language: re.compile(rf"(?<!\w)(?:{'|'.join(plain(patterns).split())})(?!\w)")
            for language, patterns in file.words.items()
        }

    def __call__(self, text: str) -> str | None:
        """Recognise a message that is not in English; see `foreign`."""
        text = _bare(unicodedata.normalize("NFKC", text).lower())
        words = [word for word in WORD.findall(text) if _is_word(word)]
        others = {script for word in words for script in map(_script, word)} - {LATIN}
        if others:
            script = next((name for name in self._scripts if name in others), "")
            return (
                None if _count_english(words) > HALF * len(words) else self._likeliest(text, script, self._own(text))[0]
            )
        return self._in_latin(text, words)

    def _in_latin(self, text: str, words: list[str]) -> str | None:
        own = self._own(text)
        if not any(own.values()) and len(words) - _count_english(words) < STRANGE:
            return None
        language, found, likelier = self._likeliest(text, LATIN, own)
        count = _count_english(words, found)
        if len(words) - count < STRANGE:
            return None
        needed = next(needed for share, needed in LIKELIER.items() if count <= share * len(words))
        return language if likelier > needed else None

    def _likeliest(self, text: str, script: str, own: dict[str, list[str]]) -> tuple[str, list[str], float]:
        """Find a text's language among those of its script; `own` has, by language, the words that only it has.

        Returns:
            The likeliest language, or UNKNOWN if not sure; its own words in the text; how many powers of ten it is
            likelier than English.
        """
        languages = self._scripts.get(script, [])
        scores = {
            language: score / math.log(10) + len(own.get(language, [])) * OWN_WORD
            for language, score in self._identifier.rank(text)
            if language in languages
        }
        best = max(scores, key=scores.__getitem__, default=UNKNOWN)
        found = own.get(best, [])
        likelier = scores[best] - scores["en"] if "en" in scores else math.inf
        return best if found or len(languages) == 1 else UNKNOWN, found, likelier

    def _own(self, text: str) -> dict[str, list[str]]:
        """Return, by language, the words of a text that only it has."""
        words = plain(text)
        return {language: [found.group() for found in own.finditer(words)] for language, own in self._words.items()}


@cache
def _languages() -> Languages:
    return Languages()


def foreign(text: str) -> str | None:
    """Return the language of a message that is not in English.

    Args:
        text: A patient's message.

    Returns:
        None if the message is, or may be, English; else the language's ISO 639-1 code if that is sure; else UNKNOWN, so
        that the bot does not reply in a related but wrong language.
    """
    return _languages()(text)


def _bare(text: str) -> str:
    """Drop diacritics, which would split words, and symbols, which look foreign to the identifier."""
    return " ".join("".join(letter for letter in text if unicodedata.category(letter)[0] not in "MS").split())


def _script(letter: str) -> str:
    """Return the first word of a letter's name; a modifier letter, such as an apostrophe, is Latin."""
    return LATIN if unicodedata.category(letter) == "Lm" else unicodedata.name(letter, "").split(" ")[0]


def _count_english(words: Collection[str], others: Collection[str] = ()) -> int:
    """Count the words that may be English and are not among `others`, another language's words."""
    return sum(plain(word) not in others and _may_be_english(word) for word in words)


def _may_be_english(word: str) -> bool:
    """Return whether a word is English, or may be English written without vowels."""
    return word in english() or (word.isascii() and not VOWEL.search(word))


def _is_word(word: str) -> bool:
    """Return whether a word is more than a symbol, part of an emoticon, or one repeated letter."""
    letters = {letter for letter in word if _script(letter) != LATIN} or set(word)
    return len(letters) > 1 or word in english() or any(_script(letter) in CHARACTERS for letter in letters)
