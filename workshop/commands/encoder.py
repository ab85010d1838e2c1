"""`stride encoder`: learns the encoder's adapter anew and writes it with its card."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml
from rich.console import Console
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from bot.models import adapter, minilm
from bot.models.adapter import LABELS, NONE, Card, Figures, Lessons
from bot.models.encoder import LONGEST, WORD_PIECES, Encoder
from bot.models.graph import prepare
from bot.models.minilm import Weights
from bot.progress import shown
from bot.settings import ROOT
from workshop.fine_tuning import SCHEDULE, tuned, turned
from workshop.sets import BENCHMARK, messages
from workshop.teacher import SHA256, Teacher

HALVES = ("open", "set_aside")
SHORT = 200  # messages of the short form
KEPT = ROOT / "var" / "teacher.npz"
TOGETHER = 2000  # texts after which what the teacher gave is kept


def learn(folder: Path, *, short: bool, console: Console) -> Card:
    """Learn the adapter, measure it, and write it with its card.

    Args:
        folder: The target folder.
        short: Only go through all steps, once, with a few messages and without the teacher.
        console: Where progress goes.

    Returns:
        The card.

    Raises:
        DataError: A data file is wrong.
        WeightsError: The published weights, or the teacher's, are missing or are not the reviewed ones.
    """
    weights, lessons = minilm.packaged_weights(), adapter.lessons()
    schedule = SCHEDULE
    if short:
        chosen = np.linspace(0, len(lessons.texts) - 1, SHORT).astype(int)
        lessons = Lessons(*([some[one] for one in chosen] for some in vars(lessons).values()))
        schedule = replace(schedule, epochs=1)
    published, config = minilm.read(weights)
    pieces = Tokenizer.from_file(str(weights / WORD_PIECES))
    pieces.enable_truncation(LONGEST)
    pieces.no_padding()

    def progress(batches: Iterator[npt.NDArray[Any]], steps: int) -> Iterator[npt.NDArray[Any]]:
        return shown(batches, "Fine-tuning the encoder", console, steps)

    vectors = None if short else _of_teacher(lessons.written, console)
    learnt = tuned(
        published, config, pieces.encode_batch(lessons.texts), lessons.labels, len(LABELS), schedule, progress, vectors
    )
    learnt = {name: value.astype(np.float16) for name, value in learnt.items()}
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        before = _figures(weights, _there(folder), Path(scratch), short=short)
        after = _figures(weights, learnt, Path(scratch), short=short)
        near = _nearness(weights, learnt, lessons.texts, vectors, Path(scratch))
        new = Path(scratch) / adapter.FILE
        save_file(learnt, new)
        card = Card(
            file_sha256=adapter.sha256(new),
            published_sha256=minilm.WEIGHTS_SHA256,
            teacher_sha256=None if short else SHA256,
            learnt_from=lessons.hash,
            messages=len(lessons.texts),
            command="stride encoder --short" if short else "make encoder",
            schedule=asdict(schedule),
            nearness=near,
            before=before,
            after=after,
        )
        shutil.copy(new, folder / adapter.FILE)
    (folder / adapter.CARD).write_text(yaml.safe_dump(card.dict(), sort_keys=False), encoding="utf-8")
    return card


def _there(folder: Path) -> Weights:
    """Return the existing adapter, or an empty one; raise WeightsError if it is damaged."""
    return adapter.load(folder) if (folder / adapter.FILE).is_file() else {}


def _encoder(weights: Path, learnt: Weights, folder: Path) -> Encoder:
    prepare(weights, {name: value.astype(np.float32) for name, value in learnt.items()}, folder)
    return Encoder(folder)


def _figures(weights: Path, learnt: Weights, folder: Path, *, short: bool) -> dict[str, Figures]:
    if not learnt:
        return {}
    read = _encoder(weights, learnt, folder)
    return {half: _told(read, half, SHORT // 4 if short else None) for half in HALVES}


def _told(read: Callable[[list[str]], list[npt.NDArray[Any]]], half: str, most: int | None) -> Figures:
    found = messages(BENCHMARK / half)[:most]
    said = [LABELS[int(read([adapter.normal(one.text)])[1][0].argmax())] for one in found]
    right = [(one.alarm, (one.alarm or NONE) == label) for one, label in zip(found, said, strict=True)]
    heard, quiet = ([hit for alarm, hit in right if bool(alarm) == calls] for calls in (True, False))
    return Figures(heard=f"{sum(heard)} of {len(heard)}", quiet=f"{sum(quiet)} of {len(quiet)}")


def _nearness(
    weights: Path, learnt: Weights, texts: list[str], teacher: npt.NDArray[Any] | None, folder: Path
) -> float:
    """Return the mean cosine of some sentence vectors to those that they were to come near to."""
    some = slice(None, None, max(1, len(texts) // SHORT))
    one, other = (
        np.vstack([read([text])[0] for text in texts[some]])
        for read in (_encoder(weights, learnt, folder), _encoder(weights, {}, folder))
    )
    wanted = other if teacher is None else turned(teacher[some], other)
    return round(float(np.mean(np.sum(one * wanted, axis=1))), 3)


def _of_teacher(texts: list[str], console: Console) -> npt.NDArray[Any]:
    """Return the teacher's vectors; those of an earlier run are kept in var/, because they take half an hour."""
    kept: dict[str, npt.NDArray[Any]] = {}
    if KEPT.is_file():
        with np.load(KEPT) as data:
            kept = dict(zip(map(str, data["texts"]), data["vectors"], strict=True))
    names = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    missing = {name: text for name, text in zip(names, texts, strict=True) if name not in kept}
    teacher = Teacher.of_packages() if missing else None
    for start in range(0, len(missing), TOGETHER):
        assert teacher is not None, "it is read where a text is missing"
        here = [*missing][start : start + TOGETHER]
        title = f"The teacher reads up to {start + len(here)} of {len(missing)}"

        def progress(places: Iterable[int], steps: int, title: str = title) -> Iterable[int]:
            return shown(places, title, console, steps)

        kept |= dict(zip(here, teacher([missing[name] for name in here], progress).astype(np.float16), strict=True))
        new = KEPT.with_suffix(".new.npz")
        np.savez(new, texts=np.array([*kept]), vectors=np.stack([*kept.values()]))
        new.replace(KEPT)
    rows: npt.NDArray[Any] = np.stack([kept[name] for name in names]).astype(np.float32)
    return rows
