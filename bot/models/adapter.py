"""The encoder's adapter in the repository: what fine-tuning learnt, and what it learnt from."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from bot.alarm.decide import CHECK
from bot.alarm.lessons import lessons as alarm_lessons
from bot.alarm.rules import ALARMS, ORDER
from bot.datafile import Strict, read
from bot.models import dataset
from bot.models.minilm import LABELS as LAYER
from bot.models.minilm import Weights, WeightsError
from bot.settings import ROOT
from bot.text.terms import term_reader

FOLDER = ROOT / "data" / "encoder"
FILE, CARD = "adapter.safetensors", "card.yml"
NONE = "none"
LABELS = sorted([NONE, CHECK, *ORDER])  # the columns of the scores


class Figures(Strict):
    """How many messages the encoder's scores alone classify correctly.

    Attributes:
        heard: Of messages that call for an alarm: those where that alarm is likeliest.
        quiet: Of messages that call for none: those where none is likeliest.
    """

    heard: str
    quiet: str


class Card(Strict):
    """What `stride encoder` records about an adapter.

    Attributes:
        file_sha256: SHA-256 of the adapter.
        published_sha256: SHA-256 of the weights that it belongs to.
        teacher_sha256: SHA-256 of the weights of the teacher; None without one.
        learnt_from: Hash of the messages in their normal form, and their labels.
        messages: Number of messages.
        command: The command that made it.
        schedule: How it learnt; see `fine_tuning.Schedule`.
        nearness: Mean cosine of the sentence vectors to those that they were to come near to.
        before, after: Figures by the benchmark's half, with the previous adapter and with this one.
    """

    file_sha256: str
    published_sha256: str
    teacher_sha256: str | None = None
    learnt_from: str
    messages: int
    command: str
    schedule: dict[str, float]
    nearness: float
    before: dict[str, Figures]
    after: dict[str, Figures]


@dataclass(frozen=True)
class Lessons:
    """What the adapter learns from.

    Attributes:
        texts: The messages in their normal form.
        labels: The number of each message's label in LABELS.
        written: The messages as they were written, which the teacher reads.
        writers: Who wrote each message; None where that is not known.
    """

    texts: list[str]
    labels: list[int]
    written: list[str]
    writers: list[str | None]

    @property
    def hash(self) -> str:
        """The hash that shows whether the lessons are the same."""
        return hashlib.sha256(json.dumps([self.texts, self.labels]).encode()).hexdigest()


def lessons() -> Lessons:
    """Read the adapter's lessons: all messages of data/nlu/ and data/safety/."""
    messages = dataset.load(*sorted((ROOT / "data" / "nlu").glob("*.yml")))
    labelled: list[tuple[str, str, str | None]] = [
        (text, ALARMS.get(name, NONE), None) for name, texts in messages.items() for text in texts
    ]
    labelled += [(one.text, one.outcome or NONE, one.writer) for one in alarm_lessons()]
    return Lessons(
        [normal(text) for text, _, _ in labelled],
        [LABELS.index(label) for _, label, _ in labelled],
        [text for text, _, _ in labelled],
        [writer for _, _, writer in labelled],
    )


def normal(text: str) -> str:
    """Return a text in the normal form that the encoder reads."""
    return " ".join(word for _, _, word in term_reader()(text))


def card(folder: Path = FOLDER) -> Card:
    """Read an adapter's card; raise DataError if it is missing or wrong."""
    return read(folder / CARD, Card)


def load(folder: Path = FOLDER) -> Weights:
    """Read an adapter.

    Args:
        folder: The folder of the adapter and its card.

    Returns:
        `<name>.down` and `<name>.up` for each linear layer, and the layer for the labels (float32).

    Raises:
        DataError: The card is missing or wrong.
        WeightsError: The adapter is missing, or not the one in the card.
    """
    file = folder / FILE
    if not file.is_file():
        raise WeightsError(f"{file}: there is no such file")
    if sha256(file) != card(folder).file_sha256:
        raise WeightsError(f"{file}: is not the adapter that {CARD} speaks of: its SHA-256 is {sha256(file)}")
    return {name: value.astype(np.float32) for name, value in load_file(file).items()}


def sha256(file: Path) -> str:
    """Return a file's hash."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def adapted(published: Weights, adapter: Weights) -> Weights:
    """Return the published weights plus the adapter's products, and its layer for the labels."""
    whole = {**published, **{name: value for name, value in adapter.items() if name.startswith(f"{LAYER}.")}}
    for name in {one.removesuffix(".up") for one in adapter if one.endswith(".up")}:
        whole[f"{name}.weight"] = published[f"{name}.weight"] + adapter[f"{name}.up"] @ adapter[f"{name}.down"]
    return whole


def stale() -> str | None:
    """Return a message if the adapter's lessons have changed since; else None."""
    found, known = lessons(), card()
    if found.hash == known.learnt_from:
        return None
    return (
        f"data/encoder: the adapter was learnt from {known.messages} other messages than the {len(found.texts)} of now"
        " (data/nlu, data/safety, bot/text/terms.yml); `make encoder` learns it anew"
    )
