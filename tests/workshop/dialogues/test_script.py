"""Scripted dialogues, read from files."""

from pathlib import Path

import pytest

from bot.datafile import DataError
from workshop.dialogues.script import Expected, Turn, load, load_all

HEAD = "dialogue: A walk\nwhy: It is told.\nturns:\n"
TURN = "  - patient: hello\n  - bot: {answer: bot.greeting}\n"


def written(folder: Path, text: str, name: str = "walk") -> Path:
    """A dialogue's file."""
    path = folder / f"{name}.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads(tmp_path: Path) -> None:
    """A dialogue has its turns in order, each with the line on which the bot's part stands."""
    second = (
        "  - patient: i am numb\n"
        "  - bot:\n"
        "      answer: [a.b, c.d or e.f]\n"
        "      never says: hello\n"
        "      urgent: true\n"
        "      asks back: false\n"
    )

    script = load(written(tmp_path, HEAD + TURN + second))

    assert (script.name, script.path.name) == ("A walk", "walk.yml")
    assert [(turn.patient, turn.line) for turn in script.turns] == [("hello", 5), ("i am numb", 7)]
    assert script.turns[0].expected.dict(exclude_unset=True) == {"answer": "bot.greeting"}
    assert script.turns[1].expected.dict(exclude_unset=True) == {
        "answer": ["a.b", "c.d or e.f"],
        "never_says": "hello",
        "urgent": True,
        "asks_back": False,
    }


def test_bot_may_do_anything(tmp_path: Path) -> None:
    """A bot's part that states nothing is not looked at."""
    script = load(written(tmp_path, HEAD + "  - patient: hello\n  - bot: {}\n"))

    assert script.turns == (Turn("hello", Expected(), 5),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            HEAD + "  - bot: {answer: a.b}\n  - patient: hello\n",
            r":3: turns: line 1 of the dialogue must be `patient:`",
        ),
        (HEAD + TURN + "  - bot: {answer: a.b}\n", r":3: turns: line 3 of the dialogue must be `patient:`"),
        (HEAD + "  - patient: hello\n  - patient: you?\n", r":3: turns: line 2 of the dialogue must be `bot:`"),
        (HEAD + "  - patient: hello\n  - bot:\n", r":3: turns: line 2 of the dialogue must be `bot:`"),
        (
            HEAD + "  - {patient: hello, bot: {}}\n  - bot: {}\n",
            r":3: turns: line 1 of the dialogue must be `patient:`",
        ),
        (HEAD + TURN + "  - patient: bye\n", r":3: turns: the last `patient:` has no `bot:`"),
        (HEAD + "  - patient: hello\n", r":3: turns: ensure this value has at least 2 items"),
        (HEAD + TURN + "  - patient: bye\n  - bot: {anser: a.b}\n", r":7: turns\.3\.bot\.anser: extra fields"),
        (HEAD + "  - pacient: hello\n  - bot: {}\n", r":4: turns\.0\.pacient: extra fields"),
        (HEAD + "  - patient: hello\n  - bot: {urgent: perhaps}\n", r":5: turns\.1\.bot\.urgent: value could not"),
        ("dialogue: A\nturns:\n" + TURN, r":1: why: field required"),
        ("name: A\n" + HEAD + TURN, r":1: name: extra fields"),
        (HEAD + "  - patient: [hello\n", r":\d+: is not valid YAML"),
        (HEAD + "  - patient: hello\n    patient: bye\n  - bot: {}\n", r":5: patient: stands twice"),
        ("", r":1: "),
    ],
)
def test_mistake_is_told(tmp_path: Path, text: str, said: str) -> None:
    """What is wrong is told with the file, the line and the key."""
    path = written(tmp_path, text)

    with pytest.raises(DataError, match=rf"walk\.yml{said}"):
        load(path)


def test_folder_in_order(tmp_path: Path) -> None:
    """A folder's dialogues come by the names of their files; what is in folders below, or no YAML, is left out."""
    (tmp_path / "below").mkdir()
    for name in ("b", "a", "below/c"):
        written(tmp_path, HEAD.replace("A walk", name) + TURN, name)
    (tmp_path / "notes.txt").write_text("no dialogue")

    assert [script.name for script in load_all(tmp_path)] == ["a", "b"]


def test_same_name_is_told(tmp_path: Path) -> None:
    """Two dialogues of one name are told with both files."""
    for name in ("a", "b"):
        written(tmp_path, HEAD + TURN, name)

    with pytest.raises(DataError, match=r"b\.yml:1: dialogue: .*a\.yml has the same name"):
        load_all(tmp_path)


def test_all_mistakes_are_told(tmp_path: Path) -> None:
    """Whoever wrote several files wrong is told of each at once."""
    for name in ("a", "b"):
        written(tmp_path, HEAD + "  - patient: hello\n", name)
    for name in ("c", "d"):
        written(tmp_path, HEAD + TURN, name)

    with pytest.raises(DataError) as error:
        load_all(tmp_path)

    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        str(tmp_path / f"{name}.yml") for name in ("a", "b", "d")
    ]


def test_empty_folder_is_told(tmp_path: Path) -> None:
    """A folder without dialogues is a mistake, not a success."""
    with pytest.raises(DataError, match="has no dialogues"):
        load_all(tmp_path)
