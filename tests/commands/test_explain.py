"""`stride explain`: what the bot sees in a message."""

import asyncio
from typing import Any

import pytest
from rich.table import Table

from bot.commands.explain import explain, rows
from bot.datafile import DataError

QUIET = {"raised": None, "by": None, "probability": 0.01, "check": None}


def explained(text: str, alarm: dict[str, Any], intent: str = "aids.brace", **others: Any) -> list[tuple[str, str]]:
    """What is said of a message of which Rasa has made this."""
    ranking = [{"name": name, "confidence": 0.5 / place} for place, name in enumerate([intent, *"abcdefg"], start=1)]
    parse = {"intent": {"name": intent}, "intent_ranking": ranking, "threshold": 0.75, "alarm": alarm}
    parse |= {"entities": [], **others}
    return list(rows(text, parse))


def test_sign_and_its_words_are_shown() -> None:
    """A sign is shown with its rule, its words in the message, and that it counts."""
    raised = {"raised": "urgent.cauda_equina", "by": "rules", "probability": 0.9, "check": None}

    found = explained("My saddle area is numb", raised, "urgent.cauda_equina")

    (sign,) = [explanation for name, explanation in found if name == "sign"]
    assert sign.startswith("cauda_equina: saddle, rule ")
    assert sign.endswith('"saddle area is numb": counts')
    assert ("rules", "raise cauda_equina") in found
    assert ("alarm", "urgent.cauda_equina, by the rules alone") in found


def test_cue_that_silences_is_named() -> None:
    """A denied sign is shown with the cue that silences it, and the cue's words."""
    found = explained("I have no numbness in my saddle area", QUIET)

    signs = [explanation for name, explanation in found if name == "sign"]
    assert signs
    assert all('silenced by negation "no"' in sign for sign in signs)
    assert ("rules", "remind of the signs, since one was spoken of") in found


def test_corrected_spelling_is_shown() -> None:
    """A word that is read as another one is shown beside it."""
    found = dict(explained("my sadle is nubm", QUIET))

    assert found["alarm's words"] == "my saddle[sadle] is numb[nubm]"


def test_likeliest_answers_are_shown() -> None:
    """The five likeliest answers stand there with the threshold."""
    found = explained("does a brace help", QUIET)

    assert [explanation[:5] for name, explanation in found if name == "answers"] == [
        *("0.500", "0.250", "0.167", "0.125", "0.100"),
        "from ",
    ]


def test_act_is_shown() -> None:
    """What the patient does stands there with what the message says, and how a follow-up was resolved."""
    entities = [{"entity": "answer", "value": "aids.brace"}, {"entity": "reply", "value": 8, "role": "minutes"}]
    found = explained("does it help", QUIET, entities=entities, rule="same topic")

    assert [said for name, said in found if name == "entities"] == ["answer: aids.brace", "reply (minutes): 8"]
    assert ("decision", "aids.brace, a follow-up: same topic") in found


@pytest.mark.parametrize("text", ["", "!!!", "/aids.brace", '/aids.brace{"a": 1}'])
def test_nothing_to_explain(text: str) -> None:
    """What a patient cannot say is refused by its name: no words, or a button's command."""
    with pytest.raises(DataError, match="has no words, or is a command"):
        explain(text)


@pytest.mark.rasa
@pytest.mark.parametrize(
    ("text", "decision", "alarm"),
    [
        ("does a back brace help?", "aids.brace", "none"),
        ("I am numb between my legs and can't pee", "urgent.cauda_equina", "urgent.cauda_equina, by the rules alone"),
    ],
)
def test_of_the_real_bot(agent: Any, text: str, decision: str, alarm: str) -> None:
    """What Rasa really makes of a message is explained."""
    found = list(rows(text, asyncio.run(agent.parse_message(text))))

    assert found[0] == ("message", text)
    assert found[-1] == ("decision", decision)
    assert ("alarm", alarm) in found


@pytest.mark.rasa
@pytest.mark.usefixtures("var")
def test_message_in_a_conversation() -> None:
    """What was written before is counted in: a reply in a guided talk, a follow-up."""
    [reply] = shown(explain("about 10 minutes", ["check my symptoms", "none of these"]))[-1:]
    [follow_up] = shown(explain("does it work?", ["what is a brace"]))[-1:]

    assert reply == "reply"
    assert follow_up.startswith("aids.brace, a follow-up: same topic")


def shown(table: Table) -> list[str]:
    """The second column of a table."""
    return [str(cell) for cell in table.columns[1].cells]


def test_anchors_of_a_check_are_shown() -> None:
    """A check is shown with who called for it, and the words that it points at."""
    found = explained("my feet tingle", {"raised": None, "by": "voter", "probability": 0.2, "check": "cauda_equina"})

    assert ("anchors", 'cauda_equina: "feet", "tingle"') in found
    assert ("alarm", "check, cauda_equina, by the second voter alone, in whose words such a sign can stand") in found
