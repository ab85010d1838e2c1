"""How much the web chat takes from one conversation, and from one address."""

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

FLOOD = 10  # times what an address may send: from there on, not even the alarm is looked for
TALK = 4  # messages that the shortest talk has: an address may start so many times fewer sessions than send messages


class Limits:
    """Counts messages and sessions over the last minute, in this process's memory."""

    def __init__(self, per_conversation: int, per_address: int) -> None:
        """Make the limits, in messages a minute."""
        self._counted = MovingWindowRateLimiter(MemoryStorage())
        self._sessions = parse(f"{max(per_address // TALK, 1)}/minute")
        self._conversation = parse(f"{per_conversation}/minute")
        self._address = parse(f"{per_address}/minute")
        self._flood = parse(f"{FLOOD * per_address}/minute")

    def session(self, address: str) -> bool:
        """Count a new session, and return whether the address may have it."""
        return self._counted.hit(self._sessions, "session", address)

    def message(self, conversation: str, address: str) -> bool:
        """Count a message, and return whether it is still within the limits."""
        # Both are counted, whatever the first says.
        within = [
            self._counted.hit(self._conversation, "conversation", conversation),
            self._counted.hit(self._address, "address", address),
        ]
        return all(within)

    def flooded(self, address: str) -> bool:
        """Count a request, and return whether an address sends so many that none can be looked at."""
        return not self._counted.hit(self._flood, "flood", address)
