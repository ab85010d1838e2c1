"""The look for warning signs in a server that many people write to at once."""

import asyncio
import logging

from bot.alarm.detector import PIECE, detector
from bot.alarm.verdict import Pending, Verdict

logger = logging.getLogger(__name__)


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
