"""Sends requests to providers, each once: no retries here, where a message could be sent twice."""

from __future__ import annotations

import json
import ssl
from typing import Any

import aiohttp
import certifi

from bot.channels.connector import Connector
from bot.channels.wire import Call, Sent

TIME_OUT = 20.0  # seconds for a whole try


class Http:
    """Connections to providers, kept open between requests."""

    def __init__(self, time_out: float = TIME_OUT) -> None:
        """Create it; `time_out` is how many seconds a provider has to answer."""
        self._time_out = time_out
        self._sessions: dict[bool, aiohttp.ClientSession] = {}  # by whether they may use the environment's proxy
        self._trusted = ssl.create_default_context(cafile=certifi.where())

    async def request(self, connector: Connector, call: Call) -> Sent:
        """Send a request to a connector's provider once, and return what came of it; it never raises."""
        proxied = call.url.startswith("https:")  # http stays on this machine
        if proxied not in self._sessions:
            time_out = aiohttp.ClientTimeout(total=self._time_out)
            self._sessions[proxied] = aiohttp.ClientSession(timeout=time_out, trust_env=proxied)
        try:
            async with self._sessions[proxied].post(
                call.url,
                headers=dict(call.headers),
                json=call.json if call.form is None else None,
                data=call.form,
                auth=aiohttp.BasicAuth(*call.auth) if call.auth else None,
                ssl=self._trusted,
                allow_redirects=False,
            ) as answer:
                body = _read(await answer.read())
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return connector.outcome(answer.status, headers, body)
        except aiohttp.ClientConnectorError as error:  # the provider has not seen it
            return Sent("retry", why=type(error).__name__)
        except Exception as error:  # it may have been accepted before the connection ended; the error may hold a token
            return Sent("unknown", why=type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        for session in self._sessions.values():
            await session.close()


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
