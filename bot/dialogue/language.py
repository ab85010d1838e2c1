"""Whether a message is in English; if not, in which language."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.spelling import english

# What it may take a message for; Japanese has no sentence of ours, and is here so that it is not taken for Chinese.
LANGUAGES = ("en", "ar", "de", "es", "fr", "it", "ja", "ko", "pl", "pt", "ru", "tl", "vi", "zh")
CERTAIN = 0.95  # probability
ENGLISH = 0.5  # share of English words from which on a message is English, whatever it looks like
WORD = re.compile(r"[^\W\d_]+")
LATIN = re.compile(r"[a-zA-Z]")


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def foreign(text: str) -> str | None:
    """Recognise a message that is not in English.

    Args:
        text: A patient's message.

    Returns:
        The language's ISO 639-1 code; None when the message is, or may be, English.
    """
    words = WORD.findall(text.lower())
    if not words or sum(word in english() for word in words) > ENGLISH * len(words):
        return None
    language, probability = _identifier().classify(text)
    if language == "pl" and text.isascii():  # English words misspelt look like it
        return None
    # One word in Latin letters may be a name, a brand or a misspelling.
    if language == "en" or probability < CERTAIN or (len(words) == 1 and LATIN.search(text)):
        return None
    return str(language)
