"""The time that the rules take grows with a message's length, whatever its words are."""

import random
import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings, target
from hypothesis import strategies as st

from bot.alarm.detector import detector
from bot.alarm.rules import load
from bot.text.phrases import AT_LEAST

MOST = 8.0  # times what an ordinary message of that length takes; the worst that was found takes 4
LENGTH = 6000  # characters: more than a piece that is read at once
RULES = load()
NONSENSE = random.Random(0)


def word(length: int) -> str:
    """A row of letters that nobody has written before, and no cache knows."""
    return "".join(NONSENSE.choices("abcdefghijklmnopqrstuvwxyz", k=length))


def spelt_out(phrase: str) -> str:
    """One wording of a phrase of the data files: the first choice at each place, and no gaps."""
    first = [token.strip("?").split("|")[0] for token in phrase.split() if token[0] not in "~!"]
    words = (RULES.words.words[one[1:-1]][0] if one.startswith("<") else one for one in first)
    return " ".join(AT_LEAST.sub(r"\1", one).replace("####", "2019") for one in words)


PHRASES = sorted(
    {spelt_out(phrase) for _, phrases in RULES.concepts for phrase in phrases}
    | {spelt_out(phrase) for cue in RULES.context.cues.values() for phrase in (*cue.phrases, *cue.pseudo)}
)
SIGNS = [
    *".,;:!?()[]{}<>'\"*&%$#@^~=+|\\/-_\n",
    "…",
    "—",
    "•",
    "\u200d",
    "😀",
    "👩‍👩‍👧",
    "🏳️‍🌈",
    "ﷺ",
    "½",
    "é",
    "尿",
    "다리",
    "لا",
]


def repeated(text: str) -> str:
    """A text of the length that is measured."""
    return (text * (LENGTH // len(text) + 1))[:LENGTH]


ORDINARY = repeated("My leg hurts when I walk to the shop, and it is better when I sit down. Is that my back? ")


def seconds(text: str) -> float:
    """Seconds of this thread for one character of a text."""
    before = time.thread_time()
    detector()(text)
    return (time.thread_time() - before) / len(text)


def cost(text: str) -> float:
    """How many times as long a text takes as an ordinary one.

    Both are measured in turns, the best of five each: the speed of a machine changes by a factor of two within seconds.
    """
    ordinary, this = [], []
    for _ in range(5):
        ordinary.append(seconds(ORDINARY))
        this.append(seconds(text))
        if min(this) < MOST / 2 * min(ordinary):
            break
    return min(this) / min(ordinary)


@pytest.mark.timed
@pytest.mark.parametrize(
    "text",
    [
        repeated("lad nub should "),
        repeated("leg weak new "),
        repeated("no not never without none "),
        repeated("I can't feel my saddle but no numbness and it is not numb, none of that "),
        repeated("what if i am afraid that i would be numb down below ever "),
        repeated("numb. leg. weak. no. new. pee. now. "),
        repeated("can not could not ").replace(" ", "  "),
        *(repeated(sign) for sign in SIGNS),
        repeated("".join(SIGNS)),
        repeated("(a)[b]{c}'d'"),
        repeated("http://a.b/c?d=e&f@g.h:80 "),
        repeated("a"),
        repeated("numb-"),
        repeated("1.000,50 "),
        " ".join(word(5) for _ in range(1000)),
        " ".join(word(9) for _ in range(600)),
        " ".join(word(13) for _ in range(420)),
        " ".join(word(40) for _ in range(150)),
        "".join(f"{one} " for one in PHRASES)[:20_000],
    ],
    ids=lambda text: repr(text[:20]),
)
def test_no_kind_of_message_takes_long(text: str) -> None:
    """Repeats, signs, long words, words that nobody knows, and cues within cues take no longer than others."""
    assert cost(text) <= MOST


pieces = st.one_of(
    st.sampled_from(PHRASES),
    st.sampled_from(SIGNS),
    st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=16),
    st.text(min_size=1, max_size=6),
    st.integers(0, 10**6).map(str),
)


@pytest.mark.timed
@settings(
    max_examples=400,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.target],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(pieces, min_size=1, max_size=40), st.sampled_from([" ", "", ", ", ". ", "\n"]))
def test_no_message_takes_long(parts: list[str], between: str) -> None:
    """A search for the costliest message, which goes on from what took longest so far, finds none that takes long."""
    taken = cost(repeated(between.join([*parts, ""])))
    target(taken)

    assert taken <= MOST


@pytest.mark.parametrize("place", [0, 5_000, 19_000])
@pytest.mark.parametrize("around", ["lad nub should ", "no numb legs ", "(((", "leg weak. ", "😀"])
def test_no_repeats_hide_a_sign(around: str, place: int) -> None:
    """A sign among many repeats raises the alarm, or is at least suspected, however many denials stand before it."""
    noise = repeated(around) * 4
    text = f"{noise[:place]}\nI can't pee since this morning.\n{noise[place:20_000]}"

    assert detector()(text).doubted is not None


def test_what_is_told_too_often_to_be_looked_at_is_suspected() -> None:
    """Where a sentence denies a sign more often than anybody does, one that is not looked at is no denial."""
    denied = "no numbness between my legs"

    assert detector()(f"{denied} and " * 3 + denied).doubted is None
    assert detector()(f"{denied} and " * 60 + denied).doubted is not None
