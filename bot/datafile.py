"""Reads YAML files and validates them against a schema; errors name file, line and key."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, Extra, ValidationError

# libyaml is ten times as fast; not every build of PyYAML has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEXT = "tag:yaml.org,2002:str"
M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]


class Strict(BaseModel):
    """A model that refuses unknown keys, so that a typo in a data file is seen."""

    class Config:
        """Forbids unknown keys and changes after reading."""

        extra = Extra.forbid
        frozen = True
        anystr_strip_whitespace = True


class DataError(Exception):
    """A data file is missing or breaks its schema. Each problem is a line: `file:line: key: problem`."""


def read(path: Path, schema: type[M]) -> M:
    """Read a YAML file and validate it.

    Args:
        path: The file.
        schema: The pydantic model that its content must fit.

    Returns:
        The content as an instance of `schema`.

    Raises:
        DataError: The file cannot be read, is not YAML, repeats a key or an item of a list, or does not fit the schema.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}:1: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}:1: is not UTF-8 text") from error
    try:
        root, data = _load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise DataError(f"{path}:{line}: is not valid YAML: {getattr(error, 'problem', error)}") from error
    repeated = [f"{path}:{line}: {what}: stands twice in one {where}" for what, line, where in _repeated(root)]
    if repeated:
        raise DataError("\n".join(repeated))
    try:
        return schema.parse_obj(data)
    except ValidationError as error:
        problems = [
            f"{path}:{line_of(root, problem['loc'])}: {_dotted(problem['loc'])}: {_told(problem)}"
            for problem in error.errors()
        ]
        raise DataError("\n".join(problems)) from error


def _load(text: str) -> tuple[yaml.Node | None, Any]:
    """Return a text's nodes, which know their lines, and its data."""
    loader = LOADER(text)
    try:
        root = loader.get_single_node()
        return root, None if root is None else loader.construct_document(root)
    finally:
        loader.dispose()


def line_of(node: yaml.Node | None, location: Location) -> int:
    """Return the line (from 1) of a key, or of the nearest enclosing key that exists."""
    if node is None:
        return 1
    line = node.start_mark.line + 1
    for step in location:
        if step == "__root__":
            continue
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    line, child = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            child = node.value[step]
            line = child.start_mark.line + 1
        if child is None:
            break
        node = child
    return line


def _told(problem: Any) -> str:
    """Return the error's message, with the value found if it is not a permitted one."""
    given = problem.get("ctx", {}).get("given")
    return str(problem["msg"]) + (f"; found {given!r}" if given is not None else "")


def _dotted(location: Location) -> str:
    return ".".join(str(step) for step in location if step not in ("__root__", "__key__")) or "the whole file"


def _repeated(node: yaml.Node | None) -> Iterator[tuple[str, int, str]]:
    """Yield each repeated key of a mapping and text of a list: itself, its line, and where."""
    seen: set[str] = set()
    inside: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        where, inside = "mapping", [value for _, value in node.value]
        named = [key for key, _ in node.value]
    elif isinstance(node, yaml.SequenceNode):
        where, inside = "list", node.value
        named = [item for item in node.value if item.tag == TEXT]
    else:
        return
    for one in named:
        if one.value in seen:
            yield one.value, one.start_mark.line + 1, where
        seen.add(one.value)
    for one in inside:
        yield from _repeated(one)
