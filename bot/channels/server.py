"""Serves the bot: Rasa's channels and the chat page on one Sanic server, with the actions in the same process."""

import os
from pathlib import Path

import click
from rasa.core.agent import Agent
from rasa.core.channels import channel
from sanic import Sanic

from bot.channels import page
from bot.channels.local import load_agent
from bot.channels.rest import GuardedRest
from bot.knowledge.base import knowledge
from bot.settings import ROOT, clinic, settings

VAR = ROOT / "var"


def create_app(agent: Agent) -> Sanic:
    """Make the server of a bot that has been started."""
    app = Sanic("stride", configure_logging=False)
    channel.register([GuardedRest()], app, route="/webhooks/")
    app.blueprint(page.blueprint(knowledge(), clinic()))
    app.ctx.agent = agent  # where Rasa's channels look for it
    return app


def serve(model: Path) -> None:
    """Serve until interrupted."""
    os.chdir(ROOT)  # endpoints.yml names its files from there
    VAR.mkdir(exist_ok=True)
    VAR.chmod(0o700)  # conversations are nobody else's business
    app = create_app(load_agent(model, ROOT / "endpoints.yml"))
    click.echo(f"Stride answers at http://localhost:{settings().port}/ (end with Ctrl-C)")
    app.run(host=settings().host, port=settings().port, access_log=False)
