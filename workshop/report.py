"""Reports how well the classifier does: cross-validation beside the held-out messages, as a Markdown page."""

import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.knowledge.ids import ASK_BACK
from bot.models.answer_model import CrossValidation
from bot.nlu.answer_classifier import CROSS_VALIDATION

DECLINED = ("decline.out_of_scope", "decline.diagnosis", "decline.dosing")
PAIRS = 25  # rows of the confusion table


@dataclass(frozen=True)
class Outcome:
    """What the bot did with one message.

    Attributes:
        wanted: The right answer's id.
        given: The id that was answered; `clarify.choose` if the bot asked back.
        offered: The ids of the buttons, in order.
    """

    wanted: str
    given: str
    offered: tuple[str, ...]

    @property
    def asked_back(self) -> bool:
        """Whether the bot offered candidates instead of an answer."""
        return self.given == ASK_BACK and self.wanted != ASK_BACK

    @property
    def first(self) -> bool:
        """Whether the right answer was given or was the first candidate."""
        return self.given == self.wanted or (self.asked_back and self.offered[:1] == (self.wanted,))

    @property
    def within_reach(self) -> bool:
        """Whether the right answer was given or offered as a button."""
        return self.given == self.wanted or self.wanted in self.offered


@dataclass(frozen=True)
class Reply:
    """What the bot did with a real patient's message.

    Attributes:
        group: What the message is about.
        fair: The ids that answer it fairly.
        given: The ids that were answered, without that of asking back.
        offered: The ids of the buttons.
    """

    group: str
    fair: frozenset[str]
    given: tuple[str, ...]
    offered: tuple[str, ...]

    @property
    def outright(self) -> bool:
        """Whether it was answered without asking back."""
        return bool(self.given)

    @property
    def is_fair(self) -> bool:
        """Whether a fair answer was given."""
        return not self.fair.isdisjoint(self.given)

    @property
    def within_reach(self) -> bool:
        """Whether a fair answer was given or offered."""
        return not self.fair.isdisjoint((*self.given, *self.offered))


@dataclass(frozen=True)
class Declined:
    """What the bot did with a message about what no document covers, or one that only names it.

    Attributes:
        subject: What it is about, a key of outside.yml; `inside` where a document answers it, `elsewhere` where it is
            about something outside that has no key.
        declined: Whether it was declined as outside.
        asked_back: Whether the bot asked what was meant.
        named: The subject that the reply named.
    """

    subject: str
    declined: bool
    asked_back: bool
    named: str | None


def cross_validation(model: Path) -> CrossValidation:
    """Read the cross-validation of a model's training."""
    with tarfile.open(model) as archive:
        name = next(name for name in archive.getnames() if name.endswith(CROSS_VALIDATION))
        file = archive.extractfile(name)
        assert file is not None, "it is a file, not a folder"
        return CrossValidation.load(file)


