"""Serves the bot: Rasa's channels and the chat page on one Sanic server, with the actions in the same process."""

import asyncio
from pathlib import Path

from rasa.core.channels import channel
from sanic import Sanic

from bot.channels import page
from bot.channels.local import load_agent
from bot.channels.rest import GuardedRest
from bot.knowledge.base import knowledge
from bot.settings import ROOT, clinic, settings


def create_app(model: Path, endpoints: Path = ROOT / "endpoints.yml") -> Sanic:
    """Make the server.

    Args:
        model: The trained model.
        endpoints: endpoints.yml; where conversations are kept.
    """
    app = Sanic("stride", configure_logging=False)
    channel.register([GuardedRest()], app, route="/webhooks/")
    app.blueprint(page.blueprint(knowledge(), clinic()))

    async def load(app: Sanic, _: asyncio.AbstractEventLoop) -> None:
        app.ctx.agent = load_agent(model, endpoints)

    app.register_listener(load, "before_server_start")
    return app


def serve(model: Path) -> None:
    """Serve until interrupted."""
    settings().var.mkdir(exist_ok=True)
    create_app(model).run(host=settings().host, port=settings().port, access_log=False)
