"""A patient of the web chat, and raw requests."""

import json
import secrets
import socket
import time
from dataclasses import dataclass
from typing import Any

import requests

from workshop.probe.site import PATIENCE, Server
from workshop.processes import HERE

SIGN = "I can't pee and it's numb between my legs"
ANSWER = 5.0  # seconds that a raw request waits for its response
TIMED_OUT = -1


@dataclass(frozen=True)
class Told:
    """The response to a message.

    Attributes:
        status: Its HTTP status; 0 if there was no response.
        replies: All replies.
        seconds: Time until the urgent message or, if there was none, until the end.
    """

    status: int
    replies: list[dict[str, Any]]
    seconds: float

    @property
    def urgent(self) -> bool:
        """Whether the urgent message came."""
        return any(reply["urgent"] for reply in self.replies)


class Patient:
    """A patient with their own conversation."""

    def __init__(self, server: Server, household: str) -> None:
        """Start a conversation from an address; raise requests.RequestException if it is refused."""
        self._server = server
        self.headers = {"X-Forwarded-For": household}
        started = self.request("POST", "session")
        started.raise_for_status()
        self.token = str(started.json()["token"])
        self.headers["Authorization"] = f"Bearer {self.token}"

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """Request one of the web chat's addresses."""
        headers = {**self.headers, **options.pop("headers", {})}
        address = f"{self._server.address}/webhooks/web/{path}"
        return requests.request(method, address, headers=headers, timeout=PATIENCE, **options)

    def send(self, text: str, message_id: str | None = None) -> Told:
        """Send a message and wait for its replies."""
        body = {"id": message_id or secrets.token_hex(8), "text": text}
        start = time.monotonic()
        replies: list[dict[str, Any]] = []
        urgent = None
        try:
            with self.request("POST", "message", json=body, stream=True) as answer:
                for line in answer.iter_lines():
                    told = json.loads(line)
                    replies += [told["reply"]] if "reply" in told else []
                    if urgent is None and "reply" in told and told["reply"]["urgent"]:
                        urgent = time.monotonic()
            status = answer.status_code
        except requests.RequestException:
            status = 0
        return Told(status, replies, (urgent or time.monotonic()) - start)


def raw(server: Server, request: bytes) -> int:
    """Send bytes; return the HTTP status, 0 if the server just closes, TIMED_OUT if nothing happens."""
    try:
        with socket.create_connection((HERE, server.port), timeout=ANSWER) as connection:
            connection.sendall(request)
            head = connection.recv(100)
    except TimeoutError:
        return TIMED_OUT
    except OSError:
        return 0
    words = head.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
