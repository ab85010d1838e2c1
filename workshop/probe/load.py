"""Attacks that cost the server time, measured by how long another patient's alarm takes meanwhile."""

import string
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import product

import requests

from workshop.probe.attacks import Attack
from workshop.probe.patient import SIGN, Patient
from workshop.probe.seen import Seen
from workshop.probe.site import PATIENCE, Server, Site

PROMISED = 2.0  # maximum seconds for an alarm
WINDOW = 5.0  # seconds that an attack lasts
SENDERS = 10
WALK = "17 minutes"
PLAIN = "My back has been aching since spring and walking to the shop is slow. "


def costly_together(site: Site, attack: Attack) -> Seen:
    """Run concurrent senders, each repeating another of the texts."""
    texts = [text(item, attack.number) for item in attack.items]
    return _alarms(_slowest(site, [_sending(site, [one]) for one in texts][: 2 * SENDERS]))


def costly_one_by_one(site: Site, attack: Attack) -> Seen:
    """Run ten concurrent senders for each text, all repeating it."""
    seconds = {item: _slowest(site, [_sending(site, [text(item, attack.number)])] * SENDERS) for item in attack.items}
    worst = max(seconds, key=lambda item: seconds[item])
    return _alarms(seconds[worst], f"; the worst text repeats {worst[:20]!r}")


def burst(site: Site, attack: Attack) -> Seen:
    """Send many long messages at the same moment, each in its own conversation."""
    patients = [Patient(site.main, site.household()) for _ in range(attack.number)]
    told = [False] * len(patients)

    def send(place: int) -> Callable[[threading.Event], None]:
        def once(_: threading.Event) -> None:
            told[place] = bool(patients[place].send((PLAIN * 40)[:2000]).replies)

        return once

    slowest = _slowest(site, [send(place) for place in range(len(patients))])
    if not all(told):
        return Seen(f"{told.count(False)} of {len(told)} got no reply", held=False)
    return _alarms(slowest, "; each message got a reply")


def one_conversation(site: Site, attack: Attack) -> Seen:
    """Send more messages in one conversation than allowed."""
    patient = Patient(site.main, site.household())
    with ThreadPoolExecutor(5) as threads:
        refused = [told.status for told in threads.map(patient.send, [PLAIN] * attack.number)].count(429)
    urgent = patient.send(SIGN).urgent
    if not urgent:
        return Seen("a sign beyond the limit got no urgent message", held=False)
    return Seen(
        "the limit holds, and a sign beyond it gets the urgent message" if refused else "no limit", bool(refused)
    )


def one_address(site: Site, attack: Attack) -> Seen:
    """Send more requests from one address than any person does, to several of the server's addresses."""
    flooder = {"X-Forwarded-For": site.household()}

    def ask(path: str) -> int:
        with requests.get(f"{site.main.address}{path}", headers=flooder, timeout=PATIENCE) as answer:
            return int(answer.status_code)

    def flood(_: threading.Event) -> None:
        for number in range(attack.number // 8):
            with suppress(requests.RequestException):
                ask(attack.items[number % len(attack.items)])

    slowest = _slowest(site, [flood] * 8)
    open_still = [path for path in attack.items if ask(path) != 429]
    if open_still:
        return Seen(f"no limit at {', '.join(open_still)}", held=False)
    return _alarms(slowest, "; every address refuses the flooder")


def one_household(site: Site, attack: Attack) -> Seen:
    """Start sessions from addresses of one household, in all spellings that a proxy may send."""
    taken = []
    for item in attack.items:
        started = 0
        for number in range(attack.number):
            with suppress(requests.HTTPError):
                Patient(site.main, item.replace("{n}", str(number + 1)))
                started += 1
        taken += [item] if started == attack.number else []
    if taken:
        return Seen(f"no limit for {', '.join(taken)}", held=False)
    return Seen(f"the limit holds in all {len(attack.items)} spellings", held=True)


def papers(site: Site, attack: Attack) -> Seen:
    """Request many PDFs of one paper at once, from as many addresses."""
    patient = Patient(site.main, site.household())
    link = diary(patient)

    def draw(_: threading.Event) -> None:
        with suppress(requests.RequestException):
            requests.get(
                f"{site.main.address}/visit/{link}.pdf", headers={"X-Forwarded-For": site.household()}, timeout=PATIENCE
            )

    return _alarms(_slowest(site, [draw] * attack.number))


def diary(patient: Patient) -> str:
    """Have a patient keep and print a diary; return the paper's token."""
    patient.send(f"I walked {WALK} today")
    patient.send("Yes, keep it")
    links = [link["url"] for reply in patient.send("show my diary").replies for link in reply["links"]]
    return str(links[0]).rsplit("/", 1)[1]


def text(item: str, length: int) -> str:
    """Repeat an item up to a length in characters; each `{n}` in it becomes other letters."""
    unlike = ("".join(letters) for letters in product(string.ascii_lowercase, repeat=3))
    if "{n}" not in item:
        return (item * (length // len(item) + 1))[:length]
    return "".join(item.replace("{n}", letters) for letters in unlike)[:length]


def alarm(site: Site, server: Server) -> float:
    """Have another patient tell a sign; return the seconds until the urgent message, infinity if none comes."""
    try:
        told = Patient(server, site.household()).send(SIGN)
    except requests.RequestException:
        return float("inf")
    return told.seconds if told.urgent else float("inf")


def _sending(site: Site, texts: Sequence[str]) -> Callable[[threading.Event], None]:
    """Return an attacker who repeats texts, from a new address each round, so that no limit ends the attack."""

    def send(over: threading.Event) -> None:
        with suppress(requests.RequestException):
            while not over.is_set():
                patient = Patient(site.main, site.household())
                for one in texts:
                    patient.send(one)

    return send


def _slowest(site: Site, attackers: Sequence[Callable[[threading.Event], None]]) -> float:
    """Run attackers together for a while, each in a thread; return the slowest alarm meanwhile, in seconds."""
    over = threading.Event()
    with ThreadPoolExecutor(len(attackers)) as threads:
        doing = [threads.submit(attacker, over) for attacker in attackers]
        slowest, end = alarm(site, site.main), time.monotonic() + WINDOW
        while time.monotonic() < end and not all(one.done() for one in doing):
            slowest = max(slowest, alarm(site, site.main))
        over.set()
    return slowest


def _alarms(slowest: float, more: str = "") -> Seen:
    if slowest <= PROMISED:
        return Seen(f"every alarm came within {PROMISED:.0f} s{more}", held=True)
    took = "did not come" if slowest == float("inf") else f"took {slowest:.1f} s"
    return Seen(f"an alarm {took}{more}", held=False)
