"""How many connections there may be: each takes a file, and what keeps alarms and conversations needs files too."""

import resource
from collections import Counter
from functools import cache

from bot.settings import settings

PER_HOUSEHOLD = 100  # connections: a browser opens six
KEPT = 200  # files for databases, the record of alarms and the webhook
FILES = 8_192  # that the process may have open, where the system lets it


class Connections:
    """Counts the connections that are open."""

    def __init__(self, most: int, per_household: int) -> None:
        """Let in so many in all, and so many of one household."""
        self._most = most
        self._per_household = per_household
        self._open: Counter[str] = Counter()

    def begin(self, household: str) -> bool:
        """Count a new connection, unless there are too many; returns whether it may stay."""
        if self._open.total() >= self._most or self._open[household] >= self._per_household:
            return False
        self._open[household] += 1
        return True

    def end(self, household: str) -> None:
        """Count one connection less."""
        self._open[household] -= 1
        if not self._open[household]:
            del self._open[household]


def raise_files() -> None:
    """Let the process have as many files open as it needs, or as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@cache
def connections() -> Connections:
    """Return the process's own; behind a proxy, which has one address, they count only together."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = FILES if files == resource.RLIM_INFINITY else min(FILES, files)
    most = max(files - KEPT, files // 2)
    return Connections(most, most if settings().proxies else PER_HOUSEHOLD)
