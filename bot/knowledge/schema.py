"""The schema of answers and replies; `make check` checks what patients notice, such as length and reading grade."""

from typing import Any

from pydantic import Field, root_validator, validator

from bot.datafile import Strict
from bot.knowledge.values import (
    Alarm,
    AnswerId,
    BoxName,
    Callee,
    Day,
    Reason,
    Short,
    Text,
    Title,
    Variant,
    known_placeholders,
    quoted_day,
)


class SourceUse(Strict):
    """The sections of one document that an answer's facts come from."""

    document: str
    sections: list[str] = Field(min_items=1)


class View(Strict):
    """What one document says if the documents disagree."""

    document: str
    view: str


class Table(Strict):
    """A comparison; the first cell of each row names it, and has no column's name above it."""

    columns: list[Text] = Field(min_items=2, max_items=2)
    rows: list[list[Text]] = Field(min_items=2)

    @validator("rows", each_item=True)
    def _full(cls, row: list[str]) -> list[str]:
        if len(row) != 3:
            raise ValueError("a row has a name and two cells")
        return row


class Curated(Strict):
    """One text of the bot, with its public id.

    Attributes:
        warning: Names of canonical warnings that go with it.
        short: The text for channels with little room, such as SMS.
        beyond_sources: Its words that no document carries, for the clinician who signs.
    """

    id: AnswerId
    title: Title
    warning: list[BoxName] = Field([], max_items=2)
    short: Short | None = None
    follow_ups: list[AnswerId] = []
    beyond_sources: list[Text] = []
    review_due: Day

    _due = validator("review_due", pre=True, allow_reuse=True)(quoted_day)
    _short = validator("short", allow_reuse=True)(known_placeholders)

    @property
    def topic(self) -> str:
        """The part of the id before the dot, which is also the stem of its file."""
        return self.id.split(".")[0]

    @property
    def urgent(self) -> bool:
        """Whether the reply is one of the alarm's."""
        return self.topic == "urgent"

    @property
    def texts(self) -> list[str]:
        """What a patient reads of it, text by text, without the canonical warnings."""
        raise NotImplementedError


class Said(Curated):
    """A reply that does not teach.

    Attributes:
        banner: An alarm in a sentence or two, which stays on the screen for the rest of the conversation.
        calls: Whom the patient should call, the first one first.
        variants: Texts that replace `answer` and `points` while an alarm of that kind stands, after one that was seen
            to, or in a check of that kind.
        reasons: After an alarm: what to say first, by the patient's reason to put it off or question how to get help.
        closings: What to say after a reason's text, by the alarm; without one for it the reason is not spoken of.
    """

    answer: Text
    points: list[str] = []
    banner: Short | None = None
    calls: list[Callee] = []
    variants: dict[Variant, Text] = {}
    reasons: dict[Reason, Text] = {}
    closings: dict[Alarm, Text] = {}

    _placeholders = validator(
        "answer", "banner", "points", "variants", "reasons", "closings", each_item=True, allow_reuse=True
    )(known_placeholders)

    def for_reason(self, reason: str | None, alarm: str | None) -> str | None:
        """Return what to say after an alarm for a reason; None if there is nothing special to say."""
        closing = self.closings.get(alarm or "")
        return f"{self.reasons[reason]} {closing}" if closing and reason in self.reasons else None

    @property
    def texts(self) -> list[str]:
        """See `Curated.texts`; without the variants and reasons."""
        return [self.answer, *self.points]


class Answer(Curated):
    """A text that teaches: it names the sources of its facts, and where the documents disagree.

    Attributes:
        lead: One sentence that answers the title.
        points, paragraphs, table: What is shown under it: points, or one or two short paragraphs, or a comparison.
        more: What is worth knowing beyond that, folded where a channel can fold.
        do: One next step.
        pictures: Names of drawings of `pictures.yml`.
        conflict: The documents' views where they disagree.
        evidence: What is said first to who asks whether it works.
    """

    lead: Text
    points: list[Text] = []
    paragraphs: list[Text] = Field([], max_items=2)
    table: Table | None = None
    more: list[Text] = []
    do: Text
    pictures: list[str] = Field([], max_items=2)
    short: Short
    follow_ups: list[AnswerId] = Field(min_items=1)
    sources: list[SourceUse] = Field(min_items=1)
    conflict: list[View] = []
    evidence: str | None = None

    _placeholders = validator("lead", "points", "paragraphs", "more", "do", each_item=True, allow_reuse=True)(
        known_placeholders
    )

    @validator("conflict")
    def _two_views(cls, views: list[View]) -> list[View]:
        if views and len({view.document for view in views}) < 2:
            raise ValueError("a conflict needs the views of at least two documents")
        return views

    @root_validator(skip_on_failure=True)
    def _one_body(cls, values: dict[str, Any]) -> dict[str, Any]:
        if sum(bool(values[name]) for name in ("points", "paragraphs", "table")) > 1:
            raise ValueError("has more than one of points, paragraphs and table")
        return values

    @property
    def shown(self) -> list[str]:
        """What is read before anything is unfolded."""
        cells = [cell for row in self.table.rows for cell in row] if self.table else []
        return [self.lead, *self.points, *self.paragraphs, *cells, self.do]

    @property
    def texts(self) -> list[str]:
        """See `Curated.texts`."""
        return [*self.shown, *self.more]


class TopicFile(Strict):
    """A file `<topic>.yml`: answers that teach, or replies that do not."""

    answers: list[Answer] = []
    replies: list[Said] = []