def page(
    checked: CrossValidation,
    outcomes: Sequence[Outcome],
    replies: Mapping[str, Sequence[Reply]],
    outside: Sequence[Declined],
    symptoms: Sequence[str],
) -> str:
    """Return the report.

    Args:
        checked: The cross-validation of the model that made the outcomes.
        outcomes: One outcome per held-out message.
        replies: By the title of a set, one reply per message that has no single right answer.
        outside: One per message about what no document covers, or that only names it.
        symptoms: The lines of the tables of what is extracted about symptoms.

    Returns:
        Markdown.
    """
    order = np.argsort(-checked.probabilities, axis=1)
    hit = order[:, :3] == checked.truth[:, np.newaxis]
    sure = checked.probabilities.max(axis=1) >= checked.threshold
    answered = [outcome for outcome in outcomes if not outcome.asked_back]
    declined = [outcome for outcome in outcomes if outcome.wanted in DECLINED]
    rows = [
        ("messages", str(len(checked.truth)), str(len(outcomes))),
        ("right answer first (top 1)", _share(hit[:, 0]), _share(outcome.first for outcome in outcomes)),
        (
            "among the first three (top 3) / given or offered",
            _share(hit.any(axis=1)),
            _share(o.within_reach for o in outcomes),
        ),
        ("answered without asking back", _share(sure), _share(not outcome.asked_back for outcome in outcomes)),
        ("… and right then", _share(hit[sure, 0]), _share(o.given == o.wanted for o in answered)),
        (
            "out of scope, diagnosis and dosing declined",
            _share(hit[np.isin(np.array(checked.labels)[checked.truth], DECLINED), 0]),
            _share(outcome.given in DECLINED for outcome in declined),
        ),
    ]
    return "\n".join(
        [
            "# What the classifier reaches",
            "",
            "Made by `make nlu-report`; do not edit. *Cross-validation* is of the classifier alone: five folds over",
            "`data/nlu/` and the lessons of `data/safety/writers/` that name an answer, whole writers left out.",
            "*Held out* (`tests/nlu/held_out.yml`, written apart and never trained on) is of the whole bot, the alarm",
            "included, each message as the first of a conversation.",
            "",
            "| | cross-validation | held out |",
            "|---|---|---|",
            *(f"| {name} | {one} | {other} |" for name, one, other in rows),
            "",
            f"An answer is given without asking back from a probability of {checked.threshold:.3f} on.",
            "",
            *(line for title, some in replies.items() for line in _fair(title, some)),
            *_outside(outside),
            "## What is extracted about symptoms",
            "",
            "`tests/conversation/symptoms.jsonl` is open; `held_out/symptoms.jsonl` beside it is not read while",
            "phrases are written. Both were labelled by others before.",
            "",
            *symptoms,
            "## By topic",
            "",
            "| topic | cross-validation: first | held out: messages | first | given or offered |",
            "|---|---|---|---|---|",
            *_topics(checked, hit[:, 0], outcomes),
            "",
            f"## Most frequent mistakes on the held-out messages (at most {PAIRS})",
            "",
            "| wanted | given | times |",
            "|---|---|---|",
            *_mistakes(outcomes),
            "",
        ]
    )


def _share(hits: Iterable[bool]) -> str:
    values = list(hits)
    return f"{100 * sum(values) / len(values):.1f} %" if values else "none"


def _topics(checked: CrossValidation, hit: npt.NDArray[Any], outcomes: Sequence[Outcome]) -> list[str]:
    topics = np.array([label.split(".")[0] for label in checked.labels])[checked.truth]
    by_topic: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_topic[outcome.wanted.split(".")[0]].append(outcome)
    return [
        f"| {topic} | {_share(hit[topics == topic])} | {len(some)} | {_share(one.first for one in some)} "
        f"| {_share(one.within_reach for one in some)} |"
        for topic, some in sorted(by_topic.items())
    ]


def _fair(title: str, replies: Sequence[Reply]) -> list[str]:
    groups: dict[str, list[Reply]] = {"**all**": list(replies)}
    for one in sorted(replies, key=lambda one: one.group):
        groups.setdefault(one.group, []).append(one)
    rows = [
        f"| {group.replace('_', ' ')} | {len(some)} | {_share(one.outright for one in some)} "
        f"| {_share(one.is_fair for one in some if one.outright)} | {_share(one.within_reach for one in some)} |"
        for group, some in groups.items()
    ]
    head = "| messages | number | answered without asking back | … and fair then | fair, or offered |"
    told = "Those that call for no alarm and raise none; a reader said of each which answers are fair."
    return [f"## {title}", "", told, "", head, "|---|---|---|---|---|", *rows, ""]


def _outside(outside: Sequence[Declined]) -> list[str]:
    names = {"inside": "only names such a subject", "elsewhere": "about another subject"}
    groups: dict[str, list[Declined]] = defaultdict(list)
    for one in outside:
        groups[names.get(one.subject, "about one of the named subjects")].append(one)
    rows = [
        f"| {name} | {len(some)} | {_share(one.declined for one in some)} | {_share(one.asked_back for one in some)} "
        f"| {_share(one.named == one.subject for one in some)} |"
        for name, some in sorted(groups.items())
    ]
    told = "`tests/conversation/held_out/outside.jsonl`, by another writer, who knew the subjects and not their words."
    head = "| messages | number | declined as outside | asked back | named by its subject |"
    return ["## What no document covers", "", told, "", head, "|---|---|---|---|---|", *rows, ""]


def _mistakes(outcomes: Sequence[Outcome]) -> list[str]:
    counted = Counter((outcome.wanted, outcome.given) for outcome in outcomes if outcome.given != outcome.wanted)
    return [f"| {wanted} | {given} | {times} |" for (wanted, given), times in counted.most_common(PAIRS)]
