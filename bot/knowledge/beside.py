"""The schema of the files beside the answers: the documents, other languages, and the sentences around answers."""

import unicodedata
from typing import Any, Literal

from pydantic import Field, validator
from pydantic.fields import ModelField

from bot.datafile import Strict
from bot.knowledge.schema import SourceUse
from bot.knowledge.values import (
    BULLET,
    PLACEHOLDER,
    PLACEHOLDERS,
    Alarm,
    BoxName,
    Callee,
    Check,
    Hash,
    Short,
    Text,
    known_placeholders,
)

ALARMS = 4  # kinds
TOLD = {"messages", "began", "walks"}  # placeholders of what is told about a patient's data
RIGHT_TO_LEFT = {"R", "AL"}  # Unicode's classes of letters; Arabic's is its own
# The mark that begins a text from right to left, and a placeholder from left to right within it (Unicode, UAX #9).
MARK = "\u200f"
ISOLATED = "\u2066\\g<0>\u2069"


class Box(Strict):
    """A canonical warning, said in the same words wherever it stands.

    Attributes:
        beyond_sources: Whether it says what no document carries.
        sentence: What to do.
        points: The signs that it lists, if any.
        short: The same for channels with little room.
    """

    beyond_sources: bool
    sentence: Text
    points: list[Text] = []
    short: Short

    _placeholders = validator("sentence", "points", "short", each_item=True, allow_reuse=True)(known_placeholders)

    @property
    def listed(self) -> str:
        """The points, a line each."""
        return "\n".join(f"{BULLET}{point}" for point in self.points)

    @property
    def lines(self) -> str:
        """The sentence and the points, a line each."""
        return f"{self.sentence}\n{self.listed}".strip()


class BoxesFile(Strict):
    """The file `boxes.yml`: the canonical warnings."""

    boxes: dict[BoxName, Box]


class Picture(Strict):
    """A drawing: what it shows, in words."""

    alt: Text


class PicturesFile(Strict):
    """The file `pictures.yml`; the drawing of a name is `bot/web/static/pictures/NAME.svg`."""

    pictures: dict[str, Picture]


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
        checked: The native speaker who has checked the texts, and the day; None: nobody has.
        rtl: Whether it is written from right to left. Its texts then carry marks that keep their direction, and the
            order of a number in them, wherever they are shown.
        declined: Says that the bot reads English, and the emergency number.
        urgent: Says that this may be an emergency, and what to do.
    """

    name: Text
    checked: Text | None = Field(...)
    rtl: bool = False
    declined: Text
    urgent: Text

    _placeholders = validator("*", allow_reuse=True)(known_placeholders)

    @validator("declined", "urgent")
    def _directed(cls, text: str, values: dict[str, Any]) -> str:
        rtl = values.get("rtl", False)
        if rtl == RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, text)):
            raise ValueError("`rtl: true` belongs to what is written from right to left, and to nothing else")
        return f"{MARK}{PLACEHOLDER.sub(ISOLATED, text)}" if rtl else text


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

    _placeholders = validator("who", "rest", allow_reuse=True)(known_placeholders)

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

    _placeholders = validator("*", allow_reuse=True)(known_placeholders)


def _of_each_alarm(reminders: dict[str, Reminder]) -> dict[str, Reminder]:
    if len(reminders) < ALARMS:
        raise ValueError("each kind of alarm needs a reminder")
    return reminders


class Checked(Strict):
    """The line under a text's sources: that no clinician has signed it, or who has, and when."""

    unsigned: Text
    signed: Text

    @validator("signed")
    def _names_them(cls, signed: str) -> str:
        if set(PLACEHOLDER.findall(signed)) != {"by", "role", "date"}:
            raise ValueError("holds other placeholders than {by}, {role} and {date}")
        return signed


class Notices(Strict):
    """The file `notices.yml`: the sentences around the answers, and those for when there is none."""

    reminders: dict[Alarm, Reminder]
    check_again: dict[Check, Text]
    check_denied: str
    safe_now: str
    safe: str
    not_safe: str
    first_words: Text
    sources_line: str
    checked: Checked
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
    _placeholders = validator("*", allow_reuse=True)(known_placeholders)


class Messaging(Strict):
    """The file `messaging.yml`: what the messaging channels say themselves, and the template for urgent messages.

    Attributes:
        consent: What is said at first contact; `consent_of_carrier` where the carrier takes words such as STOP.
        known: What is kept about a patient; holds `{messages}`, `{began}` and `{walks}`.
        template: Stands alone at the provider, so it can hold the emergency number only.
    """

    consent: Text
    consent_of_carrier: Text
    unreadable: Text
    old_button: Text
    stopped: Text
    started: Text
    help: Text
    deleted: Text
    not_deleted: Text
    known: Text
    self_check_off: Text
    test: Text
    template: Text

    @validator("*")
    def _placeholders(cls, text: str, field: ModelField) -> str:
        held = set(PLACEHOLDER.findall(text))
        if field.name == "known" and not held >= TOLD:
            raise ValueError(f"must hold {sorted(TOLD)}")
        if field.name == "template" and held != {"emergency_number"}:
            raise ValueError("must hold {emergency_number}, and no other placeholder")
        return text if field.name == "known" and held <= TOLD | PLACEHOLDERS else str(known_placeholders(text))
