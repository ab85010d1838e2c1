"""The content of the paper, independent of its form."""

import base64
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """A heading and the lines under it.

    Attributes:
        heading: The heading.
        lines: Plain text, never markup; some may be the patient's own words.
    """

    heading: str
    lines: list[str]


@dataclass(frozen=True)
class Document:
    """A paper.

    Attributes:
        title: Its title.
        intro: Its purpose; empty for none.
        sections: Its sections.
        note: The last text; empty for none.
        chart: A picture (PNG).
        chart_text: The chart in words.
        date: The day it was made, as people write it; empty for none.
    """

    title: str
    intro: str
    sections: list[Section]
    note: str
    chart: bytes | None = None
    chart_text: str | None = None
    date: str = ""


def to_dict(document: Document) -> dict[str, Any]:
    """Return a paper in a form that JSON can store."""
    chart = base64.b64encode(document.chart).decode() if document.chart is not None else None
    return {**asdict(document), "chart": chart}


def from_dict(data: dict[str, Any]) -> Document:
    """Rebuild a paper from what `to_dict` returned.

    Args:
        data: What `to_dict` returned.

    Returns:
        The paper.

    Raises:
        KeyError: The sections are missing.
        TypeError: Another field is missing, unknown or of the wrong type.
        ValueError: The chart is not base64.
    """
    chart = data.get("chart")
    parts: dict[str, Any] = {
        "sections": [Section(**section) for section in data["sections"]],
        "chart": base64.b64decode(chart, validate=True) if chart is not None else None,
    }
    return Document(**{**data, **parts})


def plain(document: Document) -> str:
    """Return a paper as text, for channels that show nothing else."""
    return "\n\n".join(part for part in _parts(document) if part)


def _parts(document: Document) -> Iterator[str]:
    yield document.title
    yield document.intro
    for section in document.sections:
        yield "\n".join([section.heading.upper(), *map(_bullet, section.lines)])
    yield document.chart_text or ""
    yield document.note


def _bullet(line: str) -> str:
    """Indent text after a line break, so that the patient's words do not look like another line of the paper."""
    return "- " + "\n  ".join(line.splitlines())
