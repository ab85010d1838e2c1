"""The schema of knowledge files; `make check` checks what patients notice, such as length and reading grade."""

import datetime
import re
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, constr, validator

from bot.datafile import Strict

if TYPE_CHECKING:
    AnswerId = str
    Day = str
    Hash = str
    Title = str
    Text = str
    Short = str
    Callee = str
    Alarm = str
    Variant = str
    Check = str
    Reason = str
else:
    AnswerId = constr(regex=r"^[a-z_]+\.[a-z_]+$")
    Day = constr(regex=r"^\d{4}-\d{2}-\d{2}$")
    Hash = constr(regex=r"^[0-9a-f]{64}$")
    Title = constr(min_length=3, max_length=60)
    Text = constr(min_length=1)
    Short = constr(min_length=1, max_length=300)  # characters: two SMS
    Callee = Literal["emergency_number", "crisis_line", "phone"]  # fields of clinic.yml
    Alarm = Literal["crisis", "emergency", "cauda_equina", "same_day"]
    Variant = Literal["crisis", "emergency", "cauda_equina", "same_day", "seen", "fall"]
    Check = Literal["fall", "cauda_equina"]
    Reason = constr(regex=r"^[a-z]+$")
ALARMS = 4  # kinds
PLACEHOLDER = re.compile(r"\{([^}]*)\}")
PLACEHOLDERS = {"clinic", "emergency_number", "crisis_line", "opening_hours", "poison_line"}


def _quoted_day(value: Any) -> Any:
    # YAML turns an unquoted date into an object that Rasa cannot serialize as JSON.
    if isinstance(value, datetime.date):
        raise ValueError("write the date in quotes")
    if isinstance(value, str):
        datetime.date.fromisoformat(value)
    return value


def _known_placeholders(text: Any) -> Any:
    texts = text.values() if isinstance(text, dict) else [text or ""]
    unknown = sorted(
        {name for one in texts if isinstance(one, str) for name in PLACEHOLDER.findall(one)} - PLACEHOLDERS
    )
    if unknown:
        raise ValueError(f"unknown placeholder {unknown}; known are {sorted(PLACEHOLDERS)}")
    return text


class Review(Strict):
    """When a text was last reviewed, and by which clinician; null until one has signed."""

    date: Day
    by: str | None = Field(...)

    _day = validator("date", pre=True, allow_reuse=True)(_quoted_day)


class SourceUse(Strict):
    """The sections of one document that an answer's facts come from."""

    document: str
    sections: list[str] = Field(min_items=1)


class View(Strict):
    """What one document says if the documents disagree."""

    document: str
    view: str


class Curated(Strict):
    """One text of the bot, with its public id.

    Attributes:
        short: The text for channels with little room, such as SMS.
        banner: An alarm in a sentence or two, which stays on the screen for the rest of the conversation.
        calls: Whom the patient should call, the first one first.
        variants: Texts that replace `answer` and `points` while an alarm of that kind stands, after one that was seen
            to, or in a check of that kind.
        reasons: After an alarm: what to say first, by the patient's reason to put it off or question how to get help.
        closings: What to say after a reason's text, by the alarm; without one for it the reason is not spoken of.
    """

    id: AnswerId
    title: Title
    answer: Text
    points: list[str] = []
    short: Short | None = None
    banner: Short | None = None
    calls: list[Callee] = []
    variants: dict[Variant, Text] = {}
    reasons: dict[Reason, Text] = {}
    closings: dict[Alarm, Text] = {}
    follow_ups: list[AnswerId] = []
    reviewed: Review
    review_due: Day

    _due = validator("review_due", pre=True, allow_reuse=True)(_quoted_day)

    _placeholders = validator(
        "answer", "short", "banner", "points", "variants", "reasons", "closings", each_item=True, allow_reuse=True
    )(_known_placeholders)

    @property
    def topic(self) -> str:
        """The part of the id before the dot, which is also the stem of its file."""
        return self.id.split(".")[0]

    def for_reason(self, reason: str | None, alarm: str | None) -> str | None:
        """Return what to say after an alarm for a reason; None if there is nothing special to say."""
        closing = self.closings.get(alarm or "")
        return f"{self.reasons[reason]} {closing}" if closing and reason in self.reasons else None

    @property
    def urgent(self) -> bool:
        """Whether the reply is one of the alarm's."""
        return self.topic == "urgent"


class Answer(Curated):
    """A text that teaches: it names the sources of its facts, and where the documents disagree."""

    short: Short
    follow_ups: list[AnswerId] = Field(min_items=1)
    sources: list[SourceUse] = Field(min_items=1)
    conflict: list[View] = []
    evidence: str | None = None

    @validator("conflict")
    def _two_views(cls, views: list[View]) -> list[View]:
        if views and len({view.document for view in views}) < 2:
            raise ValueError("a conflict needs the views of at least two documents")
        return views


