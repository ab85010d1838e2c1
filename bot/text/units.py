"""Measures in words."""

from functools import cache
from pathlib import Path

from bot.datafile import Strict, read

FILE = Path(__file__).with_name("units.yml")


class UnitsFile(Strict):
    """The file `units.yml`."""

    units: dict[str, tuple[str, str]]
    range: str
    single: str


@cache
def _units() -> UnitsFile:
    return read(FILE, UnitsFile)


def in_words(amount: float, unit: str, to: float | None = None) -> str:
    """Return a measure, or a range, in words: "1 minute", "2.5 miles", "10 to 15 minutes"."""
    file = _units()
    singular, plural = file.units[unit]
    form = file.range if to else file.single
    return form.format(
        amount=f"{amount:.10g}", to=f"{to:.10g}" if to else "", unit=singular if amount == 1 and not to else plural
    )
