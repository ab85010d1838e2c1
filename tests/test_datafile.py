"""YAML files with a schema: what is wrong is told with file, line and key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from bot.datafile import DataError, read
from bot.settings import ROOT

MOST = 6  # items on one line
DATA_FILES = sorted([*(ROOT / "bot").rglob("*.yml"), *(ROOT / "data" / "safety").glob("*.yml")])


class Item(BaseModel):
    """A schema to test with."""

    name: str
    size: int = 0


class Items(BaseModel):
    """A list of them."""

    items: list[Item]


def test_reads_what_fits(tmp_path: Path) -> None:
    """A file that fits its schema comes back as an instance of it."""
    file = tmp_path / "items.yml"
    file.write_text("items:\n- {name: a, size: 2}\n")

    assert read(file, Items) == Items(items=[Item(name="a", size=2)])


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("items:\n- {name: a}\n- {size: 3}\n", 3, "items.1.name: field required"),
        ("items:\n- name: a\n  size: many\n", 3, "items.0.size: value is not a valid integer"),
        ("items:\n- name: a\n  name: b\n", 3, "name: stands twice in one mapping"),
        ("items: []\nothers:\n- a\n- b\n- a\n", 5, "a: stands twice in one list"),
        ("items: [\n", 2, "is not valid YAML"),
        ("- 1\n", 1, "the whole file"),
        ("", 1, "the whole file"),
    ],
    ids=["missing", "wrong type", "repeated key", "repeated item", "no YAML", "a list", "empty"],
)
def test_tells_where_it_is_wrong(tmp_path: Path, content: str, line: int, said: str) -> None:
    """An error names file, line and key."""
    file = tmp_path / "items.yml"
    file.write_text(content)

    with pytest.raises(DataError) as error:
        read(file, Items)

    assert str(error.value).startswith(f"{file}:{line}: ")
    assert said in str(error.value)


@pytest.mark.parametrize(("content", "said"), [(None, "No such file"), (b"\xff\xfe\x00", "is not UTF-8")])
def test_tells_what_cannot_be_read(tmp_path: Path, content: bytes | None, said: str) -> None:
    """A file that is not there or no text is told by name."""
    file = tmp_path / "items.yml"
    if content:
        file.write_bytes(content)

    with pytest.raises(DataError, match=said):
        read(file, Items)


def long_rows(node: yaml.Node) -> Iterator[int]:
    """Yield the lines of lists that have many items on one line."""
    if isinstance(node, yaml.SequenceNode):
        if node.flow_style and len(node.value) > MOST:
            yield node.start_mark.line + 1
        for item in node.value:
            yield from long_rows(item)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from long_rows(value)


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_long_lists_have_an_item_a_line(path: Path) -> None:
    """Who adds a phrase changes one line, and sees at a glance what is there."""
    assert list(long_rows(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))) == []
