"""The texts of the chat on the website."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, validator

from bot.clinic import Clinic
from bot.datafile import Strict, read
from bot.knowledge.base import knowledge
from bot.knowledge.values import AnswerId, Text, known_placeholders

FILE = Path(__file__).with_name("texts.yml")


class Paragraph(Strict):
    """A paragraph of the privacy text."""

    heading: Text
    text: Text

    _placeholders = validator("*", allow_reuse=True)(known_placeholders)


class Beginning(Strict):
    """An entry of the menu that says something for the patient."""

    title: Text
    says: Text
    icon: Literal["check", "page", "walk", "sign"]


class Pages(Strict):
    """The texts of the pages beside the chat."""

    paper_expired_title: Text
    paper_expired: Text
    without_script: Text
    demo_title: Text
    demo_text: Text
    demo_lead: Text
    demo_sections: list[Paragraph]
    demo_contact: Text
    demo_hours: Text
    privacy_title: Text
    privacy: list[Paragraph]
    privacy_words_of_alarms: Text
    privacy_webhook: Text
    privacy_clinic: Text

    _placeholders = validator("*", allow_reuse=True)(known_placeholders)


class Texts(Strict):
    """The file `texts.yml`: the text of each control. `{days}` stands for how long a conversation is kept."""

    title: Text
    intro: Text
    disclaimer: Text
    consent: Text
    privacy_link: Text
    first_questions: list[AnswerId] = Field(min_items=1)
    first_questions_label: Text
    open: Text
    open_urgent: Text
    close: Text
    close_sure: Text
    menu: Text
    log: Text
    placeholder: Text
    send: Text
    too_long: Text
    you: Text
    bot: Text
    waiting: Text
    still_waiting: Text
    choices: Text
    more: Text
    show_sources: Text
    read_aloud: Text
    stop_reading: Text
    conversation_new: Text
    beginnings: list[Beginning] = Field(min_items=1)
    larger: Text
    smaller: Text
    repeat: Text
    show_times: Text
    print: Text
    save: Text
    save_name: Text
    start_over: Text
    start_over_sure: Text
    urgent_goes: Text
    delete: Text
    delete_sure: Text
    deleted: Text
    not_deleted: Text
    yes: Text
    no: Text
    urgent: Text
    not_sent: Text
    unsent: Text
    not_restored: Text
    retry: Text
    closed_window: Text
    pages: Pages

    _placeholders = validator("*", allow_reuse=True)(known_placeholders)

    @validator("first_questions", each_item=True)
    def _answer(cls, name: str) -> str:
        if name not in knowledge().replies:
            raise ValueError(f"no answer has the id {name}")
        return name


@cache
def texts() -> Texts:
    """Return the texts, read once per process; raise DataError when texts.yml is wrong."""
    return read(FILE, Texts)


def filled(words: Texts, clinic: Clinic, days: int) -> dict[str, Any]:
    """Return the texts with the clinic's details and the days filled in."""

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return clinic.fill(value.replace("{days}", str(days)))
        if isinstance(value, list):
            return [fill(one) for one in value]
        return {key: fill(one) for key, one in value.items()}

    result: dict[str, Any] = fill(words.dict())
    return result
