"""Text messages: letters, segments, and parts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.sms import gsm, is_gsm, segments, split
from bot.text.splitting import CLUSTER

MARKED = "({number}/{count}) {text}"
FAMILY = "👨‍👩‍👧"  # 8 UTF-16 code units that are one sign


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("]" * 80, 1),
        ("]" * 81, 2),
        ("€" * 153, 3),  # 76 in a segment of 153 septets, because no sign of two septets is divided
        ("€" * 152, 2),
        ("é" * 160, 1),
        ("á", 1),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("this is a " + "]" * 76 + "😘", 2),  # a bracket takes one unit of UCS-2
        ("😘" * 35, 1),
        ("😘" * 36, 2),
        ("😘" * 66, 2),  # 33 in a segment of 67 units
        ("😘" * 67, 3),
        (FAMILY * 16, 2),
        (FAMILY * 17, 3),
        ("e" + "\u0301" * 134, 3),  # one sign, longer than a segment
        ("a" * 69 + "’", 1),
        ("a" * 70 + "’", 2),
    ],
)
def test_segments(text: str, count: int) -> None:
    """Segments are counted as Twilio's calculator counts them, in septets or in UTF-16 code units."""
    assert segments(text) == count


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It’s “so” – or — not…", 'It\'s "so" - or - not...'),
        ("• a × b → c", "- a x b -> c"),
        ("5\u00a0km", "5 km"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("Señor, é, ü, €5 [a]", "Señor, é, ü, €5 [a]"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # this one joins letters
    ],
)
def test_typographic_signs(text: str, plain: str) -> None:
    """Typographic signs become plain ones; letters stay as they are."""
    assert gsm(text) == plain


@pytest.mark.parametrize(("text", "known"), [("@£$ é ñ [€]", True), ("á", False), ("ç", False), ("’", False)])
def test_letters(text: str, known: bool) -> None:
    """The letters of text messages are those of GSM 03.38."""
    assert is_gsm(text) is known


def test_parts_tell_their_place() -> None:
    """A long text ends its parts at sentence ends, and each tells its place and how many there are."""
    text = " ".join(f"This is sentence number {number} of many." for number in range(30))

    parts = split(text, MARKED)

    assert [part[:6] for part in parts] == [f"({number}/{len(parts)}) " for number in range(1, len(parts) + 1)]
    assert all(part.endswith(".") and len(part) <= 306 for part in parts)
    assert split("Short.", MARKED) == ["Short."]


def test_many_parts() -> None:
    """The place takes its room also where it has two digits."""
    parts = split("word " * 1000, MARKED)

    assert len(parts) > 9
    assert parts[-1].startswith(f"({len(parts)}/{len(parts)}) ")
    assert all(segments(part) <= 2 for part in parts)


def test_another_script_does_not_make_all_parts_short() -> None:
    """Only the part with a letter of another script has its shorter limit."""
    parts = split(f"{'я' * 100}\n\n{'a' * 290}", MARKED)

    assert [len(part) for part in parts] == [106, 296]


@given(st.one_of(st.text(min_size=60), st.text("aя😘 .\n]€’").filter(lambda text: len(text) > 60)))
def test_nothing_is_lost(text: str) -> None:
    """Any text comes whole, in parts of at most two segments, without a divided sign."""
    parts = split(text, MARKED)

    assert all(segments(part) <= 2 for part in parts)
    said = parts if len(parts) == 1 else [re.sub(r"^\(\d+/\d+\) ", "", part) for part in parts]
    assert "".join("".join(said).split()) == "".join(text.split())
    signs = {one for one in CLUSTER.findall(text) if not one.isspace()}
    if all(len(one) < 60 for one in signs):
        assert {one.strip() for part in said for one in CLUSTER.findall(part)} <= {"", *(one.strip() for one in signs)}
