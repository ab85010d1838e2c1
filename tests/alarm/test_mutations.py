"""What must not matter: how a sign, or its denial, is typed, and what stands around it."""

import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.alarm.detector import detector
from bot.alarm.reading import SHORTEST
from bot.alarm.rules import ORDER
from bot.alarm.verdict import NOTHING
from bot.text.spelling import corrector, english

SIGNS = [
    "I am numb between my legs",
    "there is no feeling when I wipe",
    "my groin and inner thighs have gone numb",
    "I can't pass urine since this morning",
    "I have lost control of my bladder",
    "I'm leaking urine and never did before",
    "my husband soiled himself twice today",
    "she can't feel when she passes stool",
    "no feeling during intercourse since last week",
    "both legs are getting weaker every day",
    "I can't lift my right foot any more",
    "my knee keeps giving way under me",
]
DENIALS = [
    "I have no numbness between my legs",
    "there is no trouble with my bladder or bowels",
    "my husband is not incontinent",
    "she has never lost control of her bladder",
    "I don't have any numbness in my groin",
    "no loss of bladder control and no foot drop",
    "he denies numbness in the saddle area",
]
DENYING = {"never", "denies"}  # without its "never" a denial is none, and the alarm is right
POLITE = ["Hello, ", "Good morning. ", "Dear nurse, ", "Sorry to bother you but ", "Please can you help, ", "Hi\n"]
UNRELATED = [
    "I am 78 years old.",
    "The weather is lovely here.",
    "My daughter drives me to the clinic on Tuesdays.",
    "Thank you for the last answer.",
    "I take my tablets with breakfast.",
]
CHANGES = [
    str.upper,
    str.lower,
    str.title,
    str.swapcase,
    lambda text: text.replace(" ", "   "),
    lambda text: f"  {text} ",
]
MEANT = corrector(english(), shortest=SHORTEST)
ENDS = ["!", "!!!", "...", "?!", " .", " :(", "…"]


@st.composite
def mistyped(draw: st.DrawFn, texts: list[str]) -> str:
    """A text with one letter wrong in a longer word that does not deny, so that it is no word at all."""
    words = draw(st.sampled_from(texts)).split()
    place = draw(
        st.sampled_from(
            [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha() and word not in DENYING]
        )
    )
    word = words[place]
    letter = draw(st.integers(1, len(word) - 2))
    words[place] = draw(
        st.sampled_from(
            [
                word[:letter] + word[letter + 1 :],
                word[:letter] + word[letter] + word[letter:],
                word[:letter] + word[letter + 1] + word[letter] + word[letter + 2 :],
                word[:letter] + draw(st.sampled_from(string.ascii_lowercase)) + word[letter + 1 :],
            ]
        )
    )
    # Else it is another word, and so another sentence, or nobody could tell which is meant ("waker").
    assume(words[place].lower() not in english() and MEANT(words[place].lower()) == word.lower())
    return " ".join(words)


def alarms(text: str) -> bool:
    """Whether the rules, without anybody else to ask, raise the alarm at a text."""
    return detector()(text).suspected == "cauda_equina"


around = st.tuples(st.sampled_from(["", *POLITE]), st.sampled_from(["", *ENDS]), st.sampled_from(["", *UNRELATED]))


@settings(deadline=None)
@given(st.sampled_from(SIGNS), st.sampled_from(CHANGES), around)
def test_sign_stays_a_sign(text: str, change: object, around: tuple[str, str, str]) -> None:
    """Case, spaces, punctuation, a polite beginning and an unrelated end do not hide a sign."""
    before, end, after = around

    assert alarms(f"{before}{change(text)}{end} {after}")  # type: ignore[operator]


@settings(deadline=None)
@given(st.sampled_from(SIGNS), st.sampled_from(UNRELATED))
def test_unrelated_sentence_before_does_not_hide_a_sign(text: str, before: str) -> None:
    """A sign that comes after something else is a sign."""
    assert alarms(f"{before} {text}")


@settings(deadline=None)
@given(mistyped(SIGNS))
def test_mistyped_sign_stays_a_sign(text: str) -> None:
    """One wrong letter does not hide a sign."""
    assert alarms(text)


@pytest.mark.parametrize(("text", "place"), [(text, place) for text in SIGNS for place in range(1, len(text.split()))])
def test_sign_that_is_sent_in_two_messages_is_a_sign(text: str, place: int) -> None:
    """Wherever a sign is cut by sending too early, the second message at the latest raises the alarm."""
    words = text.split()

    first = detector()(" ".join(words[:place]))
    second = detector()(" ".join(words[place:]), first.pending)

    assert "cauda_equina" in (first.suspected, second.suspected)


@settings(deadline=None)
@given(st.sampled_from(DENIALS), st.sampled_from(CHANGES), around)
def test_denial_stays_a_denial(text: str, change: object, around: tuple[str, str, str]) -> None:
    """Case, spaces, punctuation, a polite beginning and an unrelated end make no sign of a denial."""
    before, end, after = around

    assert detector()(f"{before}{change(text)}{end} {after}").suspected is None  # type: ignore[operator]


@settings(deadline=None)
@given(mistyped(DENIALS))
def test_mistyped_denial_stays_a_denial(text: str) -> None:
    """One wrong letter makes no sign of a denial."""
    assert not alarms(text)


@pytest.mark.parametrize(
    ("text", "place"), [(text, place) for text in DENIALS for place in range(2, len(text.split()))]
)
def test_denial_that_is_sent_in_two_messages_is_a_denial(text: str, place: int) -> None:
    """Wherever a denial is cut, neither message raises the alarm; only a lone "no" may answer something else."""
    words = text.split()

    first = detector()(" ".join(words[:place]))
    second = detector()(" ".join(words[place:]), first.pending)

    assert (first.suspected, second.suspected) == (None, None)


@settings(deadline=None)
@given(st.sampled_from(SIGNS), st.text(max_size=40))
def test_what_was_said_before_never_hides_a_sign(text: str, before: str) -> None:
    """Whatever the message before was, short of one that breaks off in a denial, a sign is a sign."""
    assume(not before.lower().split()[-1:] or before.lower().split()[-1] not in {"no", "not", "never", "without"})

    assert detector()(text, detector()(before).pending).suspected == "cauda_equina"


def test_pending_survives_the_slot() -> None:
    """What is open can be written as JSON and read again, as the conversation's store does."""
    import json

    from bot.alarm.verdict import Pending

    pending = detector()("It's about my groin").pending

    assert Pending(**json.loads(json.dumps(vars(pending)))) == pending != NOTHING


@pytest.mark.parametrize("change", [str.upper, lambda text: f"Sorry to bother you but {text}!!"])
@pytest.mark.parametrize("text", SIGNS)
def test_whole_bot_finds_a_sign(say: Callable[..., dict[str, Any]], text: str, change: Callable[[str], str]) -> None:
    """The bot alarms at a sign however it is told, with the voter as with the rules alone."""
    assert say(change(text))["answers"][0] == "urgent.cauda_equina"


@pytest.mark.parametrize("change", [str.upper, lambda text: f"Hello, {text}. Thank you for the last answer."])
@pytest.mark.parametrize("text", DENIALS)
def test_whole_bot_believes_a_denial(
    say: Callable[..., dict[str, Any]], text: str, change: Callable[[str], str]
) -> None:
    """A denial is no sign to the voter either."""
    assert not {f"urgent.{kind}" for kind in ORDER} & set(say(change(text))["answers"])
