"""The REST channel: Rasa's own addresses and format, behind the guard, for scripts on the same machine."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import Forbidden, InvalidUsage, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.alarm.desk import desk
from bot.channels.guard import Alarmed, Guard
from bot.channels.incoming import Limited
from bot.settings import settings
from bot.text.clean import clean
from bot.web.addresses import here, household
from bot.web.errors import TooMany, refused
from bot.web.limits import shared_limits

SENDER_LIMIT = 200  # characters
PROXYS = re.compile(r"x-forwarded.*|forwarded|via|x-real-ip|.*-client-ip|.*-connecting-ip")  # only proxies send these
BROWSERS = re.compile(r"origin|sec-fetch-.*")
LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?", re.IGNORECASE)


class GuardedRest(InputChannel):
    """POST `/webhooks/rest/webhook` with `{"sender", "message"}` returns a list of replies, when STRIDE_REST is true.

    It has no sessions, so it answers this machine only, and refuses requests from proxies and websites. Otherwise
    anyone who guesses a sender, often a phone number, could read that patient's diary. Unlike Rasa's own channel, it
    refuses a request without sender (everybody would share one conversation), and its replies carry their metadata.
    """

    def __init__(self, alarmed: Alarmed | None = None) -> None:
        """Create the channel; `alarmed` (by default the clinic's desk) receives every alarm."""
        self._guard = Guard(alarmed=alarmed or desk())
        self._limits = shared_limits()

    @classmethod
    def name(cls) -> str:
        """Return the name of Rasa's own channel."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Define the channel's route; none unless STRIDE_REST is true."""
        blueprint = Blueprint("guarded_rest")
        if not settings().rest:
            return blueprint
        blueprint.exception(SanicException)(refused)

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            _only_from_here(request)
            sender, message = _posted(request)
            agent = request.app.ctx.agent
            store = agent.tracker_store if agent else None
            characters = len(clean(message)) if isinstance(message, str) else 0
            limited = not self._limits.message(f"{self.name()} {sender}", household(request), characters)
            limit: Limited | None = "too_fast" if limited else None
            answer = self._guard.answer(message, sender, on_new_message, store, self.name(), limited=limit)
            replies = [{"recipient_id": sender, **reply.to_message()} async for reply in answer]
            if limited:
                return response.json(replies, status=TooMany.status_code, headers=TooMany.headers)
            return response.json(replies)

        return blueprint


def _only_from_here(request: Request) -> None:
    """Raise SanicException unless a script on this machine sent the request."""
    if not here(request):
        raise Forbidden("this address answers requests of its own machine only")
    # A proxy that adds no header still speaks HTTP/1.0 by default.
    if request.version != "1.1" or any(map(PROXYS.fullmatch, request.headers)):
        raise Forbidden("this address answers HTTP/1.1 only, and nothing that came through a proxy")
    if any(map(BROWSERS.fullmatch, request.headers)):
        raise Forbidden("this address answers no website")
    host = LOOPBACK.fullmatch(request.headers.get("host", ""))
    if not host or (host[1] and int(host[1]) != request.conn_info.server_port):
        raise Forbidden("Host: must be localhost, 127.0.0.1 or [::1], with the server's port")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise SanicException("Content-Type: must be application/json", status_code=415)


def _posted(request: Request) -> tuple[str, Any]:
    """Return a request's sender and message, or raise InvalidUsage with the problem."""
    body = request.json
    sender = body.get("sender") if isinstance(body, dict) else None
    if not isinstance(sender, str) or not 0 < len(sender) <= SENDER_LIMIT or not sender.isprintable():
        raise InvalidUsage(
            f"sender: must be a text of 1 to {SENDER_LIMIT} printable characters, naming the conversation"
        )
    message, longest = body.get("message"), settings().longest_message
    if isinstance(message, str) and len(message) > longest:
        raise InvalidUsage(f"message: must be a text of at most {longest} characters")
    return sender, message
