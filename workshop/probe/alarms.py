"""Attacks on the record of alarms and on the webhook, at the server that gives only the alarm."""

import subprocess
import sys
import time
from collections.abc import Callable

import requests

from bot.alarm.record_lines import FILE
from bot.settings import ROOT
from workshop.probe.attacks import Attack
from workshop.probe.load import text
from workshop.probe.patient import SIGN, Patient
from workshop.probe.seen import Seen
from workshop.probe.site import Site

TAKEN = 20.0  # seconds until an alarm that could not be written or sent at first must be there
LARGEST_LINE = 8_000  # bytes
MOST_LINES = 3  # for one conversation that repeats itself within a minute


def files_emptied(site: Site, attack: Attack) -> Seen:
    """Empty the files beside the record, as a crash or a full disk may leave them."""
    _recorded_alarm(site)
    for name in attack.items:
        (site.bare.var / name).write_bytes(b"")
        _recorded_alarm(site)
    seen = _at_the_clinic(site, len(attack.items) + 1)
    if not _verify(site):
        return Seen("the record does not tell of it", held=False)
    return Seen(f"{seen.what}; `stride alarms --verify` tells of it", seen.held)


def disk_full(site: Site, attack: Attack) -> Seen:
    """Let no file grow; later make room again."""
    site.bare.limit_files(1)
    try:
        for _ in range(attack.number):
            if not _alarm(site):
                return Seen("no urgent message while the disk was full", held=False)
        healthy = _healthy(site)
    finally:
        site.bare.limit_files(None)
    _alarm(site)
    if healthy:
        return Seen("the health address says nothing", held=False)
    seen = _kept(site, attack.number + 1)
    return Seen(f"the health address says so; {seen.what}", seen.held)


def webhook_refuses(site: Site, attack: Attack) -> Seen:
    """Have the webhook's address answer an alarm with each of these statuses first."""
    for status in attack.items:
        site.receiver.refusals.append(int(status))
        _alarm(site)
        _until(lambda: not site.receiver.refusals and _all_taken(site))
    return _kept(site, len(attack.items))


def long_message(site: Site, attack: Attack) -> Seen:
    """Send a message full of signs, as long as the web chat takes."""
    before = _size(site)
    _alarm(site, text(attack.items[0], attack.number))
    _until(lambda: _size(site) > before)
    written = _size(site) - before
    if not 0 < written <= LARGEST_LINE:
        return Seen(f"its line has {written:,} bytes", held=False)
    return Seen(f"its line has less than {LARGEST_LINE:,} bytes", held=True)


def repeats(site: Site, attack: Attack) -> Seen:
    """Send the same sign repeatedly in one conversation."""
    before = len(_lines(site))
    patient = Patient(site.bare, site.household())
    urgent = [patient.send(SIGN).urgent for _ in range(attack.number)]
    added = len(_lines(site)) - before
    if not all(urgent):
        return Seen(f"{urgent.count(False)} of {attack.number} got no urgent message", held=False)
    if not 0 < added <= MOST_LINES:
        return Seen(f"{added} lines for {attack.number} messages", held=False)
    return Seen(f"each got the urgent message; at most {MOST_LINES} lines in the record", held=True)


def _alarm(site: Site, words: str = SIGN) -> bool:
    return Patient(site.bare, site.household()).send(words).urgent


def _recorded_alarm(site: Site) -> None:
    """Raise an alarm; wait for its line and the clinic's system, which both come after the urgent message."""
    before = len(_lines(site))
    _alarm(site)
    _until(lambda: len(_lines(site)) > before and _all_taken(site))


def _healthy(site: Site) -> bool:
    """Return whether the health address finds nothing wrong with alarms."""
    answer = requests.get(f"{site.bare.address}/webhooks/web/health", timeout=5)
    return "alarms" not in answer.text


def _kept(site: Site, number: int) -> Seen:
    """Return whether none of at least `number` alarms was lost, and the record is intact."""
    seen = _at_the_clinic(site, number)
    problem = _verify(site)
    if problem:
        return Seen(f"`stride alarms --verify`: {problem}", held=False)
    return Seen(f"{seen.what}; the record is whole", seen.held)


def _at_the_clinic(site: Site, number: int) -> Seen:
    """Return whether the record has at least `number` alarms, and the receiver has all of them."""
    _until(lambda: len(_lines(site)) >= number and _all_taken(site))
    recorded, taken = len(_lines(site)), len(site.receiver.numbers())
    if recorded < number or taken < recorded:
        return Seen(f"{recorded} alarms in the record, {taken} at the clinic, {number} or more raised", held=False)
    return Seen("every alarm is in the record and at the clinic", held=True)


def _verify(site: Site) -> str:
    """Return the last problem that `stride alarms --verify` reports; empty if none."""
    command = [sys.executable, "-m", "bot.cli", "alarms", "--verify"]
    checked = subprocess.run(command, cwd=ROOT, env=site.bare.environment, capture_output=True, text=True, check=False)
    told = checked.stderr.replace(f"{site.bare.var}/", "").strip()
    return told.splitlines()[-1] if checked.returncode else ""


def _all_taken(site: Site) -> bool:
    return len(site.receiver.numbers()) == len(_lines(site))


def _lines(site: Site) -> list[bytes]:
    path = site.bare.var / FILE
    return path.read_bytes().splitlines() if path.exists() else []


def _size(site: Site) -> int:
    path = site.bare.var / FILE
    return path.stat().st_size if path.exists() else 0


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + TAKEN
    while not true() and time.monotonic() < end:
        time.sleep(0.1)
