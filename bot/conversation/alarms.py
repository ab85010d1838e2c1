"""The alarms of a conversation: which stand, which the bot reminds of, and what the patient told about them."""

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeVar

from bot.alarm.rules import ORDER, AlarmKind, CheckKind
from bot.knowledge.ids import urgent

CRISIS: AlarmKind = "crisis"  # only an answer to "Are you safe now?" takes it back
REMINDS_OF: AlarmKind = "cauda_equina"  # the reminder if a sign was mentioned but no alarm raised
LONGEST = 500  # maximum characters kept of a patient's words
FIRST, LATEST = 10, 10  # how many of the first and the latest `told` are kept
T = TypeVar("T")
What = Literal["sign", "taken_back", "seen"]


@dataclass(frozen=True)
class Told:
    """What a patient told about a warning sign, for the paper.

    Attributes:
        what: A sign, that it was no alarm after all, or that it was seen to.
        words: The patient's own words.
        at: When it was told, ISO 8601 in UTC.
    """

    what: What
    words: str
    at: str


@dataclass(frozen=True)
class Alarms:
    """The alarms of one conversation, kept from one message to the next in one Rasa slot.

    Attributes:
        standing: The kinds that were raised and neither taken back nor seen to, latest last.
        reminding: The kinds whose reminder goes with every answer.
        reminded: The kinds whose full reminder was given since they were raised; after that one short line is enough.
        asked_safe: Whether the bot has just asked "Are you safe now?", and nothing since.
        told: What the patient told, in order.
        asked_about: The kind of the last check.
        asked_over: The words that the open check is about; None if no check is open.
        asked_twice: Whether it was asked twice, because the patient was not sure.
        denied: The words that told no sign, as the patient said when checked; the bot does not ask about them again.
    """

    standing: tuple[AlarmKind, ...] = ()
    reminding: tuple[AlarmKind, ...] = ()
    reminded: tuple[AlarmKind, ...] = ()
    asked_safe: bool = False
    told: tuple[Told, ...] = ()
    asked_about: CheckKind = "fall"
    asked_over: str | None = None
    asked_twice: bool = False
    denied: tuple[str, ...] = ()

    @property
    def latest(self) -> AlarmKind | None:
        """The latest standing alarm."""
        return self.standing[-1] if self.standing else None

    @property
    def ids(self) -> list[str]:
        """The ids of the standing alarms, gravest first."""
        return [urgent(kind) for kind in ORDER if kind in self.standing]

    @property
    def open_checks(self) -> tuple[CheckKind, ...]:
        """The kind of the open check; empty if none is open."""
        return () if self.asked_over is None else (self.asked_about,)

    @property
    def reminds_of(self) -> tuple[AlarmKind, ...]:
        """The kinds whose reminder goes with an answer, gravest first."""
        return tuple(kind for kind in ORDER if kind in self.reminding)

    @property
    def was_seen(self) -> bool:
        """Whether an alarm was seen to and none was raised since."""
        return not self.standing and bool(self.told) and self.told[-1].what == "seen"

    @property
    def signs_told(self) -> bool:
        """Whether a sign was told and not taken back."""
        return bool(self.standing) or any(one.what == "seen" for one in self.told)

    def raised(self, kind: AlarmKind, words: str, at: str) -> "Alarms":
        """Return the alarms after one was raised over a patient's words; the same words are noted once."""
        words = words[:LONGEST]
        known = any((one.what, one.words) == ("sign", words) for one in self.told)
        return replace(
            self,
            standing=(*_without(self.standing, [kind]), kind),
            reminding=(*_without(self.reminding, [kind]), kind),
            reminded=_without(self.reminded, [kind]),
            asked_safe=False,
            told=self.told if known else _kept(*self.told, Told("sign", words, at)),
            asked_over=None,
            asked_twice=False,
        )

    def taken_back(self, kind: AlarmKind, words: str, at: str) -> "Alarms":
        """Return the alarms after the patient took one kind back; a crisis keeps its reminder."""
        return replace(
            self,
            standing=_without(self.standing, [kind]),
            reminding=self.reminding if kind == CRISIS else _without(self.reminding, [kind]),
            asked_safe=False,
            told=_kept(*self.told, Told("taken_back", words[:LONGEST], at)),
        )

    def seen(self, words: str, at: str) -> "Alarms":
        """Return the alarms after the patient said that they were seen to; the reminders and a crisis stay."""
        left = tuple(kind for kind in self.standing if kind == CRISIS)
        return replace(self, standing=left, told=_kept(*self.told, Told("seen", words[:LONGEST], at)))

    def asking_safe(self, asked: bool = True) -> "Alarms":
        """Return the alarms after the bot asked "Are you safe now?", or something else."""
        return replace(self, asked_safe=asked)

    def checking(self, kind: CheckKind, words: str) -> "Alarms":
        """Return the alarms after the bot asked a check over a patient's words."""
        words = words[:LONGEST]
        return replace(self, asked_about=kind, asked_over=words, asked_twice=words == self.asked_over)

    def no_sign(self) -> "Alarms":
        """Return the alarms after the patient said no to the open check."""
        return replace(self, asked_over=None, asked_twice=False, denied=_kept(*self.denied, self.asked_over or ""))

    def said(self, kinds: Iterable[AlarmKind]) -> "Alarms":
        """Return the alarms after the reminders of those kinds were given."""
        return replace(self, reminded=tuple(dict.fromkeys([*self.reminded, *kinds])))

    def to_slot(self) -> dict[str, Any]:
        """Return a form that JSON can store."""
        return asdict(self)

    @classmethod
    def from_slot(cls, kept: dict[str, Any] | None) -> "Alarms":
        """Read what `to_slot` returned; None gives no alarms."""
        kept = kept or {}
        lists = ("standing", "reminding", "reminded", "denied")
        told = tuple(Told(**one) for one in kept.get("told", ()))
        return cls(**{**kept, **{name: tuple(kept.get(name, ())) for name in lists}, "told": told})

    @classmethod
    def of(cls, kept: dict[str, Any] | None, metadata: dict[str, Any] | None) -> "Alarms":
        """Read a slot, and add the alarms that the guard raised without Rasa, from a message's metadata."""
        return cls.from_slot(kept).with_unheard((metadata or {}).get("unheard", ()))

    def with_unheard(self, unheard: Iterable[dict[str, Any]]) -> "Alarms":
        """Add alarms that were raised without Rasa, each with `kind`, `words` and `at`.

        An alarm that already stands over the same words is skipped: its full reminder may have been given.
        """
        alarms = self
        for one in unheard:
            heard = any((told.what, told.words) == ("sign", one["words"][:LONGEST]) for told in alarms.told)
            if not (heard and one["kind"] in alarms.standing):
                alarms = alarms.raised(one["kind"], one["words"], one["at"])
        return alarms


def stamp() -> str:
    """Return the time in the format of `Told.at`."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def _without(kinds: Iterable[AlarmKind], some: Iterable[AlarmKind]) -> tuple[AlarmKind, ...]:
    return tuple(kind for kind in kinds if kind not in some)


def _kept(*told: T) -> tuple[T, ...]:
    """Drop the middle of a long list, because Rasa stores it with every message."""
    return told if len(told) <= FIRST + LATEST else (*told[:FIRST], *told[-LATEST:])
