"""Text messages: their alphabet, how many segments one needs, and how a long text becomes several.

Sources: 3GPP TS 23.038 (GSM 03.38) for the alphabet; Twilio, "What is an SMS segment?" and its segment calculator for
the counting.
"""

from functools import cache, lru_cache
from itertools import count
from pathlib import Path

from gsm0338 import Codec

from bot.datafile import Strict, read
from bot.text import splitting
from bot.text.splitting import CLUSTER

FILE = Path(__file__).with_name("sms.yml")
# The septets, or UTF-16 code units, that fit into a message alone, and into each segment of a longer one, whose header
# takes six octets.
GSM_7 = (160, 153)
UCS_2 = (70, 67)
CODEC = Codec()
SEGMENTS = 2  # of a part: 306 septets, or 134 units. Twilio advises at most 320 characters


class SmsFile(Strict):
    """The file `sms.yml`: typographic signs by what stands for them in a text message."""

    __root__: dict[str, list[str]]

    class Config:
        """Keeps blanks, which are some of the signs."""

        anystr_strip_whitespace = False


@cache
def _plain() -> dict[int, str]:
    return {ord(sign): plain for plain, signs in read(FILE, SmsFile).__root__.items() for sign in signs}


def gsm(text: str) -> str:
    """Return a text with its typographic signs replaced, so that English needs no letters beyond GSM 03.38."""
    return text.translate(_plain())


def is_gsm(text: str) -> bool:
    """Return whether all of a text's characters are in GSM 03.38."""
    return all(map(_septets, text))


def segments(text: str) -> int:
    """Return how many segments a text needs, as Twilio counts them.

    No grapheme cluster is divided between two segments, unless it is longer than one.
    """
    alone, each = GSM_7 if is_gsm(text) else UCS_2
    sizes = _sizes(text, each)
    if sum(sizes) <= alone:
        return 1
    needed, room = 1, each
    for size in sizes:
        if size > room:
            needed, room = needed + 1, each
        room -= size
    return needed


def split(text: str, marked: str) -> list[str]:
    """Return a text as messages of at most `SEGMENTS` segments each.

    Args:
        text: The text.
        marked: How each of several messages shows its place; holds `{number}`, `{count}` and `{text}`.
    """
    if segments(text) <= SEGMENTS:
        return [text]
    for digits in count(1):
        widest = "9" * digits

        def fits(part: str, widest: str = widest) -> bool:
            return segments(marked.format(number=widest, count=widest, text=part)) <= SEGMENTS

        parts = splitting.split(text, fits)
        if len(parts) < 10**digits:
            break
    return [marked.format(number=number, count=len(parts), text=part) for number, part in enumerate(parts, start=1)]


def utf16(text: str) -> int:
    """Return a text's length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _sizes(text: str, segment: int) -> list[int]:
    """Return the sizes of what no segment divides: septets, or UTF-16 code units."""
    if is_gsm(text):
        return [_septets(character) for character in text]
    clusters = ((utf16(cluster), cluster) for cluster in CLUSTER.findall(text))
    return [
        one for size, cluster in clusters for one in ([size] if size <= segment else [utf16(each) for each in cluster])
    ]


@lru_cache(maxsize=10_000)
def _septets(character: str) -> int:
    """Return how many septets a character takes, two if it is in the extension table; 0 if it is in neither."""
    try:
        return len(CODEC.encode(character)[0])
    except UnicodeEncodeError:
        return 0
