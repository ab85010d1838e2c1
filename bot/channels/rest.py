"""The REST channel: Rasa's own addresses and format, behind the guard."""

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.alarms.desk import desk
from bot.channels.behind import behind
from bot.channels.guard import PATIENCE, Alarmed, Guard

SENDER_LIMIT = 200  # characters


class GuardedRest(InputChannel):
    """POST `/webhooks/rest/webhook` with `{"sender", "message"}` returns a list of replies.

    Unlike Rasa's own channel it refuses a request without sender (one conversation would be shared by everybody), and
    its replies carry their metadata.
    """

    def __init__(self, alarmed: Alarmed | None = None) -> None:
        """Make the channel; `alarmed` is handed every alarm, the clinic's desk when None."""
        self._guard = Guard(alarmed=alarmed or desk())

    @classmethod
    def name(cls) -> str:
        """Return the part of the address that is Rasa's own channel's."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Define the channel's two addresses."""
        blueprint = Blueprint("guarded_rest")

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            if agent is None:
                return response.json({"status": "model: not loaded"}, status=503)
            try:
                await behind()(agent.tracker_store.retrieve("health"), PATIENCE)
            except Exception as error:
                return response.json({"status": f"conversations: {type(error).__name__}"}, status=503)
            return response.json({"status": "ok"})

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                body = request.json
            except InvalidUsage:
                return response.json({"error": "the body is not JSON"}, status=400)
            sender = body.get("sender") if isinstance(body, dict) else None
            if not isinstance(sender, str) or not 0 < len(sender) <= SENDER_LIMIT or not sender.isprintable():
                problem = f"sender: must be a text of 1 to {SENDER_LIMIT} printable characters, naming the conversation"
                return response.json({"error": problem}, status=400)
            agent = request.app.ctx.agent
            store = agent.tracker_store if agent else None
            replies = await self._guard.answer(body.get("message"), sender, on_new_message, store, self.name())
            return response.json(replies)

        return blueprint
