"""Records every reply of a commit, and compares two commits reply by reply.

It checks changes that must not change behaviour. The messages are always those of this checkout; the replies are what
the commit's own `stride ask` prints. Some replies contain today's date, so only files of the same day are comparable.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console

from bot.datafile import DataError
from bot.models import dataset
from bot.progress import Shown
from bot.settings import ROOT
from workshop.dialogues.script import load_all
from workshop.processes import environment
from workshop.sets import HALVES, HELD_OUT, SCRIPTS, messages, rows, talks

FOLDER = ROOT / "var" / "freeze"
UNREAD = ("set_aside/", "held_out/", "held_out.yml/")  # messages that nobody reads while changing what answers them
PAPER = re.compile(r"/visit/[\w-]+")  # a new address each time


def asked(others: Iterable[Path] = ()) -> Iterator[dict[str, str]]:
    """Yield the lines for `stride ask`: all dialogues, benchmark messages, held-out questions, and other files' texts.

    Args:
        others: Files of JSON lines with a `text`.

    Raises:
        DataError: A file is wrong.
    """
    for folder in (SCRIPTS, SCRIPTS / "held_out"):
        for script in load_all(folder):
            for turn in script.turns:
                yield {"conversation": f"{folder.name}/{script.path.stem}", "text": turn.patient}
    for half in sorted(HALVES.values()):
        for number, dialogue in enumerate(talks(half)):
            for said in dialogue.turns:
                if said.patient is not None:
                    yield {"conversation": f"{half.name}/dialogues/{number}", "text": said.patient}
        yield from _each(half.name, (example.text for example in messages(half)))
    yield from _each(HELD_OUT.name, (text for texts in dataset.load(HELD_OUT).values() for text in texts))
    for file in others:
        yield from _each(file.name, (row["text"] for row in rows(file, "text")))


def _each(name: str, texts: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield each text in a conversation of its own."""
    for number, text in enumerate(texts):
        yield {"conversation": f"{name}/{number}", "text": text}


def record(lines: Iterable[dict[str, str]], name: str | None, console: Console) -> Path:
    """Write a commit's reply to each line to a file of JSON lines; return its path.

    Args:
        lines: Lines for `stride ask`.
        name: Any name of the commit; None for the current checkout.
        console: Where progress goes.

    Raises:
        DataError: There is no such commit, or its `stride ask` fails.
    """
    commit = _commit(name) if name else "checkout"
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="stride-freeze-") as folder, Shown(f"Asking {commit}", console):
        tree, models = ROOT, ROOT / "models"
        if name:
            tree, models = Path(folder) / "stride", FOLDER
            tree.mkdir()
            archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True)
            subprocess.run(["tar", "-x"], cwd=tree, input=archive.stdout, check=True)
        own = environment(VAR=str(Path(folder) / "var"), MODELS=str(models))
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", "ask"],
            cwd=tree,
            env={**own, "PYTHONPATH": str(tree)},
            input="\n".join(map(json.dumps, lines)),
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise DataError(f"`stride ask` of {commit} fails:\n{done.stderr[-2000:]}")
    file = FOLDER / f"{commit}.jsonl"
    file.write_text("".join(f"{lasting(line)}\n" for line in done.stdout.splitlines()), encoding="utf-8")
    return file


def _commit(name: str) -> str:
    named = ["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
    found = subprocess.run(named, cwd=ROOT, capture_output=True, text=True)
    if found.returncode:
        raise DataError(f"{name}: is no commit of this repository")
    return found.stdout.strip()


def lasting(line: str) -> str:
    """Return a line of `stride ask` without what differs between runs: its time, and the addresses of papers."""
    reply = {key: value for key, value in json.loads(line).items() if key != "ms"}
    return PAPER.sub("/visit/...", json.dumps(reply, sort_keys=True))


def differences(before: Path, after: Path) -> list[str]:
    """Compare two files message by message; return a line for each message whose reply differs.

    A line names the conversation and the difference, without the words of messages that nobody may read.
    """
    old, new = _by_place(before), _by_place(after)
    found = []
    for name, number in sorted(old.keys() | new.keys()):
        was, becomes = old.get((name, number), {}), new.get((name, number), {})
        keys = sorted(key for key in was.keys() | becomes.keys() if was.get(key) != becomes.get(key))
        if keys:
            words = {key: (was.get(key), becomes.get(key)) for key in keys}
            told = keys if name.startswith(UNREAD) else f"{was.get('text')!r}: {words}"
            found.append(f"{name}, message {number + 1}: {told}")
    return found


def _by_place(file: Path) -> dict[tuple[str, int], dict[str, object]]:
    """Return a file's replies by conversation and message number."""
    replies = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    numbers: dict[str, Iterator[int]] = defaultdict(count)
    return {(name, next(numbers[name])): reply for reply in replies for name in [reply["conversation"]]}


@click.command(help=str(__doc__).splitlines()[0])
@click.option("--rev", help="The commit whose replies are recorded; the checkout as it stands when left out.")
@click.option("--against", help="The commit that it is compared with; fails when a reply differs.")
@click.option(
    "--messages",
    "others",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines with more texts to ask.",
)
def main(rev: str | None, against: str | None, others: tuple[Path, ...]) -> None:
    """Record the replies of one commit or two, and print what differs."""
    console = Console(stderr=True)
    try:
        lines = list(asked(others))
        files = [record(lines, name, console) for name in [rev, *([against] if against else [])]]
    except DataError as error:
        raise click.ClickException(str(error)) from error
    for file in files:
        click.echo(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(ROOT)}")
    found = differences(files[1], files[0]) if against else []
    for line in found:
        click.echo(line)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