class TopicFile(Strict):
    """A file `<topic>.yml`: answers that teach, or replies that do not."""

    answers: list[Answer] = []
    replies: list[Curated] = []


class Source(Strict):
    """One of the documents: its kind of text, what it cites, and which copy was read."""

    id: str
    name: str
    title: str
    kind: str
    cites: list[str]
    sha256: Hash
    sections: list[str] = Field(min_items=1)


class SourcesFile(Strict):
    """The file `sources.yml`."""

    sources: list[Source] = Field(min_items=1)


class Language(Strict):
    """Texts for somebody who writes in another language.

    Attributes:
        name: The language's name in English.
        declined: Says that the bot speaks English, and the emergency number.
        urgent: Says that this may be an emergency, and what to do.
    """

    name: str
    declined: str
    urgent: str

    _placeholders = validator("*", allow_reuse=True)(_known_placeholders)


class LanguagesFile(Strict):
    """The file `languages.yml`, by ISO 639-1 codes."""

    languages: dict[str, Language]


class Subject(Strict):
    """What patients ask about and no document covers: its name in the reply, who can answer, and patients' words."""

    name: str
    who: str | None = None
    words: list[str] = Field(min_items=1)


class OutsideFile(Strict):
    """The file `outside.yml`.

    Attributes:
        beyond_sources: Says that no document carries these sentences.
        answer: Says that a subject is not covered; holds `{subject}`.
        rest: What the bot knows about.
        who: Sentences that tell who can answer, by the subjects' `who`.
        subjects: The subjects by id.
    """

    beyond_sources: Literal[True]
    answer: Text
    rest: Text
    who: dict[str, Text]
    subjects: dict[str, Subject]

    _placeholders = validator("who", "rest", allow_reuse=True)(_known_placeholders)

    @validator("answer")
    def _names_it(cls, answer: str) -> str:
        if "{subject}" not in answer:
            raise ValueError("holds no {subject}")
        return answer

    @validator("subjects")
    def _known_who(cls, subjects: dict[str, Subject], values: dict[str, Any]) -> dict[str, Subject]:
        unknown = {one.who for one in subjects.values() if one.who} - values.get("who", {}).keys()
        if unknown:
            raise ValueError(f"`who` has no {', '.join(sorted(unknown))}")
        return subjects

    def declined(self, subject: str, *, short: bool = False) -> str:
        """Return the words that decline a subject; the short ones leave out what the bot knows about."""
        one = self.subjects[subject]
        who = self.who[one.who] if one.who else ""
        return " ".join(
            part for part in (self.answer.replace("{subject}", one.name), who, "" if short else self.rest) if part
        )


class ReflectionFile(Strict):
    """The file `reflection.yml`: the sentence that says symptoms back, its parts, and the names of what it says.

    Attributes:
        sentence: Holds `{symptoms}` and `{places}`.
        when: Says what brings it; holds `{triggers}`.
        easing: Says what eases it; holds `{reliefs}`.
        joins: The words between the items of a list.
        link: What the documents link such leg trouble to.
        symptoms, places, triggers, reliefs: What is said of each; several may have one name.
        sides: What is said instead of the legs where one side is told.
        sources: Where the documents carry the link.
    """

    sentence: Text
    when: str
    easing: str
    joins: dict[Literal["and", "or"], str]
    link: Text
    symptoms: dict[str, str]
    places: dict[str, str]
    sides: dict[str, str]
    triggers: dict[str, str]
    reliefs: dict[str, str]
    sources: list[SourceUse] = Field(min_items=1)


class Reminder(Strict):
    """The reminder of an alarm: whole once, then one short line."""

    whole: Text
    short: Text

    _placeholders = validator("*", allow_reuse=True)(_known_placeholders)


def _of_each_alarm(reminders: dict[str, Reminder]) -> dict[str, Reminder]:
    if len(reminders) < ALARMS:
        raise ValueError("each kind of alarm needs a reminder")
    return reminders


class Notices(Strict):
    """The file `notices.yml`: the sentences around the answers, and those for when there is none."""

    reminders: dict[Alarm, Reminder]
    check_again: dict[Check, Text]
    check_denied: str
    safe_now: str
    safe: str
    not_safe: str
    sources_line: str
    unavailable: str
    too_long: str
    nothing_to_read: str
    other_language: str
    unsaid: dict[str, str]
    helpful: str
    helped: str
    not_helped: str
    what_was_missing: str
    feedback_thanks: str
    too_fast: str
    too_many: str
    busy: str
    calls: dict[Callee, str]

    _reminders = validator("reminders", allow_reuse=True)(_of_each_alarm)
    _placeholders = validator("*", allow_reuse=True)(_known_placeholders)
