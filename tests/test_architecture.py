"""The architecture shows in the imports: one direction, and Rasa only where it belongs."""

import ast
from pathlib import Path

import pytest

from bot.settings import ROOT

FILES = sorted(path for folder in ("bot", "actions", "workshop") for path in (ROOT / folder).rglob("*.py"))
# Each layer may import those before it, and itself.
LAYERS = [
    "bot.startup",
    "bot.progress",
    "bot.datafile",
    "bot.files",
    "bot.hosts",
    "bot.knowledge",
    "bot.settings",
    "bot.clinic",
    "bot.text",
    "bot.alarm",
    "bot.models",
    "bot.paper",
    "bot.store",
    "bot.conversation",
    "bot.reply",
    "bot.web",
    "actions",
    "bot.nlu",
    "bot.channels",
    "bot.commands",
    "bot.cli",
    "workshop",
]
LONGEST = 250  # lines of code that a person reads in one sitting


def module(path: Path) -> str:
    """Return a file's module name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Return the names of the modules that a file imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def layer(name: str) -> int | None:
    """Return the place of a module's layer, or None when it is none of ours."""
    return next((place for place, one in enumerate(LAYERS) if name == one or name.startswith(f"{one}.")), None)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_imports_go_one_way(path: Path) -> None:
    """No module imports one of a later layer."""
    own = layer(module(path))

    later = {name for name in imports(path) if own is not None and (layer(name) or 0) > own}

    assert later == set()


@pytest.mark.parametrize("path", FILES, ids=module)
def test_rasa_only_where_it_belongs(path: Path) -> None:
    """Only components, channels, the tracker store and workshop/ import rasa, only actions and channels rasa_sdk."""
    roots = {name.split(".")[0] for name in imports(path)}
    folder = module(path).split(".")[:2]

    assert (
        "rasa" not in roots
        or folder[0] == "workshop"
        or folder in (["bot", "nlu"], ["bot", "channels"], ["bot", "store"])
    )
    assert "rasa_sdk" not in roots or folder[0] == "actions" or folder == ["bot", "channels"]


@pytest.mark.parametrize("path", FILES, ids=module)
def test_databases_are_opened_in_one_place(path: Path) -> None:
    """Nobody opens an SQLite file in a way that could leave what is deleted."""
    text = path.read_text(encoding="utf-8")
    opening = [call for call in ("sqlite3.connect(", "create_engine(", "SQLTrackerStore(") if call in text]

    assert module(path) in ("bot.files.database", "bot.store.trackers") or not opening


@pytest.mark.parametrize("path", FILES, ids=module)
def test_files_are_readable_in_one_sitting(path: Path) -> None:
    """No file has more lines of code than a person reads in one sitting."""
    code = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]

    assert len(code) <= LONGEST


def test_every_module_has_its_layer() -> None:
    """A new module must be given a place in the order."""
    assert [module(path) for path in FILES if layer(module(path)) is None] == ["bot"]
