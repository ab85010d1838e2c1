"""The schema of labelled messages and dialogues, and the benchmark that is told in it."""

from collections import Counter
from pathlib import Path

import pytest

from bot.alarm.labelled import dialogues, examples
from bot.alarm.rules import ORDER
from bot.datafile import DataError
from bot.settings import ROOT

BENCHMARK = ROOT / "tests" / "benchmark"
HALVES = ["open", "set_aside"]
SIGNS = {"saddle", "bladder", "bowel", "sexual", "legs"}
STYLES_OF_SIGNS = {
    "plain", "euphemism", "slang", "typos", "sms", "capitals", "carer", "uncertain", "minimising", "buried",
    "mixed_negation", "fragment", "explained_away", "gradual", "no_back_pain", "conditional", "question",
    "second_language", "contrast",
}  # fmt: skip
REASONS = {
    "denial", "learning", "future_fear", "past_over", "other_meaning", "ordinary_claudication", "everyday"
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alarms: {cauda_equina: {saddle: {plainly: [numb]}}}", "plainly"),
        ("alarms: {cauda_equine: {}}", "cauda_equine"),
        ("look_alikes: {joke: {plain: [ha]}}", "joke"),
        ("lookalikes: {}", "lookalikes"),
    ],
)
def test_wrong_label_is_told(tmp_path: Path, text: str, said: str) -> None:
    """A label that does not exist is told with the file."""
    path = tmp_path / "messages.yml"
    path.write_text(text)

    with pytest.raises(DataError, match=said) as told:
        examples([path])

    assert str(path) in str(told.value)


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ("{patient: a, bot: b, alarm: none}", "either `patient` or `bot`"),
        ("{alarm: none}", "either `patient` or `bot`"),
        ("{patient: a}", "which `alarm` it must raise"),
        ("{patient: a, alarm: fire}", "alarm"),
    ],
)
def test_wrong_turn_is_told(tmp_path: Path, turn: str, said: str) -> None:
    """A turn has one speaker, and the patient's says what it must raise."""
    path = tmp_path / "dialogues.yml"
    path.write_text(f"dialogues: [{{dialogue: d, why: w, turns: [{turn}]}}]")

    with pytest.raises(DataError, match=said):
        dialogues(path)


def test_messages_carry_their_labels(tmp_path: Path) -> None:
    """A message keeps alarm, sign or reason, and style."""
    path = tmp_path / "messages.yml"
    path.write_text("alarms: {crisis: {crisis: {sms: [a]}}}\nlook_alikes: {denial: {plain: [b, c]}}")

    assert [(one.text, one.alarm, one.label, one.style) for one in examples([path])] == [
        ("a", "crisis", "crisis", "sms"),
        ("b", None, "denial", "plain"),
        ("c", None, "denial", "plain"),
    ]


@pytest.mark.parametrize("half", HALVES)
def test_each_half_covers_signs_reasons_and_styles(half: str) -> None:
    """Each half has all signs, reasons, styles and alarms, and about half of what the whole must have."""
    folder = BENCHMARK / half
    found = examples(path for path in sorted(folder.glob("*.yml")) if path.name != "dialogues.yml")
    cauda = [one for one in found if one.alarm == "cauda_equina"]
    look_alikes = [one for one in found if one.label in REASONS]
    of_others = [one for one in found if one.label.startswith("not_")]

    assert {one.label for one in cauda} == SIGNS
    assert {one.style for one in cauda} == STYLES_OF_SIGNS
    assert {one.label for one in look_alikes} == REASONS
    assert {one.alarm for one in found} == {None, *ORDER}
    others = len(found) - len(cauda) - len(look_alikes) - len(of_others)
    counts = (len(cauda), len(look_alikes), others, len(of_others), len(dialogues(folder / "dialogues.yml")))
    assert all(count >= least for count, least in zip(counts, (350, 350, 75, 50, 30), strict=True)), counts


def test_no_message_is_in_both_halves() -> None:
    """What is set aside is not known from the open half, nor told twice."""
    found = examples(path for path in sorted(BENCHMARK.glob("*/*.yml")) if path.name != "dialogues.yml")

    twice = [text for text, count in Counter(one.text.lower() for one in found).items() if count > 1]

    assert twice == []
