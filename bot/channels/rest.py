"""The REST channel: Rasa's own addresses and format, behind the guard."""

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.guard import Guard

SENDER_LIMIT = 200  # characters


class GuardedRest(InputChannel):
    """POST `/webhooks/rest/webhook` with `{"sender", "message"}` returns a list of replies.

    Unlike Rasa's own channel it refuses a request without sender (one conversation would be shared by everybody), and
    its replies carry their metadata.
    """

    def __init__(self) -> None:
        self._guard = Guard()

    @classmethod
    def name(cls) -> str:
        """Return the part of the address that is Rasa's own channel's."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Define the channel's two addresses."""
        blueprint = Blueprint("guarded_rest")

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            try:
                await request.app.ctx.agent.tracker_store.retrieve("health")
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
            store = request.app.ctx.agent.tracker_store
            replies = await self._guard.answer(body.get("message"), sender, on_new_message, store, self.name())
            return response.json(replies)

        return blueprint
