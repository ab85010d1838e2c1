"""The detector's competitors in the benchmark: keywords, alone and with off-the-shelf context rules."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy
from pydantic import Field

from bot.datafile import Strict, read

Alarms = Callable[[str], bool]
HELD = ("is_negated", "is_historical", "is_hypothetical", "is_family", "is_uncertain")  # medspaCy's own attributes


class KeywordsFile(Strict):
    """A list of phrases."""

    keywords: list[str] = Field(min_items=1)


def keywords(file: Path) -> Alarms:
    """Alarm at any of the phrases."""
    nlp = _matcher(file)
    return lambda text: bool(nlp(text.lower()).ents)


def negspacy(file: Path) -> Alarms:
    """Alarm at any of the phrases that negspaCy's default rules do not negate."""
    import negspacy.negation  # noqa: F401  # registers the component; only the benchmark needs it

    nlp = _matcher(file)
    nlp.add_pipe("negex")
    return lambda text: any(not entity._.negex for entity in nlp(text.lower()).ents)


def medspacy(file: Path) -> Alarms:
    """Alarm at any of the phrases that medspaCy's default context rules do not silence."""
    import medspacy.context  # noqa: F401  # registers the component; only the benchmark needs it

    nlp = _matcher(file)
    nlp.add_pipe("medspacy_context")
    return lambda text: any(not any(getattr(entity._, name) for name in HELD) for entity in nlp(text.lower()).ents)


def _matcher(file: Path) -> spacy.language.Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    ruler: Any = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "NORM"})
    ruler.add_patterns([{"label": "SIGN", "pattern": phrase} for phrase in read(file, KeywordsFile).keywords])
    return nlp
