"""Answers and logs failed requests; the log never holds an address or a patient's words."""

import logging

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sanic import response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.web.http import BadRequest

logger = logging.getLogger(__name__)

LINES = parse("10/minute")  # log lines of one kind, however many requests
SANICS = ("sanic.root", "sanic.error")
WAIT = 60  # seconds: limits count the last minute


class TooMany(SanicException):
    """An address exceeds its limits."""

    status_code = 429
    headers = {"Retry-After": str(WAIT)}


class OneLine(logging.Filter):
    """Reduces Sanic's log about a request to the kind of error: an address may be a secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a line; return whether to log it."""
        if record.levelno < logging.WARNING:
            return True
        error = record.exc_info[1] if record.exc_info else record.msg
        sentence, detail = "Sanic warns, of something that may hold an address", ""
        if isinstance(error, BaseException):
            sentence, detail = "A request was not handled as it should be: ", type(error).__name__
        record.msg, record.args, record.exc_info = f"{sentence}{detail}", (), None
        return sparingly("sanic")


def quieten() -> None:
    """Filter Sanic's logs with OneLine from now on."""
    for name in SANICS:
        log = logging.getLogger(name)
        if not any(isinstance(one, OneLine) for one in log.filters):
            log.addFilter(OneLine())


def refused(_: Request, error: SanicException) -> HTTPResponse:
    """Answer a refused request in JSON with the reason."""
    if isinstance(error, BadRequest) and sparingly("refused"):
        logger.warning("A request was refused: %s", error)
    status = getattr(error, "status_code", 500)
    return response.json({"error": str(error)}, status, getattr(error, "headers", None))


def failed(_: Request, error: Exception) -> HTTPResponse:
    """Answer a request on which the server failed, in JSON."""
    if sparingly("failed"):
        logger.error("A request was not handled as it should be: %s", type(error).__name__)
    return response.json({"error": "the server could not do this"}, 500)


_counted = MovingWindowRateLimiter(MemoryStorage())


def sparingly(kind: str) -> bool:
    """Count a line of the log, and return whether there were not too many of its kind in the last minute."""
    return _counted.hit(LINES, kind)
