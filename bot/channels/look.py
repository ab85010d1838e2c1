"""The look for warning signs in a server that many people write to at once."""

import asyncio
import logging
import unicodedata

import regex

from bot.safety.detector import PIECE, detector
from bot.safety.verdict import Pending, Verdict

logger = logging.getLogger(__name__)

INVISIBLE = regex.compile(r"\p{Cf}+")  # zero-width characters stand within words and within emoji
# The rest of what cannot be seen parts words, as do letters that are blank (Hangul's fillers, Braille's).
CONTROL = regex.compile(r"[[\p{C}--\n]\u115f\u1160\u2800\u3164]", regex.V1)
UNDERLINED = regex.compile(r"(?<=[A-Za-z'\u2019\s])\p{Mn}+")  # what NFKC has not made one letter of
# Accents and the like on one letter, more than Unicode's stream-safe text has (UAX #15): putting them into order takes
# the square of their number.
MARKS = regex.compile(r"(\p{M}{30})\p{M}+")


class Lookout:
    """Looks for signs without holding up others.

    A message is looked at piece by piece on the event loop, and of long ones only one at a time: whatever comes in
    meanwhile waits for one piece.
    """

    def __init__(self, seconds: float) -> None:
        """Take so many seconds for a message; of one that waited longer for others, only the first piece is read."""
        self._seconds = seconds
        self._long = asyncio.Lock()
        detector()  # started now, so that the first sign does not wait for it

    async def __call__(self, text: str, pending: Pending, bot_said: str) -> Verdict:
        """Look for warning signs; see `Detector`. What could not be read, or not in time, counts as a suspicion."""
        try:
            return await self._read(text, pending, bot_said)
        # Whatever it is, a message that may hold a sign must not pass for one that holds none.
        except Exception as error:
            logger.error("A message could not be looked through for signs: %s", type(error).__name__)
            return detector().nothing_read(text)

    async def _read(self, text: str, pending: Pending, bot_said: str) -> Verdict:
        if len(text) <= PIECE:
            return detector()(text, pending, bot_said)
        clock = asyncio.get_running_loop().time
        end = clock() + self._seconds
        async with self._long:
            looking = detector().pieces(text, pending, bot_said)
            try:
                next(looking)
                while True:
                    await asyncio.sleep(0)
                    looking.send(clock() > end)
            except StopIteration as done:
                verdict: Verdict = done.value
                return verdict


def clean(text: str) -> str:
    """Put a text into one form (NFKC); what cannot be seen is left out or becomes a blank."""
    return UNDERLINED.sub("", _legible(unicodedata.normalize("NFKC", _legible(text)))).strip()


def _legible(text: str) -> str:
    return MARKS.sub(r"\1", CONTROL.sub(" ", INVISIBLE.sub("", text)))
