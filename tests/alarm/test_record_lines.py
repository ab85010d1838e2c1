"""The record's form: what is a line, where one ends, and what the last one is."""

import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alarm import record_lines as module
from bot.alarm.record_lines import FILE, SENT, last_line, lines, parse, read_sent

LINE = {"number": 1, "time": "t", "conversation": "c", "channel": "rest", "kind": "crisis", "by": "rules", "rules": []}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"1",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        json.dumps({**LINE, "number": "1"}).encode(),
        json.dumps({**LINE, "rules": None}).encode(),
        json.dumps(LINE)[:-1].encode() + b', "number": 1}',
    ],
)
def test_what_is_no_line_is_none(text: bytes) -> None:
    """Nothing but an object with all that a line has, each once and of its kind, is taken for a line."""
    assert parse(text) is None


@given(st.lists(st.sampled_from([json.dumps(LINE).encode(), b"", b"garbage", b"\xff" * 50, b"{"])), st.booleans())
def test_last_line_is_found_behind_whatever_follows(texts: list[bytes], ended: bool) -> None:
    """The last line that can be read is found from the end, wherever the blocks that are read are cut."""
    numbered = [text.replace(b": 1", b": %d" % place) for place, text in enumerate(texts)]
    file = io.BytesIO(b"\n".join(numbered) + b"\n" * ended)
    wanted = [line for text in numbered if (line := parse(text))]
    block, module.BLOCK = module.BLOCK, 16
    try:
        assert last_line(file) == (wanted[-1] if wanted else None)
    finally:
        module.BLOCK = block


@pytest.mark.parametrize("rest", [b"\0", b"\n", b"{", b"["])
def test_last_line_is_found_soon_behind_megabytes_of_garbage(rest: bytes) -> None:
    """What a broken disk leaves at the end is read once, with no more work for each block than for the first."""
    file = io.BytesIO(json.dumps(LINE).encode() + b"\n" + rest * 8_000_000)
    begin = time.process_time()

    assert last_line(file) == LINE
    assert time.process_time() - begin < 5


def test_line_that_is_still_being_written_is_left_for_later(tmp_path: Path) -> None:
    """Reading goes on from where it ended, and a line counts once it is whole."""
    text = json.dumps(LINE).encode() + b"\n"
    (tmp_path / FILE).write_bytes(text + text[:20])
    [(offset, line)] = lines(tmp_path)
    assert (offset, line) == (len(text), LINE)
    (tmp_path / FILE).write_bytes(text + text)

    assert list(lines(tmp_path, offset)) == [(2 * len(text), LINE)]


@pytest.mark.parametrize(
    ("text", "number"), [(b"7", 7), (b"0", 0), (b"", None), (b"-1", None), (b"x", None), (b"\xff", None), (None, None)]
)
def test_number_of_what_was_sent(tmp_path: Path, text: bytes | None, number: int | None) -> None:
    """What was sent is a number; anything else is none."""
    if text is not None:
        (tmp_path / SENT).write_bytes(text)

    assert read_sent(tmp_path) == number
