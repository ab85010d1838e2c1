"""Suicide called by its name: an alarm where somebody is near it now, none where it is only spoken of."""

import pytest

from bot.alarm.detector import detector

NOW = [
    "i think of suicide",
    "im having suicidal thoughts what should i do",
    "low mood and suicidal ideation also there but rarely",
    "feeling suicidal",
    "thinking about doing suicide",
    "I want to do suicide",
    "my husband is suicidal",
    "who do i ring when i get suicidal",
    "I've been having suicidal thoughts again",
    "he says he is considering suicide",
    "this pain makes me so suicidal",
    "suicidal thoughts every night since the op",
    "I tried to commit suicide last night",
    "my mum has suicidal thoughts",
    "Im a bit suicidal tbh",
    "what should i do when i feel suicidal",
    "I keep getting these suicidal urges",
    "sometimes i feel like committing suicide",
    "my mam keeps having suicidal ideas",
    "nobody knows i am thinking of suicide",
    "what do i do if the suicidal feelings are back and im having suicidal thoughts at night",
    "who helps me if i feel like suicide",
]
SPOKEN_OF = [
    "can gabapentin cause suicidal thoughts",
    "my brother committed suicide last year",
    "what are suicidal feelings",
    "does lyrica give suicidal feelings",
    "i am not suicidal",
    "I don't feel suicidal",
    "I have no suicidal thoughts",
    "I have never thought of suicide",
    "never had any suicidal thoughts",
    "the leaflet mentions suicidal thoughts",
    "I'm not suicidal, just fed up",
    "is suicidal ideation a side effect of duloxetine",
    "why does the questionnaire ask about suicide",
    "he isn't suicidal",
    "we watched a film about suicide",
    "no thoughts of suicide, doc asked",
    "I was never suicidal",
    "my gp asked me if i am suicidal and i said no",
    "I've read about suicidal thoughts with gabapentin",
    "are suicidal thoughts common on lyrica",
    "not having suicidal thoughts",
    "I would not commit suicide",
    "suicidal feelings, none",
]


@pytest.mark.parametrize("text", NOW)
def test_somebody_is_near_it(text: str) -> None:
    """Who says so of oneself or of somebody else now is heard by the rules alone, also in a question what to do."""
    assert detector()(text).alarm == "crisis"


@pytest.mark.parametrize("text", SPOKEN_OF)
def test_it_is_only_spoken_of(text: str) -> None:
    """Who denies it, asks about a medicine, or tells of a leaflet raises no alarm by the rules alone."""
    assert detector()(text).alarm is None
