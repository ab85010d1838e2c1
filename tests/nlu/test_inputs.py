"""What a trained model depends on."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.knowledge.base import knowledge
from bot.nlu import inputs
from bot.settings import ROOT

EVERY = [*inputs.DATA, *(pattern for patterns in inputs.COMPONENTS.values() for pattern in patterns)]
Change = Callable[[str], str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what a model is made from."""
    for path in sorted({path for pattern in EVERY for path in ROOT.glob(pattern)}):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path


def changed(root: Path, name: str, change: Change) -> None:
    """Change a file's text."""
    file = root / name
    file.write_bytes(change(file.read_bytes().decode("latin-1")).encode("latin-1"))


def more(text: str) -> str:
    """Add a line."""
    return text + "\n# more\n"


def test_same_inputs_same_model(root: Path) -> None:
    """Two checkouts with equal inputs share a hash, wherever they lie."""
    assert inputs.of_model(root) == inputs.of_model(ROOT)


def test_every_pattern_finds_something() -> None:
    """No file that is named has been renamed or removed."""
    assert [pattern for pattern in EVERY if not list(ROOT.glob(pattern))] == []


@pytest.mark.parametrize(
    ("name", "components"),
    [
        ("config.yml", []),
        ("domain.yml", []),
        ("data/nlu/bot.yml", []),
        ("data/stories/rules.yml", []),
        ("bot/text/terms.yml", ["Reader", "AnswerClassifier", "WalkClassifier", "AfterAlarmClassifier", "AlarmVoter"]),
        ("data/diary/walks.yml", ["WalkClassifier"]),
        ("data/safety/cauda_equina.yml", ["AnswerClassifier", "AlarmVoter"]),
        ("data/encoder/adapter.safetensors", ["SentenceEmbedding"]),
    ],
)
def test_changed_input_asks_for_training(root: Path, name: str, components: list[str]) -> None:
    """A change gives another model, and another hash of just the components that depend on it."""
    changed(root, name, more)

    assert inputs.of_model(root) != inputs.of_model(ROOT)
    assert [
        one for one in inputs.COMPONENTS if inputs.of_component(one, root) != inputs.of_component(one)
    ] == components


def test_new_file_asks_for_training(root: Path) -> None:
    """So does a further file of training questions."""
    (root / "data" / "nlu" / "more.yml").write_text("")

    assert inputs.of_model(root) != inputs.of_model(ROOT)


def test_new_answer_asks_for_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id that is new is an intent that no model knows; what an answer says is read at the start."""
    before = inputs.of_model()
    monkeypatch.setattr(inputs, "knowledge", lambda: SimpleNamespace(replies=[*knowledge().replies, "aids.wings"]))

    assert inputs.of_model() != before


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (more, True),
        (lambda text: text.replace('"""', '"""Some other words. ', 1), True),
        (lambda text: text.replace("FOLDS = 5", "FOLDS = 4"), False),
    ],
    ids=["comment", "docstring", "code"],
)
def test_code_counts_and_not_what_is_said_of_it(root: Path, change: Change, same: bool) -> None:
    """A comment or a docstring asks for no training; other code does."""
    changed(root, "bot/models/answer_model.py", change)

    assert (inputs.of_model(root) == inputs.of_model(ROOT)) is same


def test_changed_id_of_an_alarm_asks_for_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """The labels come from the ids of the alarms' replies."""
    before = inputs.of_model()

    monkeypatch.setattr(inputs, "ALARMS", {"urgent.other": "crisis"})

    assert inputs.of_model() != before


def test_rules_talks_and_texts_ask_for_none() -> None:
    """Nothing of the alarm's rules, the talks and the texts is among the inputs."""
    found = {path.relative_to(ROOT).as_posix() for pattern in EVERY for path in ROOT.glob(pattern)}
    read_at_start = [
        one
        for one in found
        if one.startswith(("bot/knowledge", "bot/conversation", "bot/reply", "bot/alarm/signs"))
        and not one.endswith("lessons.py")
    ]

    assert read_at_start == []
    assert "bot/alarm/context.yml" not in found
