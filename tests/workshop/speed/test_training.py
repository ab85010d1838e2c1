"""How long training takes: what is changed in a copy."""

from pathlib import Path

from bot.models import dataset
from bot.settings import ROOT
from workshop.speed.training import QUESTION, _add_line


def test_adds_a_question_to_an_answer(tmp_path: Path) -> None:
    """The last answer of a file of training data has one question more, and the others are as they were."""
    name = "data/nlu/aids.yml"
    copy = tmp_path / "aids.yml"
    copy.write_bytes((ROOT / name).read_bytes())

    _add_line(copy, QUESTION)

    before, after = (dataset.load(file) for file in (ROOT / name, copy))
    changed = {answer for answer in after if after[answer] != before[answer]}
    assert len(changed) == 1
    assert [text for answer in changed for text in after[answer] if text not in before[answer]] == [QUESTION]
