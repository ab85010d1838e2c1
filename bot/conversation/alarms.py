"""The alarms of a conversation: which stand, whose reminder goes with every answer, and what was told of them."""

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeVar

from bot.alarm.rules import ORDER, AlarmKind
from bot.knowledge.ids import urgent

CRISIS: AlarmKind = "crisis"  # the one that only an answer to "Are you safe now?" takes back
REMINDS_OF: AlarmKind = "cauda_equina"  # the reminder where a sign was spoken of and no alarm was raised
LONGEST = 500  # characters of a patient's words that are kept
FIRST, LATEST = 10, 10  # of what was told, so many are kept from the beginning and from the end
T = TypeVar("T")
What = Literal["sign", "taken_back", "seen"]


@dataclass(frozen=True)
class Told:
    """What a patient told of a warning sign, for the doctor's paper.

    Attributes:
        what: A sign, that it was no alarm after all, or that it was seen to.
        words: The patient's own.
        at: When it was told, ISO 8601 in UTC.
    """

    what: What
    words: str
    at: str


@dataclass(frozen=True)
class Alarms:
    """The alarms of one conversation, kept from one message to the next in one Rasa slot.

    Attributes:
        standing: The kinds that were raised and not taken back or seen to, the latest last.
        reminding: The kinds whose reminder goes with every answer.
        reminded: The kinds whose reminder was said whole since they were raised: from then on one short line is enough.
        asked_safe: Whether the bot has just asked "Are you safe now?", and nothing since.
        told: What the patient told, in order.
        asked_over: The words of a fall over which the bot asked whether it did harm, while that is open.
        asked_twice: Whether it asked twice, because the patient was not sure.
        denied: The words of falls that did no harm: they do not lead to the question again.
    """

    standing: tuple[AlarmKind, ...] = ()
    reminding: tuple[AlarmKind, ...] = ()
    reminded: tuple[AlarmKind, ...] = ()
    asked_safe: bool = False
    told: tuple[Told, ...] = ()
    asked_over: str | None = None
    asked_twice: bool = False
    denied: tuple[str, ...] = ()

    @property
    def latest(self) -> AlarmKind | None:
        """The alarm that was raised last, of those that stand."""
        return self.standing[-1] if self.standing else None

    @property
    def ids(self) -> list[str]:
        """The ids of the alarms that stand, the gravest first."""
        return [urgent(kind) for kind in ORDER if kind in self.standing]

    @property
    def reminds_of(self) -> tuple[AlarmKind, ...]:
        """The kinds whose reminder goes with an answer, the gravest first."""
        return tuple(kind for kind in ORDER if kind in self.reminding)

    @property
    def was_seen(self) -> bool:
        """Whether an alarm was seen to, and none was raised since."""
        return not self.standing and bool(self.told) and self.told[-1].what == "seen"

    @property
    def signs_told(self) -> bool:
        """Whether a sign was told and not taken back."""
        return bool(self.standing) or any(one.what == "seen" for one in self.told)

    def raised(self, kind: AlarmKind, words: str, at: str) -> "Alarms":
        """Return them after an alarm was raised over a patient's words; the same words are noted once."""
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
        """Return them after the patient took one kind back; of a crisis the reminder stays."""
        return replace(
            self,
            standing=_without(self.standing, [kind]),
            reminding=self.reminding if kind == CRISIS else _without(self.reminding, [kind]),
            asked_safe=False,
            told=_kept(*self.told, Told("taken_back", words[:LONGEST], at)),
        )

    def seen(self, words: str, at: str) -> "Alarms":
        """Return them after the patient said that it was seen to: the reminders stay, and a crisis does."""
        left = tuple(kind for kind in self.standing if kind == CRISIS)
        return replace(self, standing=left, told=_kept(*self.told, Told("seen", words[:LONGEST], at)))

    def asking_safe(self, asked: bool = True) -> "Alarms":
        """Return them after the bot asked "Are you safe now?", or something else."""
        return replace(self, asked_safe=asked)

    def asking_over(self, words: str) -> "Alarms":
        """Return them after the bot asked whether the fall that those words tell of did harm."""
        words = words[:LONGEST]
        return replace(self, asked_over=words, asked_twice=words == self.asked_over)

    def unharmed(self) -> "Alarms":
        """Return them after the patient said that it did none."""
        return replace(self, asked_over=None, asked_twice=False, denied=_kept(*self.denied, self.asked_over or ""))

    def said(self, kinds: Iterable[AlarmKind]) -> "Alarms":
        """Return them after the reminders of those kinds were said."""
        return replace(self, reminded=tuple(dict.fromkeys([*self.reminded, *kinds])))

    def to_slot(self) -> dict[str, Any]:
        """Return what JSON can keep."""
        return asdict(self)

    @classmethod
    def from_slot(cls, kept: dict[str, Any] | None) -> "Alarms":
        """Read what `to_slot` made; none from None."""
        kept = kept or {}
        lists = ("standing", "reminding", "reminded", "denied")
        told = tuple(Told(**one) for one in kept.get("told", ()))
        return cls(**{**kept, **{name: tuple(kept.get(name, ())) for name in lists}, "told": told})

    @classmethod
    def of(cls, kept: dict[str, Any] | None, metadata: dict[str, Any] | None) -> "Alarms":
        """Read a slot, with what the guard tells in a message's metadata of alarms that it raised without Rasa."""
        return cls.from_slot(kept).with_unheard((metadata or {}).get("unheard", ()))

    def with_unheard(self, unheard: Iterable[dict[str, Any]]) -> "Alarms":
        """Return them with alarms that were raised without Rasa, each with `kind`, `words` and `at`.

        One that stands over the same words has been heard of meanwhile, and its reminder may have been said whole.
        """
        alarms = self
        for one in unheard:
            heard = any((told.what, told.words) == ("sign", one["words"][:LONGEST]) for told in alarms.told)
            if not (heard and one["kind"] in alarms.standing):
                alarms = alarms.raised(one["kind"], one["words"], one["at"])
        return alarms


def stamp() -> str:
    """Return the time, as alarms are noted with it."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def _without(kinds: Iterable[AlarmKind], some: Iterable[AlarmKind]) -> tuple[AlarmKind, ...]:
    return tuple(kind for kind in kinds if kind not in some)


def _kept(*told: T) -> tuple[T, ...]:
    """Leave out the middle of what is too much: it goes through Rasa's store with every message."""
    return told if len(told) <= FIRST + LATEST else (*told[:FIRST], *told[-LATEST:])
