"""Looks for signs in a server that many people write to at once."""

import asyncio
import logging

from bot.alarm.detector import PIECE, detector
from bot.alarm.verdict import Pending, Verdict

logger = logging.getLogger(__name__)


class Lookout:
    """Looks for signs without blocking others.

    It reads a message piece by piece on the event loop, and only one long message at a time. Other requests therefore
    wait for one piece.
    """

    def __init__(self, seconds: float) -> None:
        """Allow so many seconds for a message; after a longer wait for others, read its first piece only."""
        self._seconds = seconds
        self._long = asyncio.Lock()
        detector()  # started now, so that the first sign does not wait for it

    async def __call__(self, text: str, pending: Pending, bot_said: str) -> Verdict:
        """Look for signs; see `Detector`. Text that is not read, or not in time, counts as a suspicion."""
        try:
            return await self._read(text, pending, bot_said)
        # Catch every error: a message that may hold a sign must not pass as one without.
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
