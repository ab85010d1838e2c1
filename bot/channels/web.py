"""The web chat's channel: sessions, messages with streamed replies, restoring and deleting."""

import asyncio
import datetime
import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage, SanicException, Unauthorized
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.alarm.desk import desk
from bot.channels.conversations import NAME, Bot, Conversations, Posted
from bot.channels.guard import Alarmed
from bot.clinic import time_zone
from bot.files.keyfile import key
from bot.settings import settings
from bot.text.clean import clean
from bot.web.addresses import household
from bot.web.errors import TooMany, refused
from bot.web.limits import shared_limits
from bot.web.sessions import SessionError, Sessions

logger = logging.getLogger(__name__)

KEY_FILE = "session.key"
MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class WebChat(InputChannel):
    """Four routes under `/webhooks/web/`; docs/web.md describes them.

    `POST session` starts one and returns its token; with `{"diary"}`, the token of a conversation that agreed to a
    walking diary, it uses that diary. Every other request carries it as `Authorization: Bearer …`.
    `POST message` with `{"id", "text", "time_zone"}` returns lines of JSON: one `{"reply": …}` for each reply, then
    `{"done": true}`. A message with a known id is not handled again. `GET` and `DELETE conversation` restore and
    delete the conversation.
    """

    def __init__(self, alarmed: Alarmed | None = None) -> None:
        """Create the channel; `alarmed` (by default the clinic's desk) receives every alarm."""
        config = settings()
        config.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        lifetime = datetime.timedelta(days=config.session_days)
        self._sessions = Sessions(key(config.var / KEY_FILE), lifetime)
        self._limits = shared_limits()
        self._conversations = Conversations(config.var, lifetime, alarmed or desk())

    @classmethod
    def name(cls) -> str:
        """Return the channel's part of the URL."""
        return NAME

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Define the channel's routes."""
        blueprint = Blueprint("web_chat")
        conversations = self._conversations

        @blueprint.listener("after_server_start")
        async def begin_sweeping(app: Any, _: Any) -> None:
            self._sweeping = asyncio.create_task(conversations.sweep(lambda: _store(app)))

        @blueprint.listener("before_server_stop")
        async def end_sweeping(*_: Any) -> None:
            self._sweeping.cancel()

        # Not async: sanic-cors omits its headers from an async handler's responses.
        blueprint.exception(SanicException)(refused)

        @blueprint.post("/session")
        async def start(request: Request) -> HTTPResponse:
            if not self._limits.session(household(request)):
                raise TooMany("too many sessions from this address")
            conversation, token = self._sessions.start()
            await conversations.begin(conversation, earlier=self._of_diary(request))
            return _json({"token": token}, 201)

        @blueprint.post("/message")
        async def receive(request: Request) -> HTTPResponse | None:
            posted = _posted(request, await self._conversation(request))
            exchange = conversations.running(posted.conversation, posted.id)
            limited = False
            if exchange is None:
                characters = len(clean(posted.text))  # one written character may become eighteen
                limited = not self._limits.message(posted.conversation, household(request), characters)
                exchange = conversations.answer(posted, Bot(on_new_message, _store(request.app)), limited=limited)
            lines = await request.respond(
                status=429 if limited else 200,
                headers=TooMany.headers if limited else {},
                content_type="application/x-ndjson",
            )
            async for reply in exchange:
                await lines.send(_line({"reply": reply}))
            await lines.send(_line({"done": True, "diary": await conversations.has_diary(posted.conversation)}))
            await lines.eof()
            return None

        @blueprint.get("/conversation")
        async def restore(request: Request) -> HTTPResponse:
            conversation = await self._conversation(request)
            try:
                said = await conversations.said(conversation)
            except Exception as error:
                logger.error("A conversation could not be read: %s", type(error).__name__)
                return _json({"error": "the conversation could not be read"}, 503)
            return _json({"exchanges": [vars(one) for one in said]})

        @blueprint.delete("/conversation", ignore_body=False)  # a browser may send a body
        async def delete(request: Request) -> HTTPResponse:
            # Allow one that is being deleted: that may still fail.
            conversation = self._session(request, expired=True)  # of one that has expired, the diary may be left
            try:
                await conversations.delete(conversation, _store(request.app))
            except Exception as error:
                logger.error("A conversation could not be deleted: %s", type(error).__name__)
                return _json({"error": "the conversation could not be deleted"}, 503)
            return response.empty()

        return blueprint

    def _of_diary(self, request: Request) -> str | None:
        """Return the name of the conversation whose diary a new session is to use; None without a valid one."""
        asked = request.json if request.body else None
        token = asked.get("diary") if isinstance(asked, dict) else None
        try:
            return self._sessions.conversation(token, expired=True) if isinstance(token, str) else None
        except SessionError:
            return None

    async def _conversation(self, request: Request) -> str:
        """Return the name of the request's conversation, or raise Unauthorized when it has ended."""
        conversation = self._session(request)
        if await self._conversations.ended(conversation):
            raise Unauthorized("the conversation was deleted")
        return conversation

    def _session(self, request: Request, *, expired: bool = False) -> str:
        """Return the name of the conversation in the request's token, or raise Unauthorized."""
        try:
            return self._sessions.conversation(request.token or "", expired=expired)
        except SessionError as error:
            raise Unauthorized(str(error)) from error


def _posted(request: Request, conversation: str) -> Posted:
    """Return the message that a request holds, or raise InvalidUsage with the problem."""
    body = request.json
    if not isinstance(body, dict):
        raise InvalidUsage("the body must be a JSON object")
    message_id, text = body.get("id"), body.get("text")
    if not isinstance(message_id, str) or not MESSAGE_ID.fullmatch(message_id):
        raise InvalidUsage("id: must be 8 to 64 letters, digits or hyphens, new for every message")
    longest = settings().longest_message
    if not isinstance(text, str) or len(text) > longest:
        raise InvalidUsage(f"text: must be a text of at most {longest} characters")
    # A wrong time zone only means that the patient's day is unknown.
    zone = body.get("time_zone")
    return Posted(conversation, message_id, text, zone if time_zone(zone) else None)


def _store(app: Any) -> Any:
    return app.ctx.agent.tracker_store if app.ctx.agent else None


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    return response.json(body, status=status)


def _line(body: dict[str, Any]) -> str:
    return json.dumps(body) + "\n"
