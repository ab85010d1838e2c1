"""Limits connections: each takes a file, and the storage of alarms and conversations needs files too."""

import resource
from collections import Counter
from functools import cache

from bot.settings import settings

PER_HOUSEHOLD = 100  # connections: a browser opens six
KEPT = 200  # files reserved for databases, the record of alarms and the webhook
FILES = 8_192  # that the process may open, if the system allows it


class Connections:
    """Counts open connections."""

    def __init__(self, most: int, per_household: int) -> None:
        """Allow so many connections in all, and so many per household."""
        self._most = most
        self._per_household = per_household
        self._open: Counter[str] = Counter()

    def begin(self, household: str) -> bool:
        """Count a new connection unless there are too many; return whether it may stay."""
        if self._open.total() >= self._most or self._open[household] >= self._per_household:
            return False
        self._open[household] += 1
        return True

    def end(self, household: str) -> None:
        """Count a closed connection."""
        self._open[household] -= 1
        if not self._open[household]:
            del self._open[household]


def raise_files() -> None:
    """Let the process open as many files as it needs, or as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@cache
def connections() -> Connections:
    """Return the process's counter; behind a proxy, which has one address, only the total counts."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = FILES if files == resource.RLIM_INFINITY else min(FILES, files)
    most = max(files - KEPT, files // 2)
    return Connections(most, most if settings().proxies else PER_HOUSEHOLD)
