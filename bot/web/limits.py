"""Limits requests, messages and their characters per conversation and per address."""

import asyncio
import threading
import time
from functools import cache
from math import ceil

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.settings import settings

FLOOD = 10  # times an address's limit: beyond it, not even the alarm is checked
TYPICAL = 300  # characters of a message: this times the message limit is the character limit
UNIT = 100  # characters, or bytes, counted as one
TALK = 4  # messages in the shortest talk: an address may start so many times fewer sessions than send messages
PRUNE = 60.0  # seconds


class Limits:
    """Counts messages, their characters, and sessions over the last minute, in this process's memory."""

    def __init__(self, per_conversation: int, per_address: int, longest: int, largest: int) -> None:
        """Create the limits.

        Args:
            per_conversation: Messages a minute.
            per_address: Messages a minute.
            longest: Characters of the longest answered message: longer ones cost only a check for signs.
            largest: Bytes of the largest accepted request: a single one is never a flood.
        """
        self._storage = MemoryStorage()
        self._storage.timer = _Running(0, self.prune)
        self._counted = MovingWindowRateLimiter(self._storage)
        self._longest = longest
        self._sessions = parse(f"{max(per_address // TALK, 1)}/minute")
        self._messages = {
            "conversation": parse(f"{per_conversation}/minute"),
            "address": parse(f"{per_address}/minute"),
        }
        self._characters = {
            "conversation": parse(f"{units(max(per_conversation * TYPICAL, longest))}/minute"),
            "address": parse(f"{units(max(per_address * TYPICAL, longest))}/minute"),
        }
        self._flood = parse(f"{FLOOD * per_address}/minute")
        self._flood_bytes = parse(f"{units(max(FLOOD * per_address * TYPICAL, largest))}/minute")

    def session(self, address: str) -> bool:
        """Count a new session, and return whether the address may have it."""
        return self._counted.hit(self._sessions, "session", address)

    def message(self, conversation: str, address: str, characters: int) -> bool:
        """Count a message, and return whether it is within the limits."""
        # A message that is too long is not answered. The patient must still be able to resend it in parts.
        cost = units(characters) if characters <= self._longest else 1
        # Count all, whatever the first result.
        within = [
            self._counted.hit(limits[kind], what, name, cost=one)
            for what, limits, one in (("messages", self._messages, 1), ("characters", self._characters, cost))
            for kind, name in (("conversation", conversation), ("address", address))
        ]
        return all(within)

    def flooded(self, address: str, size: int) -> bool:
        """Count a request of so many bytes; return whether its address sends too much to handle."""
        # Count both, whatever the first result.
        within = [
            self._counted.hit(self._flood, "flood", address),
            self._counted.hit(self._flood_bytes, "flood of bytes", address, cost=units(size)),
        ]
        return not all(within)

    def prune(self) -> None:
        """Drop hits older than a minute, and names without later hits: the storage itself keeps the names."""
        now = time.time()
        for name, hits in list(self._storage.events.items()):
            hits[:] = [hit for hit in hits if hit.expiry > now]
            if not hits:
                self._storage.clear(name)

    async def keep_small(self) -> None:
        """Prune as long as the server runs."""
        while True:
            await asyncio.sleep(PRUNE)
            self.prune()


class _Running(threading.Timer):
    """Replaces the storage's timer, which walks all names in a thread after each message; pretends to run."""

    def is_alive(self) -> bool:
        """Return True, so that it is not started."""
        return True


def units(characters: int) -> int:
    """Return the units that so many characters cost."""
    return ceil(characters / UNIT)


@cache
def shared_limits() -> Limits:
    """Return the process's limits, shared by all channels."""
    config = settings()
    return Limits(config.messages_per_minute, config.messages_per_address, config.message_limit, config.largest_request)
