"""Which words around a sign silence it."""

import pytest

from bot.alarm.reading import Reading, Span
from bot.alarm.rules import ContextFile, Cue
from bot.alarm.silencing import Silencer

# A cue is a word of the text with its name; S is the sign, "and" ends a clause, a stop ends a sentence.
CUES = {
    "no": Cue(direction="forward", phrases=[]),
    "none": Cue(direction="backward", phrases=[]),
    "if": Cue(direction="forward_sentence", phrases=[]),
    "maybe": Cue(direction="bidirectional", phrases=[]),
    "exam": Cue(direction="message", phrases=[]),
    "here": Cue(direction="none", phrases=[]),
    "others": Cue(direction="bidirectional", phrases=[], impersonal=True),
    "first": Cue(direction="bidirectional", phrases=[], leads=1),
    "asks": Cue(direction="bidirectional", phrases=[], needs="here"),
    "softly": Cue(direction="bidirectional", phrases=[], weakens=True),
    "once": Cue(direction="bidirectional", phrases=[], yields_to="now"),
    "now": Cue(direction="none", phrases=[]),
}
CONTEXT = ContextFile(
    inner_negations=["never"], sentence_ends=["."], terminate=["and"], links=[], unfinished=[], cues=CUES
)


def reading(text: str) -> Reading:
    """A text as the rules see it; "i" makes its sentence a personal one."""
    words = text.split()
    sentences, number = [], 0
    cues: dict[str, list[Span]] = {}
    for place, word in enumerate(words):
        sentences.append(number)
        number += word == "."
        if word in CUES:
            cues.setdefault(word, []).append(Span(place, place + 1))
    personal = {sentences[place] for place, word in enumerate(words) if word == "i"}
    return Reading([], words, sentences, personal, {"S": [Span(words.index("S"), words.index("S") + 1)]}, cues)


@pytest.mark.parametrize(
    ("text", "silenced"),
    [
        ("no S", "no"),
        ("no x S", "no"),
        ("no and S", None),
        ("no and no x S", "no"),
        ("S no", None),
        ("no . S", None),
        ("S none", "none"),
        ("S and x none", "none"),
        ("none S", None),
        ("none S x none", "none"),
        ("if and S", "if"),
        ("S if", None),
        ("S maybe", "maybe"),
        ("S . maybe", None),
        ("exam . x . S", "exam"),
        ("here S", None),
        ("others S", "others"),
        ("i others S", None),
        ("first S", "first"),
        ("x first S", None),
        ("asks S", None),
        ("here . asks S", "asks"),
        ("once S", "once"),
        ("maybe no S", "no"),
    ],
)
def test_cue_silences_what_it_reaches(text: str, silenced: str | None) -> None:
    """A cue silences a sign from its nearest place, under its conditions; the first in the file's order is named."""
    read = reading(text)

    assert Silencer(CONTEXT, read)("legs", tuple(read.concepts["S"]))[0] == silenced


@pytest.mark.parametrize(
    ("text", "weakened"), [("softly S", True), ("once S now", True), ("S", False), ("softly . S", False)]
)
def test_cue_weakens(text: str, weakened: bool) -> None:
    """A cue that weakens, or that yields to another, leaves the sign a suspicion."""
    read = reading(text)

    assert Silencer(CONTEXT, read)("legs", tuple(read.concepts["S"])) == (None, weakened)


def test_negation_in_a_signs_own_words_is_none() -> None:
    """No cue within a sign's words silences it, nor does one with a direction silence a sign that holds a negation."""
    read = reading("no never S")

    assert Silencer(CONTEXT, read)("legs", (Span(0, 3),)) == (None, False)
    assert Silencer(CONTEXT, read)("legs", (Span(1, 3),)) == (None, False)
    assert Silencer(CONTEXT, read, own_words={0})("legs", (Span(2, 3),)) == (None, False)
    assert Silencer(CONTEXT, read)("legs", (Span(2, 3),)) == ("no", True)
