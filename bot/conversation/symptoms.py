"""Extracts what a message tells of symptoms: what, where, what brings it, what eases it, since when, whose.

Phrases name the things (symptoms.yml); words around them say whether a thing is so, after the ConText algorithm
(Harkema et al., Journal of Biomedical Informatics 42, 2009).
"""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path

from bot.conversation.clauses import in_clauses
from bot.conversation.symptom_context import Around, Kind, Place, Told, covered
from bot.datafile import Strict, read
from bot.text.finder import LATEST, Words
from bot.text.parts import SENTENCE, is_question
from bot.text.phrases import PhraseFinder, parse
from bot.text.phrases import Words as Sets
from bot.text.spelling import corrector, english
from bot.text.terms import plain_words

FILE = Path(__file__).with_name("symptoms.yml")
CUES = (
    "no_places",
    "no_triggers",
    "gone",
    "eases",
    "does_not_ease",
    "when",
    "hurts",
    "does_not_hurt",
    "denials",
    "no_denials",
    "breaks",
    "not_told",
)
LONGEST = 3000  # characters that are read: more is no story, and must not hold up others
SHORTEST = 5  # letters of a word that is corrected when misspelt


class SymptomsFile(Strict):
    """The file `symptoms.yml`."""

    words: Sets
    symptoms: dict[str, list[str]]
    places: dict[str, list[str]]
    no_places: list[str]
    no_triggers: list[str]
    gone: list[str]
    sides: dict[str, list[str]]
    triggers: dict[str, list[str]]
    reliefs: dict[str, list[str]]
    onsets: list[str]
    whose: dict[str, list[str]]
    eases: list[str]
    does_not_ease: list[str]
    when: list[str]
    hurts: list[str]
    does_not_hurt: list[str]
    denials: list[str]
    no_denials: list[str]
    breaks: list[str]
    not_told: list[str]


class SymptomReader:
    """Reads messages. Started once; holds no state between messages."""

    def __init__(self, file: SymptomsFile, words: Words) -> None:
        """Make a reader; `words` gives a text's words in their normal forms."""
        named: dict[Kind, dict[str, list[str]]] = {
            "symptom": file.symptoms,
            "place": file.places,
            "side": file.sides,
            "trigger": file.triggers,
            "relief": file.reliefs,
            "whose": file.whose,
            "onset": {"": file.onsets},
        }
        self._things = {
            kind: PhraseFinder((name, parse(phrase, file.words)) for name, some in phrases.items() for phrase in some)
            for kind, phrases in named.items()
        }
        self._cues = {
            cue: PhraseFinder((cue, parse(phrase, file.words)) for phrase in getattr(file, cue)) for cue in CUES
        }
        vocabulary = {word for finder in self._things.values() for word in finder.vocabulary if word.isalpha()}
        self._correct: Callable[[str], str] = corrector(vocabulary, english(), SHORTEST)
        self._words = words
        # The pipeline's components ask for the same text.
        self._latest: Callable[[str], tuple[Told, ...]] = lru_cache(LATEST)(self._read)

    def __call__(self, text: str) -> tuple[Told, ...]:
        """Return what a message tells, each thing once; what is denied here and told there counts as told."""
        return self._latest(text)

    def _read(self, text: str) -> tuple[Told, ...]:
        tokens = in_clauses(text[:LONGEST], self._words, self._correct).split()
        found = {kind: _longest(finder(tokens)) for kind, finder in self._things.items()}
        # "I lean on the cart" names the cart; a phrase for what eases is longer than one for what brings.
        both = {(start, end) for _, start, end in _longest([*found["trigger"], *found["relief"]])}
        for kind in ("trigger", "relief"):
            found[kind] = [one for one in found[kind] if one[1:] in both]
        cues = {cue: _longest(finder(tokens)) for cue, finder in self._cues.items()}
        no_triggers = covered(cues["no_triggers"])
        found["trigger"] = [one for one in found["trigger"] if one[1] not in no_triggers]
        # "On my feet" and "hands on my knees" are no places.
        other = covered([*found["trigger"], *found["relief"], *cues["no_places"]])
        found["place"] = [
            one
            for one in found["place"]
            if one[1] not in other
            and not (one[0] == "foot" and one[1] > 0 and tokens[one[1] - 1].isdigit())  # nor are "100 feet"
        ]
        around = Around(tokens, cues, found)
        told = list(around.told())
        sure = {(one.kind, one.value) for one in told if not one.denied}
        return tuple(one for one in dict.fromkeys(told) if not (one.denied and (one.kind, one.value) in sure))

    def plainly(self, text: str) -> tuple[Told, ...]:
        """Return what the sentences of `sentences` tell, without what they deny."""
        told = [one for sentence in self.sentences(text) for one in self(sentence) if not one.denied]
        return tuple(dict.fromkeys(told))

    def sentences(self, text: str) -> list[str]:
        """Return the sentences that each tell a symptom, its place, and what brings or eases it, and ask nothing.

        In a long story, a symptom in one sentence and a posture in another may have nothing to do with each other.
        """
        return [sentence for sentence in SENTENCE.split(text[:LONGEST]) if self._plain(sentence)]

    def _plain(self, sentence: str) -> bool:
        if is_question(sentence):
            return False
        kinds = {one.kind for one in self(sentence) if not one.denied}
        return {"symptom", "place"} <= kinds and not kinds.isdisjoint(("trigger", "relief"))


def _longest(found: Iterable[Place]) -> list[Place]:
    """Return the places that overlap no longer one, in the text's order; of equally long ones the first."""
    kept: list[Place] = []
    taken: set[int] = set()
    for one in sorted(found, key=lambda place: (place[1] - place[2], place[1])):
        if taken.isdisjoint(range(one[1], one[2])):
            taken.update(range(one[1], one[2]))
            kept.append(one)
    return sorted(kept, key=lambda place: place[1])


@cache
def symptom_reader() -> SymptomReader:
    """Return the reader of the project's symptoms, started once per process."""
    return SymptomReader(read(FILE, SymptomsFile), plain_words)
