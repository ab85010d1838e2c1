"""Starts two servers on one folder, has the patients write, and counts what came of it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from bot.files.database import opened
from bot.settings import settings
from bot.store.messages_sqlite import SqliteMessages
from bot.store.trackers import VERSIONS
from workshop.load.patients import OURS, PUBLIC, TOKEN, Patient, all_write, patients
from workshop.load.provider import Provider, Sent
from workshop.processes import HERE, end, environment, free_port

SERVERS = 2
START, PATIENCE, END = 120.0, 300.0, 20.0  # seconds
URGENT = "What you describe can be a warning sign."


@dataclass(frozen=True)
class Counted:
    """What came of all messages.

    Attributes:
        patients: How many patients wrote.
        messages: How many messages they wrote.
        seconds: The time of each request until its answer, in seconds.
        refused: The requests that were not answered with 2xx.
        lost: Messages that the bot has not answered.
        doubled: Messages that the bot has answered more than once.
        disordered: Patients who were answered in another order than they wrote.
        urgent: The time from each sign until its urgent message was accepted, in seconds; infinite if it never was.
        whole: The time until the last reply was accepted, in seconds.
        parts: How many parts were sent.
    """

    patients: int
    messages: int
    seconds: list[float]
    refused: int
    lost: int
    doubled: int
    disordered: int
    urgent: list[float]
    whole: float
    parts: int


def measured(many: int, within: float = 0.0, pause: float = 0.0, refuses: int = 0) -> Counted:
    """Measure with so many patients, who write as `all_write` says, and a provider as `Provider` describes it.

    Raises:
        RuntimeError: A server did not start.
    """
    return asyncio.run(_measured(many, within, pause, refuses))


async def _measured(many: int, within: float, pause: float, refuses: int) -> Counted:
    provider, some = Provider(pause, refuses), patients(many)
    address = await provider.begin()
    with TemporaryDirectory(prefix="stride-load-") as folder:
        ports = [free_port() for _ in range(SERVERS)]
        servers = [_started(port, Path(folder), address) for port in ports]
        try:
            await asyncio.gather(*(asyncio.to_thread(_wait, port) for port in ports))
            begun = time.monotonic()
            await all_write(some, ports, within)
            await _quiet(provider, Path(folder))
        finally:
            for one in servers:
                end(one, END)
            await provider.end()
        heard = _heard(Path(folder))
    return counted(some, heard, provider.sent, begun)


def counted(
    some: Sequence[Patient], heard: Sequence[Sequence[int]], sent: dict[str, list[Sent]], begun: float
) -> Counted:
    """Count.

    Args:
        some: The patients.
        heard: For each conversation, the numbers of the messages that Rasa has heard, in order. A message has the next
            number when it is stored, and a patient writes on only then.
        sent: What each patient has got.
        begun: When the first wrote, by `time.monotonic`.
    """
    urgent = [
        next((message.at - one.sign for message in sent.get(one.number, ()) if URGENT in message.text), float("inf"))
        for one in some
        if one.sign is not None
    ]
    answers = [request for one in some for request in one.answered]
    return Counted(
        patients=len(some),
        messages=sum(len(one.writes) for one in some),
        seconds=[seconds for _, seconds in answers],
        refused=sum(not 200 <= status < 300 for status, _ in answers),
        lost=sum(len(one.writes) for one in some) - len({number for talk in heard for number in talk}),
        doubled=sum(len(talk) - len({*talk}) for talk in heard),
        disordered=sum(talk != sorted(talk) for talk in heard),
        urgent=urgent,
        whole=max((message.at for got in sent.values() for message in got), default=begun) - begun,
        parts=sum(map(len, sent.values())),
    )


def _started(port: int, folder: Path, provider: str) -> subprocess.Popen[bytes]:
    own = environment(
        VAR=str(folder),
        PORT=str(port),
        MODELS=str(settings().models),
        PROXIES="1",
        PUBLIC_URL=PUBLIC,
        ALARM_WEBHOOK="none",
        TWILIO_ACCOUNT_SID="AC" + "0" * 32,
        TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_SMS_FROM=OURS,
        TWILIO_API=provider,
    )
    log = (folder / f"log-{port}").open("wb")
    return subprocess.Popen([sys.executable, "-m", "bot.cli", "run"], env=own, stdout=log, stderr=log)


def _wait(port: int) -> None:
    end_of_patience = time.monotonic() + START
    while time.monotonic() < end_of_patience:
        try:
            if requests.get(f"http://{HERE}:{port}/webhooks/web/health", timeout=START).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    raise RuntimeError(f"the server at port {port} did not start")


async def _quiet(provider: Provider, folder: Path) -> None:
    """Wait until nothing waits to be answered or sent."""
    limit, store = time.monotonic() + PATIENCE, SqliteMessages(folder)
    try:
        while await store.waiting() != (0, 0):
            if time.monotonic() > limit:
                raise RuntimeError(
                    f"the servers did not finish; {sum(map(len, provider.sent.values()))} parts were sent"
                )
            await asyncio.sleep(0.5)
    finally:
        store.close()


def _heard(folder: Path) -> list[list[int]]:
    """Return for each conversation the numbers of the messages that Rasa has heard, in order."""
    with opened(folder / "conversations.db", VERSIONS) as database:
        query = "SELECT sender_id, data FROM events WHERE type_name = 'user' ORDER BY id"
        talks: dict[str, list[int]] = {}
        for sender, data in database.execute(query):
            talks.setdefault(sender, []).append(int(json.loads(data)["message_id"]))
    return [*talks.values()]
