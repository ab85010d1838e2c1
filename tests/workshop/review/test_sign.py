"""Signed lists come back into signatures.yml, whole or not at all."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.datafile import read
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.signatures import SignaturesFile
from bot.knowledge.words import signature
from workshop.commands import review
from workshop.review.entries import code
from workshop.review.sign import signed, write

TODAY = datetime.date(2026, 11, 21)
WHO = ("A. Nurse", "spine nurse", "2026-11-20")


def test_signatures_come_back_from_the_file(base: KnowledgeBase, tmp_path: Path) -> None:
    """Every text's signature is written so that it holds when it is read, and stays when others are added."""
    file = tmp_path / "signatures.yml"
    first = signed(base, ["aids.brace"], "B. Doctor", "surgeon", "2026-11-19", TODAY)
    others = [name for name in base.texts if name != "aids.brace"]

    write(replace(base, signatures=first), signed(base, others, *WHO, TODAY), file)

    found = read(file, SignaturesFile).signatures
    assert [*found] == base.texts
    assert all(signature(replace(base, signatures=found), name) for name in found)
    assert {name for name, one in found.items() if one.by == "B. Doctor"} == {"aids.brace"}


def test_list_has_comments_and_codes(base: KnowledgeBase) -> None:
    """A line is an id, with the code that was printed beside it or without; the rest is a comment."""
    lines = ["# from the ward", "", f"aids.brace {code(base, 'aids.brace')}  # fine", "  boxes.signs"]

    assert [*signed(base, lines, *WHO, TODAY)] == ["aids.brace", "boxes.signs"]


@pytest.mark.parametrize(
    ("lines", "who", "said"),
    [
        (["aids.nothing"], WHO, ["line 1: no text has the id aids.nothing"]),
        (["aids.brace", "all"], WHO, ["line 2: `all` signs what nobody may have read"]),
        (["aids.brace", "aids.brace"], WHO, ["line 2: aids.brace stands there twice"]),
        (["aids.brace 00000000"], WHO, ["line 1: aids.brace: 00000000 was printed"]),
        (["# nothing"], WHO, ["the list names no text"]),
        (["aids.brace"], (" ", "x" * 61, "2026-11-20"), ["--name: is empty", "--role: is not one line"]),
        (["aids.brace"], ("A", "B", "20.11.2026"), ["--date: '20.11.2026' is no day"]),
        (["aids.brace"], ("A", "B", "2026-02-30"), ["--date: '2026-02-30' is no day"]),
        (["aids.brace"], ("A", "B", "2026-11-23"), ["--date: 2026-11-23 is in the future"]),
        (["aids.no"], ("", "", ""), ["--name: is empty", "--role: is empty", "--date: ''", "line 1: no text"]),
    ],
)
def test_all_that_is_wrong_is_told_at_once(
    base: KnowledgeBase, lines: list[str], who: tuple[str, str, str], said: list[str]
) -> None:
    """Each mistake in a list, a name, a role or a day is told."""
    with pytest.raises(ValueError) as raised:  # noqa: PT011 the lines are compared below
        signed(base, lines, *who, TODAY)

    told = str(raised.value).splitlines()
    assert len(told) == len(said)
    assert all(line.startswith(one) for line, one in zip(told, said, strict=True))


@pytest.fixture
def signatures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the command writes, in the test's folder."""
    file = tmp_path / "signatures.yml"
    file.write_text("signatures: {}\n")
    monkeypatch.setattr(review, "SIGNATURES", file)
    return file


def sign(folder: Path, lines: str, *options: str) -> Result:
    """Run the command on a list."""
    (folder / "signed.txt").write_text(lines)
    return CliRunner().invoke(main, ["review", "--sign", str(folder / "signed.txt"), *options])


def test_command_signs(signatures: Path, tmp_path: Path) -> None:
    """The command writes the signatures, and says whose they are."""
    done = sign(tmp_path, "aids.brace\n", "--name", "A. Nurse", "--role", "spine nurse", "--date", "2026-11-20")

    assert done.output == "signed by A. Nurse: aids.brace\n"
    assert read(signatures, SignaturesFile).signatures["aids.brace"].by == "A. Nurse"


def test_command_writes_nothing_when_something_is_wrong(signatures: Path, tmp_path: Path) -> None:
    """One wrong line leaves the file as it is, and so does a name without a list."""
    done = sign(tmp_path, "aids.brace\naids.nothing\n", "--name", "A. Nurse")
    other = CliRunner().invoke(main, ["review", "--name", "A. Nurse"])

    assert (done.exit_code, other.exit_code) == (1, 2)
    assert all(said in done.output for said in ("nothing is signed", "--role: is empty", "line 2: no text"))
    assert "go with --sign" in other.output
    assert signatures.read_text() == "signatures: {}\n"
