"""Replies to checks."""

import pytest

from bot.conversation.check import CheckReader, check_file
from bot.text.terms import words

READ = CheckReader(check_file(), words)
FALL = check_file().kinds["fall"]


@pytest.mark.parametrize("line", FALL.lines, ids=lambda line: str(line.title))
def test_each_line_leads_to_its_alarm(line: object) -> None:
    """A line's button raises the alarm that the line names."""
    assert READ("fall", line.title, just_asked=True) == line.alarm  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "harm"),
    [
        ("No, none of these", "none"),
        ("no", "none"),
        ("nope i'm fine thanks", "none"),
        ("none of that, just slid down on the carpet", "none"),
        ("yes", "emergency"),
        ("Yes, one of these", "emergency"),
        ("yeah bumped my head on the sink", "emergency"),
        ("she's still on the floor", "emergency"),
        ("he is sleepy since", "emergency"),
        ("my hip hurts something awful", "same_day"),
        ("no but my tail bone is sore", "same_day"),
        ("fine except my foot is numb now", "cauda_equina"),
        ("leg feels weak", "cauda_equina"),
        ("It hurts a lot and I hit my head", "emergency"),
        ("my hip hurts and I am numb", "cauda_equina"),
        ("just a bruise", "none"),
        ("nothing broken", "none"),
        ("not sure", "unsure"),
        ("maybe", "unsure"),
        ("i dont know dear", "unsure"),
        ("no pain but it is not like before", "unsure"),
        ("does physio help", None),
    ],
)
def test_reads_a_reply(text: str, harm: str | None) -> None:
    """A named sign or a yes is an alarm; none counts only when nothing else is left of the reply."""
    assert READ("fall", text, just_asked=True) == harm


@pytest.mark.parametrize(
    ("text", "busy", "harm"),
    [
        ("yes", False, "emergency"),
        ("yes", True, None),
        ("no", False, None),
        ("my knee hurts", False, None),
        ("ok", False, None),
        ("No, none of these", True, "none"),
        ("I hit my head", True, "emergency"),
    ],
)
def test_stays_open(text: str, busy: bool, harm: str | None) -> None:
    """Later on its buttons and a bare yes still count, but no yes to another question, and nothing else."""
    assert READ("fall", text, just_asked=False, busy=busy) == harm


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes, one of these", "cauda_equina"),
        ("YES", "cauda_equina"),
        ("yeah I do", "cauda_equina"),
        ("the second one", "cauda_equina"),
        ("only my bladder", "cauda_equina"),
        ("it's numb even lying in bed", "cauda_equina"),
        ("no but I leak a bit", "cauda_equina"),
        ("my left foot drops", "cauda_equina"),
        ("No, none of these", "none"),
        ("NO", "none"),
        ("nope, nothing like that", "none"),
        ("not sure", "unsure"),
        ("maybe the last line", "unsure"),
        ("numb only when I walk, it goes when I sit", "unsure"),
        ("just when walking", "unsure"),
        ("does physio help", None),
    ],
)
def test_reads_a_reply_about_signs(text: str, said: str | None) -> None:
    """A yes or a named sign is an alarm; a sign only on walking is asked about once more."""
    assert READ("cauda_equina", text, just_asked=True) == said
