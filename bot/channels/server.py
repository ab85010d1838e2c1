"""Serves the bot: Rasa's channels and the chat page on one Sanic server, with the actions in the same process."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.channels import channel
from sanic import Sanic

from bot.channels import page
from bot.channels.local import load_agent
from bot.channels.rest import GuardedRest
from bot.knowledge.base import knowledge
from bot.settings import ROOT, clinic, settings


def create_app(start_agent: Callable[[], Agent]) -> Sanic:
    """Make the server; `start_agent` is called when it starts."""
    app = Sanic("stride", configure_logging=False)
    channel.register([GuardedRest()], app, route="/webhooks/")
    app.blueprint(page.blueprint(knowledge(), clinic()))

    async def load(app: Sanic, _: asyncio.AbstractEventLoop) -> None:
        app.ctx.agent = start_agent()

    app.register_listener(load, "before_server_start")
    return app


def serve(model: Path) -> None:
    """Serve until interrupted."""
    settings().var.mkdir(exist_ok=True)
    app = create_app(lambda: load_agent(model, ROOT / "endpoints.yml"))
    app.run(host=settings().host, port=settings().port, access_log=False)
