"""Patients who write at the same moment, through a provider that signs their messages as Twilio does."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from twilio.request_validator import RequestValidator

from bot.datafile import Strict, read
from workshop.processes import HERE

FILE = Path(__file__).with_name("messages.yml")
TOKEN, OURS, PUBLIC = "t" * 32, "+15550009999", "https://bot.example"
PATH = "/webhooks/twilio/webhook"
EACH = 5  # messages of a patient
SIGN_OF = 10  # one in so many patients writes a sign


class Messages(Strict):
    """The file `messages.yml`."""

    questions: list[str]
    signs: list[str]


@dataclass
class Patient:
    """One patient.

    Attributes:
        number: The phone number.
        writes: What they write, in order.
        answered: The status of each message's request, and its seconds.
        sign: When the message with a sign was written, by `time.monotonic`; None without one.
    """

    number: str
    writes: Sequence[str]
    answered: list[tuple[int, float]] = field(default_factory=list)
    sign: float | None = None


def patients(many: int) -> list[Patient]:
    """Return patients, the same ones at each call; one in SIGN_OF writes a sign as the third message."""
    file, choose = read(FILE, Messages), random.Random(1)
    found = []
    for place in range(many):
        writes = choose.sample(file.questions, EACH)
        if place % SIGN_OF == 0:
            writes[EACH // 2] = choose.choice(file.signs)
        found.append(Patient(f"+1555{place:07d}", writes))
    return found


async def all_write(some: Sequence[Patient], ports: Sequence[int], within: float) -> None:
    """Have all patients write; each writes on when the provider has the answer to the request before.

    Args:
        some: The patients.
        ports: The servers' ports, which get the messages by turns.
        within: The seconds over which the patients' messages are spread; 0 for all at once.
    """
    later = random.Random(2)
    signs = {*read(FILE, Messages).signs}
    validator = RequestValidator(TOKEN)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def write(patient: Patient) -> None:
            for place, text in enumerate(patient.writes):
                await asyncio.sleep(later.uniform(0, 2 * within / EACH))
                form = {"MessageSid": f"SM{patient.number}{place}", "From": patient.number, "To": OURS, "Body": text}
                # A proxy in front of the servers tells where a request comes from.
                headers = {
                    "X-Twilio-Signature": validator.compute_signature(PUBLIC + PATH, form),
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Forwarded-For": "192.0.2.1",
                }
                begun = time.monotonic()
                if text in signs:
                    patient.sign = begun
                port = ports[(int(patient.number) + place) % len(ports)]
                address = f"http://{HERE}:{port}{PATH}"
                async with session.post(address, data=urlencode(form).encode(), headers=headers) as answer:
                    await answer.read()
                patient.answered.append((answer.status, time.monotonic() - begun))

        await asyncio.gather(*map(write, some))
