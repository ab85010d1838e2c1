"""Everyday words, pain by itself and bare days: no signs; and the words that a learned alarm cannot do without."""

import pytest

from bot.alarm.decide import CHECK
from bot.alarm.detector import detector
from bot.alarm.lessons import lessons
from bot.alarm.rules import ORDER
from workshop.sets import BENCHMARK, REAL, messages, rows

EVERYDAY = [
    "Hello doctor, I have extreme lower back pain",
    "My back's been bad this week",
    "I had an epidural last week and it did nothing",
    "We lost power at home for two days",
    "my phone died",
    "lost my balance at the bank account",
    "the bus stop moved",
    "my neighbor passed away",
    "heart broken",
    "the store was shut",
    "my car broke down and I can't move it",
    "my battery is dead",
    "the power went out on monday",
    "I lost my keys",
    "my dog passed",
    "my back is killing me",
    "I can't stand the noise",
    "lost my wallet last night",
    "the movie was a killer",
    "my computer froze",
    "I'm planning a trip and my back is very sore",
    "we moved house last week",
    "my internet is down since yesterday",
    "My lawn mower won't start",
    "his old heart could not take it",
    "I have a burning question",
    "it's freezing in your waiting room",
    "the elevator is stuck",
    "my sister passed her test",
    "I'm burning up the road to get there",
    "fever pitch at the game",
]


@pytest.mark.parametrize("text", EVERYDAY)
def test_everyday_words_are_no_sign(text: str) -> None:
    """Pain by itself, and everyday things that die, move, break, stop or burn, call for nothing."""
    verdict = detector()(text)

    assert (verdict.doubted, verdict.check) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Hello doctor, I have extreme lower back pain",
        "My back's been bad this week",
        "the pain in my spine is awful at night",
        "I had an epidural last week and it did nothing",
        "MRI says severe stenosis and two bulging discs",
        "both my ankles swell in the evening",
        "ten out of ten pain, nobody helps",
        "my sciatica is back and worse than ever",
    ],
)
def test_pain_alone_anchors_no_same_day_alarm(text: str) -> None:
    """Without fever, wound, cancer, accident, brittle bones or a calf, nothing learned may say that it is for today."""
    assert "same_day" not in detector()(text).anchored


@pytest.mark.parametrize(
    "text",
    [
        "teeth chattering and my back aches",
        "the cut from the operation is leaking",
        "worse every day since the shot on monday",
        "an ulcer on my heel will not heal",
        "I had melanoma and my spine hurts at night",
        "bones like chalk, and my back just went",
        "one calf is fatter than the other",
    ],
)
def test_anchors_of_a_same_day_alarm(text: str) -> None:
    """What a same-day alarm cannot do without is known in many words."""
    assert "same_day" in detector()(text).anchored


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        *((text, None) for text in (
            "today", "this week", "now", "tonight", "I walked 8 minutes today", "last week I walked", "I don't know",
        )),
        *((text, "cauda_equina") for text in (
            "since yesterday", "started Monday", "getting worse", "all of a sudden", "it's new", "for a few days",
            "began last week", "worse every day", "since tuesday", "more and more",
        )),
    ],
)  # fmt: skip
def test_bare_day_is_no_sign_after_a_question_about_weakness(text: str, alarm: str | None) -> None:
    """A reply that only says when is no sign; one that says new or worse is."""
    assert detector()(text, bot_said="Is your leg weak?").alarm == alarm


def test_every_sign_has_an_anchor() -> None:
    """No lesson and no open message that must raise an alarm lacks a word that its sign cannot do without."""
    told = [(one.text, one.outcome) for one in lessons() if one.outcome and one.outcome != CHECK]
    told += [(one.text, one.alarm) for one in messages(BENCHMARK / "open") if one.alarm]
    told += [(row["text"], row["label"]) for row in rows(REAL, "text", "label") if row["label"] in ORDER]

    assert [text for text, kind in told if kind not in detector()(text).anchored] == []
