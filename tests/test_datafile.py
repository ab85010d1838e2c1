"""YAML files with a schema: what is wrong is told with file, line and key."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.datafile import DataError, read


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
        ("items:\n- name: a\n  name: b\n", 3, "name: stands twice"),
        ("items: [\n", 2, "is not valid YAML"),
        ("- 1\n", 1, "the whole file"),
        ("", 1, "the whole file"),
    ],
    ids=["missing", "wrong type", "repeated", "no YAML", "a list", "empty"],
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
