"""clinic.yml: a clinic's details."""

import re
import zoneinfo
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import AnyHttpUrl, StrictBool, validator
from pydantic.fields import ModelField

from bot.datafile import DataError, Strict, read
from bot.knowledge.base import knowledge
from bot.knowledge.values import CANONICAL, PLACEHOLDER, Text
from bot.settings import settings

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LEAST_CONTRAST = 4.5  # for text, WCAG 2.2, success criterion 1.4.3
PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
LARGEST_PICTURE = 100_000  # bytes
LONGEST_ZONE = 64  # characters of a time zone's name
DateOrder = Literal["MDY", "DMY"]


class Colours(Strict):
    """The chat's colours, `#rrggbb`, under white text.

    Attributes:
        head: The colour of its head and buttons.
        messages: The colour of the patient's messages.
    """

    head: Text = "#1a5fb4"
    messages: Text = "#1a5fb4"

    @validator("*")
    def _readable(cls, colour: str) -> str:
        if not COLOUR.fullmatch(colour):
            raise ValueError('write it as "#rrggbb"')
        ratio = contrast(colour, "#ffffff")
        if ratio < LEAST_CONTRAST:
            raise ValueError(
                f"white text on it has a contrast of {ratio:.1f}; people need {LEAST_CONTRAST}: choose a darker one"
            )
        return colour


class Clinic(Strict):
    """A clinic's details; missing ones are not invented.

    Attributes:
        id: The `data-clinic` of the script tag on the clinic's website, so that no page shows another's numbers.
        logo: A picture's path, relative to clinic.yml.
        privacy_url: The clinic's own privacy text.
        time_zone: Where its patients' days begin, unless their browsers say; the server's when None.
        date_order: Whether patients write month or day first in a numeric date.
    """

    id: Text = "clinic"
    name: Text
    phone: str | None
    opening_hours: str | None
    emergency_number: Text
    crisis_line: Text
    poison_line: str | None = None
    colours: Colours = Colours()
    logo: str | None = None
    privacy_url: AnyHttpUrl | None = None
    keep_words_of_alarms: StrictBool = False
    time_zone: str | None = None
    date_order: DateOrder = "MDY"

    @validator("*", pre=True)
    def _quoted(cls, value: Any, field: ModelField) -> Any:
        # Unquoted, YAML reads 000 as 0 and 0412 as an octal number.
        if value is not None and not isinstance(value, str) and field.type_ not in (StrictBool, Colours):
            raise ValueError("write it in quotes")
        return value

    @validator("logo")
    def _picture(cls, logo: str | None) -> str | None:
        if logo and Path(logo).suffix.lower() not in PICTURES:
            raise ValueError(f"must be a picture: {', '.join(PICTURES)}")
        return logo

    @validator("time_zone")
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None and time_zone(name) is None:
            raise ValueError('must be the name of a time zone, such as "America/Chicago"')
        return name

    def fill(self, text: str) -> str:
        """Fill a text's placeholders: the canonical sentences, the clinic's details, and how long messages are kept."""
        for name in CANONICAL & set(PLACEHOLDER.findall(text)):
            text = text.replace(f"{{{name}}}", knowledge().canonical[name])
        values = {
            "days": str(settings().session_days),
            "diary_days": str(settings().diary_days),
            "clinic": f"{self.name} ({self.phone})" if self.phone else self.name,
            "opening_hours": f" ({self.opening_hours})" if self.opening_hours else "",
            "emergency_number": self.emergency_number,
            "crisis_line": self.crisis_line,
            "poison_line": f" or the poison line ({self.poison_line})" if self.poison_line else "",
        }
        return PLACEHOLDER.sub(lambda match: values[match.group(1)], text)


def time_zone(name: Any) -> zoneinfo.ZoneInfo | None:
    """Return the time zone of a name such as "America/Chicago"; None for anything else."""
    if not isinstance(name, str) or len(name) > LONGEST_ZONE:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):  # an invalid name, a folder of zones, a missing zone
        return None


@cache
def clinic() -> Clinic:
    """Return the clinic's details, read once per process; raise DataError when clinic.yml is wrong."""
    return read(settings().clinic_file, Clinic)


def logo() -> Path | None:
    """Return the clinic's logo, or None; raise DataError when the file is missing or too large."""
    name = clinic().logo
    if not name:
        return None
    path = settings().clinic_file.parent / name
    if not path.is_file() or path.stat().st_size > LARGEST_PICTURE:
        problem = f"{path} must be a file of at most {LARGEST_PICTURE:,} bytes"
        raise DataError(f"{settings().clinic_file}: logo: {problem}")
    return path


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21, of two colours written `#rrggbb`.

    Source: WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1 (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
