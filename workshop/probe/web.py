"""Attacks on the server's input: HTTP, addresses, tokens, origins, settings."""

import datetime
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import jwt
import requests

from bot.settings import ROOT
from workshop.probe.attacks import Attack
from workshop.probe.patient import TIMED_OUT, Patient, raw
from workshop.probe.seen import Seen
from workshop.probe.site import CLINIC, PATIENCE, Site
from workshop.processes import HERE
from workshop.processes import environment as own_environment

DRIP = 1.0  # seconds between the bytes of a slow request
ENDED = 15.0  # seconds until a slow request must have ended
HEAD = "POST /webhooks/web/session HTTP/1.1\r\nHost: localhost\r\n{}\r\n\r\nab"
GOOD = {"sender": "probe", "message": "hello"}


def requests_not_by_the_book(site: Site, attack: Attack) -> Seen:
    """Send each item, a whole request, or a header if it does not name HTTP; each must be refused."""
    wrong = []
    for item in attack.items:
        request = item if "HTTP/" in item or "PRI" in item else HEAD.format(item)
        status = raw(site.main, request.encode("latin-1"))
        if status == TIMED_OUT or status == 500 or 0 < status < 400:
            wrong.append(item)
        if not site.main.answers():
            return Seen(f"the server does not answer any more after {item[:40]!r}", held=False)
    return _each(attack, wrong, "refused, and the server goes on")


def slow_requests(site: Site, attack: Attack) -> Seen:
    """Send the rest of each item byte by byte."""
    with ThreadPoolExecutor(len(attack.items)) as threads:
        seconds = list(threads.map(lambda item: _drip(site, item.encode()), attack.items))
    wrong = [item for item, lasted in zip(attack.items, seconds, strict=True) if lasted > ENDED]
    return _each(attack, wrong, f"ended within {ENDED:.0f} s")


def addresses_not_served(site: Site, attack: Attack) -> Seen:
    """Request each item, a path."""
    found = {item: raw(site.main, f"GET {item} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()) for item in attack.items}
    return _each(attack, [item for item, status in found.items() if status not in (400, 404, 405)], "not served")


def other_websites(site: Site, attack: Attack) -> Seen:
    """Send requests as a browser does for a page of each item, an origin."""

    def allowed(origin: str) -> bool:
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST", "X-Forwarded-For": site.household()}
        for method, path in (("OPTIONS", "/webhooks/web/session"), ("POST", "/webhooks/web/session"), ("GET", "/")):
            answer = requests.request(method, f"{site.main.address}{path}", headers=headers, timeout=PATIENCE)
            if "Access-Control-Allow-Origin" in answer.headers:
                return True
        return False

    if not allowed(CLINIC):
        return Seen("not even the clinic's own website may use the chat", held=False)
    return _each(attack, [item for item in attack.items if allowed(item)], "refused")


def rest_when_off(site: Site, _: Attack) -> Seen:
    """Use the REST channel where it is off."""
    status = requests.post(f"{site.main.address}/webhooks/rest/webhook", json=GOOD, timeout=PATIENCE).status_code
    return Seen("404" if status == 404 else f"answered with {status}", held=status == 404)


def rest_when_on(site: Site, attack: Attack) -> Seen:
    """Use the REST channel where it is on, with each item, a header that a website or a proxy sends."""

    def status(headers: dict[str, str]) -> int:
        url = f"{site.bare.address}/webhooks/rest/webhook"
        return int(requests.post(url, json=GOOD, headers=headers, timeout=PATIENCE).status_code)

    if status({}) != 200:
        return Seen("it refuses what it must take", held=False)
    return _each(attack, [item for item in attack.items if status(dict([item.split(": ", 1)])) < 400], "refused")


def forged_tokens(site: Site, attack: Attack) -> Seen:
    """Request a conversation with each kind of token that the server did not issue."""
    patient = Patient(site.main, site.household())
    key = (site.main.var / "session.key").read_text()
    name = jwt.decode(patient.token, options={"verify_signature": False})["sub"]
    now = datetime.datetime.now(datetime.timezone.utc)
    good = {"sub": name, "exp": now + datetime.timedelta(days=1)}
    tokens: dict[str, Callable[[], str]] = {
        "none": lambda: "",
        "without signature": lambda: patient.token.rpartition(".")[0] + ".",
        "cut": lambda: patient.token[:-4],
        "algorithm none": lambda: jwt.encode(good, "", "none"),
        "another algorithm": lambda: jwt.encode(good, key, "HS512"),
        "another key": lambda: jwt.encode(good, "0" * 64, "HS256"),
        "expired": lambda: jwt.encode({**good, "exp": now - datetime.timedelta(seconds=5)}, key, "HS256"),
        "without end": lambda: jwt.encode({"sub": name}, key, "HS256"),
        "of nobody": lambda: jwt.encode({"exp": good["exp"]}, key, "HS256"),
    }

    def status(token: str) -> int:
        return int(patient.request("GET", "conversation", headers={"Authorization": f"Bearer {token}"}).status_code)

    if status(jwt.encode(good, key, "HS256")) != 200:
        return Seen("a good token is refused", held=False)
    return _each(attack, [item for item in attack.items if status(tokens[item]()) != 401], "refused")


def settings_out_of_range(_: Site, attack: Attack) -> Seen:
    """Start with each item, a setting; it must be refused by name."""

    def refused(item: str) -> bool:
        name, value = item.split("=", 1)
        environment = {**own_environment(), name: value}
        command = [sys.executable, "-m", "bot.cli", "alarms", "--verify"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.returncode != 0 and name in done.stderr and "Traceback" not in done.stderr

    with ThreadPoolExecutor(2) as threads:
        held = list(threads.map(refused, attack.items))
    return _each(attack, [item for item, ok in zip(attack.items, held, strict=True) if not ok], "refused by name")


def _drip(site: Site, request: bytes) -> float:
    """Send the start of a request, then a byte at a time; return the seconds until the server ends it."""
    start = time.monotonic()
    with socket.create_connection((HERE, site.main.port), timeout=DRIP) as connection:
        connection.sendall(request)
        while time.monotonic() - start <= ENDED:
            try:
                connection.sendall(b"a")
                connection.recv(1000)
                break  # a response, or the end
            except TimeoutError:
                continue
            except OSError:
                break
    return time.monotonic() - start


def _each(attack: Attack, wrong: list[str], what: str) -> Seen:
    """Return for how many items something holds, and one exception."""
    number = len(attack.items)
    if wrong:
        return Seen(f"{len(wrong)} of {number} not {what}, such as {wrong[0][:60]!r}", held=False)
    return Seen(f"all {number} {what}", held=True)
