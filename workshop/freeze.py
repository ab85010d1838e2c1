"""Records every reply of a commit, and compares two commits reply by reply.

It judges changes that must not change behaviour. The messages are those of this checkout, whatever the
commit; the replies are what the commit's own `stride ask` prints. Some replies hold today's date, so that only files
of one day can be compared.
"""

import argparse
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

from rich.console import Console

from bot.nlu import dataset
from bot.processes import environment
from bot.progress import Shown
from bot.safety import labelled
from bot.scripts.script import load_all
from bot.settings import ROOT
from bot.yamlfile import DataError

FOLDER = ROOT / "var" / "freeze"
BENCHMARK, DIALOGUES, HELD_OUT = (
    ROOT / "tests" / name for name in ("safety/benchmark", "dialogues", "nlu/held_out.yml")
)
UNREAD = ("set_aside/", "held_out/", "held_out.yml/")  # messages that nobody reads while changing what answers them
PAPER = re.compile(r"/visit/[\w-]+")  # a new address each time


def messages(others: Iterable[Path] = ()) -> Iterator[dict[str, str]]:
    """Yield the lines for `stride ask`: all dialogues, benchmark messages, held-out questions, and other files' texts.

    Args:
        others: Files of JSON lines that have a `text`.
    """
    for folder in (DIALOGUES, DIALOGUES / "held_out"):
        for script in load_all(folder):
            for turn in script.turns:
                yield {"conversation": f"{folder.name}/{script.path.stem}", "text": turn.patient}
    for half in ("open", "set_aside"):
        talks = BENCHMARK / half / "dialogues.yml"
        for number, dialogue in enumerate(labelled.dialogues(talks)):
            for said in dialogue.turns:
                if said.patient is not None:
                    yield {"conversation": f"{half}/dialogues/{number}", "text": said.patient}
        examples = labelled.examples(sorted({*(BENCHMARK / half).glob("*.yml")} - {talks}))
        yield from _each(half, (example.text for example in examples))
    held_out = dataset.load(HELD_OUT)
    yield from _each(HELD_OUT.name, (text for texts in held_out.values() for text in texts))
    for file in others:
        lines = file.read_text(encoding="utf-8").splitlines()
        yield from _each(file.name, (json.loads(line)["text"] for line in lines))


def _each(name: str, texts: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield each text in a conversation of its own."""
    for number, text in enumerate(texts):
        yield {"conversation": f"{name}/{number}", "text": text}


def record(lines: Iterable[dict[str, str]], revision: str | None, console: Console) -> Path:
    """Write what a revision replies to each line into a file of JSON lines; returns its path.

    Args:
        lines: Lines for `stride ask`.
        revision: A commit, by any of its names; None for the checkout as it stands.
        console: Where progress goes.

    Raises:
        DataError: There is no such commit, or its `stride ask` fails.
    """
    name = _commit(revision) if revision else "checkout"
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="stride-freeze-") as folder, Shown(f"Asking {name}", console):
        tree, models = ROOT, ROOT / "models"
        if revision:
            tree, models = Path(folder) / "stride", FOLDER
            tree.mkdir()
            archive = subprocess.run(["git", "archive", name], cwd=ROOT, check=True, capture_output=True)
            subprocess.run(["tar", "-x"], cwd=tree, input=archive.stdout, check=True)
        own = environment(VAR=str(Path(folder) / "var"), MODELS=str(models))
        asked = subprocess.run(
            [sys.executable, "-m", "bot.cli", "ask"],
            cwd=tree,
            env={**own, "PYTHONPATH": str(tree), "RASA_CACHE_DIRECTORY": str(ROOT / ".rasa" / "cache")},
            input="\n".join(map(json.dumps, lines)),
            capture_output=True,
            text=True,
        )
    if asked.returncode:
        raise DataError(f"`stride ask` of {name} fails:\n{asked.stderr[-2000:]}")
    file = FOLDER / f"{name}.jsonl"
    file.write_text("".join(f"{lasting(line)}\n" for line in asked.stdout.splitlines()), encoding="utf-8")
    return file


def _commit(revision: str) -> str:
    named = ["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"]
    found = subprocess.run(named, cwd=ROOT, capture_output=True, text=True)
    if found.returncode:
        raise DataError(f"REV={revision}: is no commit of this repository")
    return found.stdout.strip()


def lasting(line: str) -> str:
    """Return a line of `stride ask` without what differs from run to run: its time, and the addresses of papers."""
    reply = {key: value for key, value in json.loads(line).items() if key != "ms"}
    return PAPER.sub("/visit/...", json.dumps(reply, sort_keys=True))


def differences(before: Path, after: Path) -> list[str]:
    """Compare two files message by message; returns a line for each message whose reply differs.

    A line names the conversation and what differs; the words of messages that nobody is to read are left out.
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
    """Return a file's replies by conversation and the message's number in it."""
    replies = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    numbers: dict[str, Iterator[int]] = defaultdict(count)
    return {(name, next(numbers[name])): reply for reply in replies for name in [reply["conversation"]]}


def main() -> int:
    """Record the replies of one revision or two, and print what differs; returns 1 where something does."""
    parser = argparse.ArgumentParser(prog="python -m workshop.freeze", description=str(__doc__).splitlines()[0])
    parser.add_argument("--rev", help="the commit whose replies are recorded; the checkout as it stands when left out")
    parser.add_argument("--against", help="the commit that it is compared with")
    parser.add_argument("--messages", nargs="*", type=Path, default=[], help="JSON lines with more texts to ask")
    given = parser.parse_args()
    console = Console(stderr=True)
    try:
        lines = list(messages(given.messages))
        files = [record(lines, given.rev, console)]
        files += [record(lines, given.against, console)] if given.against else []
    except DataError as error:
        console.print(str(error), markup=False)
        return 2
    for file in files:
        print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(ROOT)}")
    found = differences(files[1], files[0]) if given.against else []
    for line in found:
        print(line)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
