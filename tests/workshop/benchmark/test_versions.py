"""The comparison of a version with the one before."""

from pathlib import Path

import pytest

from workshop.benchmark.versions import compared, keep, kept, outcomes

TEXTS: list[tuple[str, str | None]] = [(str(number), None) for number in range(12)]


def rows(table: str) -> list[list[str]]:
    """The cells of a table's rows below its head."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[4:]]


@pytest.mark.parametrize(
    ("before", "now", "cells"),
    [
        ([True] * 12, [True] * 12, ["open", "12", "0", "0", "1.00"]),
        # 9 against 1: 2 (1 + 10) / 2^10; 8 against 0: 2 / 2^8.
        ([False] * 9 + [True] * 3, [True] * 9 + [False, True, True], ["open", "12", "1", "9", "0.02"]),
        ([True] * 12, [False] * 8 + [True] * 4, ["open", "12", "8", "0", "0.01"]),
    ],
)
def test_counts_what_only_one_has_right(tmp_path: Path, before: list[bool], now: list[bool], cells: list[str]) -> None:
    """Only the messages that one version has right and the other wrong count."""
    keep(tmp_path / "kept.yml", "old", {"open": outcomes(TEXTS, before)})

    table = compared(kept(tmp_path / "kept.yml"), "new", {"open": outcomes(TEXTS, now)})

    assert table.startswith("Before: old. Now: new.")
    assert rows(table) == [cells]


def test_other_messages_are_not_compared(tmp_path: Path) -> None:
    """A set that was changed, or is new, is named and not compared."""
    keep(tmp_path / "kept.yml", "old", {"open": outcomes(TEXTS, [True] * 12)})

    table = compared(
        kept(tmp_path / "kept.yml"),
        "new",
        {"open": outcomes(TEXTS[1:], [True] * 11), "card": outcomes([("x", "crisis")], [True])},
    )

    assert [row[-1] for row in rows(table)] == ["other messages", "other messages"]
