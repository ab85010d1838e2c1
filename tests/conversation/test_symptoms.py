"""What a message tells of symptoms."""

import pytest

from bot.conversation.symptom_context import Told
from bot.conversation.symptoms import FILE, SymptomsFile, symptom_reader
from bot.datafile import read
from bot.knowledge.base import knowledge

read_told = symptom_reader()


def told(text: str) -> set[tuple[str, str]]:
    """What is told, by kind and value; what is denied has a minus before its value."""
    return {(one.kind, f"-{one.value}" if one.denied else one.value) for one in read_told(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        ("hello", set()),
        (
            "both my calves ache when I walk",
            {("symptom", "pain"), ("place", "calf"), ("side", "both"), ("trigger", "walking")},
        ),
        ("my back eases when I bend over", {("place", "back"), ("relief", "bending_forward")}),
        ("sitting does not help my leg", {("relief", "-sitting"), ("place", "leg")}),
        ("no pain and no numbness", {("symptom", "-pain"), ("symptom", "-numbness")}),
        ("uphill is no bother", {("trigger", "-uphill")}),
        ("my back hurts when I lie flat", {("place", "back"), ("symptom", "pain"), ("trigger", "lying")}),
        ("100 feet", set()),
        ("my mother's feet go numb", {("whose", "mother"), ("place", "foot"), ("symptom", "numbness")}),
        ("worried that it goes numb", set()),
        ("numness in my toes since Easter", {("symptom", "numbness"), ("place", "toes"), ("onset", "since easter")}),
        ("I put my hands on my knees and the pain eases", {("symptom", "pain")}),
    ],
)
def test_reads_what_is_told(text: str, expected: set[tuple[str, str]]) -> None:
    """Symptoms, places and the rest are read with what is denied; what is feared or only named is not told."""
    assert told(text) == expected


def test_only_sentences_that_say_all_are_plain() -> None:
    """A symptom, its place and what brings it must stand in one sentence to be said back."""
    assert {one.value for one in read_told.plainly("My calf hurts when I walk. I like sitting.")} == {
        "pain",
        "calf",
        "walking",
    }
    assert read_told.plainly("My calf hurts. I walk a lot. No numbness in my foot when I stand.") == ()


def test_what_is_said_back_can_be_read() -> None:
    """Each thing that the bot has words for is one that the reader knows."""
    file, words = read(FILE, SymptomsFile), knowledge().reflection

    assert words.symptoms.keys() == file.symptoms.keys()
    assert words.places.keys() <= file.places.keys()
    assert words.sides.keys() <= file.sides.keys()
    assert words.triggers.keys() <= file.triggers.keys()
    assert words.reliefs.keys() <= file.reliefs.keys()


def test_denied_and_told_is_told() -> None:
    """Who first denies a thing and then tells it has it."""
    assert Told("symptom", "numbness") in read_told("No numbness at first. Now my foot is numb.")


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("My husband (82) has stenosis. The right leg is weak.", {"husband"}),
        ("Our mom broke her hip, and she has a weak leg", {"mother"}),
        ("I walk with my wife. My legs hurt.", set()),
        ("My wife is worried. My calves hurt when I walk.", set()),
        ("My mother had stenosis too. My left leg hurts when I walk", set()),
        ("My sister says I should write. My calf has hurt for weeks.", set()),
    ],
)
def test_message_begins_with_whose_body_it_is(text: str, whose: set[str]) -> None:
    """Who has or is something at the beginning is whom the message is about; who only says something is not."""
    assert {one.value for one in read_told(text) if one.kind == "whose"} == whose


def test_a_question_is_no_story() -> None:
    """What is asked was not told."""
    assert read_told.sentences("Is it true that leg pain when walking gets better when sitting?") == []
    assert read_told.sentences("My leg hurts when I walk. Why does my leg hurt when I stand?") == [
        "My leg hurts when I walk."
    ]
