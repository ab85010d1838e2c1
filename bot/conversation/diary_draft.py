"""A draft of a diary entry, and what the bot must ask to complete it."""

import datetime
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from bot.clinic import DateOrder
from bot.store.diary import Entry
from bot.text.dates import DayTold, day_of
from bot.text.measures import Unit, doubtful


@dataclass(frozen=True)
class Calendar:
    """Reads days, given the patient's today and the clinic's order of day and month."""

    today: datetime.date
    order: DateOrder

    def day(self, told: dict[str, Any] | None) -> datetime.date | None:
        """Return a day that was told, or today if none was; None if it is not known."""
        return day_of(DayTold(**told), self.today, self.order) if told else self.today


@dataclass(frozen=True)
class Draft:
    """A walk as told.

    Attributes:
        day: Its day; None until known.
        sure: Whether the patient has said that an unlikely measure is right.
        asked: How often the bot asked for its day.
    """

    minutes: float | None
    distance: float | None
    unit: Unit | None
    eased_by: str | None
    ease_minutes: float | None
    day: datetime.date | None
    sure: bool = False
    asked: int = 0

    @classmethod
    def of(cls, walk: dict[str, Any], calendar: Calendar) -> "Draft":
        """Return the draft of a walk that a message stated."""
        draft = cls(**{**walk, "day": calendar.day(walk["day"])})
        eased = draft.ease_minutes
        return replace(draft, ease_minutes=None) if eased is not None and doubtful(eased, "minutes") else draft

    @classmethod
    def of_entry(cls, entry: Entry) -> "Draft":
        """Return the draft of an entry to change."""
        return cls(**vars(entry))

    @classmethod
    def from_slot(cls, kept: dict[str, Any]) -> "Draft":
        """Read what `to_slot` returned."""
        day = kept["day"]
        return cls(**{**kept, "day": day and datetime.date.fromisoformat(day)})

    def to_slot(self) -> dict[str, Any]:
        """Return a form that JSON can store."""
        return {**asdict(self), "day": self.day and self.day.isoformat()}

    def corrected(self, told: dict[str, Any], calendar: Calendar) -> "Draft":
        """Return the draft with the measure and the day that a message told, if any."""
        draft = self
        if told.get("measure"):
            amount, unit = told["measure"]
            draft = replace(draft._measured(amount, unit), sure=False)
        if told.get("day"):
            draft = replace(draft, day=calendar.day(told["day"]))
        return draft

    def _measured(self, amount: float, unit: Unit | None) -> "Draft":
        if unit is None:  # a bare number takes the unit that was told
            unit = self.unit if self.minutes is None and self.unit else "minutes"
        if unit != "minutes":
            return replace(self, minutes=self.minutes if self.distance else None, distance=amount, unit=unit)
        if self.minutes is None:
            return replace(self, minutes=amount, distance=None, unit=None)
        return replace(self, minutes=amount)

    @property
    def doubt(self) -> str | None:
        """Return `impossible` or `unlikely` for a measure that must be asked about, or None."""
        doubts = {doubtful(amount, unit) for amount, unit in self._measures()}
        return next((doubt for doubt in ("impossible", "unlikely") if doubt in doubts), None)

    @property
    def below_zero(self) -> bool:
        """Whether a measure is negative."""
        return any(amount < 0 for amount, _ in self._measures())

    def _measures(self) -> list[tuple[float, Unit]]:
        told = [(self.minutes, "minutes"), (self.distance, self.unit)]
        return [(amount, cast(Unit, unit)) for amount, unit in told if amount is not None]

    @property
    def open(self) -> bool:
        """Whether the bot must ask something before this is an entry."""
        return self.day is None or self.doubt == "impossible" or (self.doubt == "unlikely" and not self.sure)

    def entry(self) -> Entry:
        """Return the entry; the draft must not be open."""
        assert self.day is not None
        return Entry(self.day, self.minutes, self.distance, self.unit, self.eased_by, self.ease_minutes)
