"""Serves the bot: Rasa's channels and the chat page on one Sanic server, with the actions in the same process."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import click
from rasa.core.agent import Agent
from rasa.core.channels import channel
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse
from sanic_cors import CORS

from bot.alarm.desk import desk
from bot.channels import health
from bot.channels.credentials import written
from bot.channels.local import load_agent
from bot.channels.messaging import Messaging
from bot.channels.rest import GuardedRest
from bot.channels.web import WebChat
from bot.clinic import clinic
from bot.datafile import DataError
from bot.files.folder import make_private
from bot.knowledge.base import knowledge
from bot.settings import ROOT, settings
from bot.web import assets as page
from bot.web import errors, papers
from bot.web.addresses import household
from bot.web.connections import raise_files
from bot.web.headers import API
from bot.web.http import StrictProtocol
from bot.web.limits import shared_limits

logger = logging.getLogger(__name__)

# Sanic's own settings; bot/web/http.py sets stricter times for requests.
SANIC = {
    "REQUEST_MAX_HEADER_SIZE": 8_192,  # bytes
    "KEEP_ALIVE_TIMEOUT": 5,  # seconds between two requests
    "REQUEST_TIMEOUT": 30,  # seconds between two bytes of one
    "RESPONSE_TIMEOUT": 60,  # seconds between a request and its response, and between two parts of that
    "GRACEFUL_SHUTDOWN_TIMEOUT": 15,  # seconds that a client has to read a response's end
    "ACCESS_LOG": False,  # a URL may be a paper's
}
FOR_WEBSITES = [r"/webhooks/web/.*", r"/chat/.*", "/widget.js", "/clinic-logo"]


def create_app(agent: Agent | None) -> Sanic:
    """Create the server of a started bot; without a bot, the guard alone answers, with the alarm."""
    app = Sanic("stride", configure_logging=False)
    app.config.update(SANIC)
    app.config.update(PROXIES_COUNT=settings().proxies or None, REQUEST_MAX_SIZE=settings().largest_request)
    messaging = Messaging.from_credentials(written(ROOT / "credentials.yml"))
    channel.register([GuardedRest(), WebChat(), messaging], app, route="/webhooks/")
    app.blueprint(page.blueprint(knowledge(), clinic(), settings()))
    app.blueprint(papers.blueprint(knowledge(), clinic(), settings()))
    app.blueprint(health.blueprint(lambda: "; ".join(filter(None, [desk().trouble(), messaging.trouble()])) or None))
    # Browsers let only these websites use the chat.
    CORS(
        app,
        resources=FOR_WEBSITES,
        origins=settings().websites,
        automatic_options=True,
        allow_headers=["Authorization", "Content-Type"],
        max_age=600,
    )

    app.exception(SanicException)(errors.refused)
    app.exception(Exception)(errors.failed)

    @app.listener("after_server_start")
    async def begin(*_: Any) -> None:
        errors.quieten()
        app.ctx.pruning_limits = asyncio.create_task(shared_limits().keep_small())

    @app.listener("before_server_stop")
    async def end(*_: Any) -> None:
        app.ctx.pruning_limits.cancel()

    # This runs even before the alarm: whoever sends this much must not take the alarm from everybody else.
    def let_in(request: Request) -> HTTPResponse | None:
        if request.path in messaging.paths:  # all patients of a provider come from its addresses: it signs instead
            return None
        if shared_limits().flooded(household(request), len(request.body)):
            return errors.refused(request, errors.TooMany("too many requests from this address"))
        return None

    # CORS answers OPTIONS itself from the server's start, so this must come before it.
    @app.listener("before_server_start")
    async def come_first(*_: Any) -> None:
        app.request_middleware.appendleft(let_in)

    @app.middleware("response")
    def secure(_: Request, answer: BaseHTTPResponse) -> None:
        for name, value in API.items():
            answer.headers.setdefault(name, value)
        answer.content_type = answer.content_type or "text/plain"  # for an empty response, Sanic would send "None"

    app.ctx.agent = agent  # where Rasa's channels look for it
    return app


def serve(model: Path | None) -> None:
    """Serve until interrupted; with the guard alone when no model can be loaded."""
    make_private(settings().var)
    raise_files()
    try:
        app = create_app(_agent(model))
    except OSError as error:
        raise DataError(f"STRIDE_VAR: {settings().var}: cannot be used: {error.strerror or error}") from error
    click.echo(f"Stride answers at http://localhost:{settings().port}/ (end with Ctrl-C)")
    rest = "on, for scripts on this machine" if settings().rest else "off (STRIDE_REST=true switches it on)"
    click.echo(f"The REST channel is {rest}")
    click.echo("Messaging channels, and what they lack: `stride channels`")
    app.run(host=settings().host, port=settings().port, protocol=StrictProtocol, access_log=False)


def _agent(model: Path | None) -> Agent | None:
    served = 'Only the alarm and "I can\'t answer right now" are served, because'
    if model is None:
        logger.critical("%s there is no model. Run `make model`, and start again.", served)
        return None
    try:
        return load_agent(model, ROOT / "endpoints.yml")
    # Catch every error: patients must get the alarm, and everybody else must learn that something is wrong.
    except Exception as error:
        problem = "%s %s could not be loaded (%s: %s). Delete it, run `make model`, and start again."
        logger.critical(problem, served, model, type(error).__name__, error)
        return None
