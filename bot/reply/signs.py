"""The warning signs told in a conversation, for the paper."""

import datetime
from functools import cache
from pathlib import Path

from pydantic import validator

from bot.conversation.alarms import Alarms
from bot.datafile import Strict, read
from bot.knowledge.values import Text
from bot.paper.document import Section
from bot.paper.texts import texts, with_placeholders

FILE = Path(__file__).with_name("signs.yml")


class SignTexts(Strict):
    """The file `signs.yml`."""

    heading: Text
    sign: Text
    taken_back: Text
    seen: Text

    _forms = validator("sign", "taken_back", "seen", allow_reuse=True)(with_placeholders("at", "words"))


@cache
def _texts() -> SignTexts:
    return read(FILE, SignTexts)


def signs_section(alarms: Alarms, zone: datetime.tzinfo | None) -> Section | None:
    """Return what the patient told about warning signs, in order; None if nothing.

    Args:
        alarms: The conversation's alarms.
        zone: The time zone of the shown times; the server's if None.
    """
    if not alarms.told:
        return None
    lines = []
    for one in alarms.told:
        at = texts().dates.write_time(datetime.datetime.fromisoformat(one.at).astimezone(zone))
        lines.append(getattr(_texts(), one.what).format(at=at, words=one.words))
    return Section(_texts().heading, lines)
