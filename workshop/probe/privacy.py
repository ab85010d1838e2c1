"""Attacks on patients' words: by others, after deletion, in the log."""

import secrets
from contextlib import suppress

import requests

from workshop.probe.attacks import Attack
from workshop.probe.load import WALK, diary
from workshop.probe.patient import SIGN, Patient, raw
from workshop.probe.seen import Seen
from workshop.probe.site import PATIENCE, Site


def others_conversation(site: Site, _: Attack) -> Seen:
    """Ask for another patient's words: by the conversation, the message's id, or what was said there before."""
    patient, other = (Patient(site.main, site.household()) for _ in range(2))
    patient.send(f"I am {site.secret}, and my calf hurts", "abcdefgh")
    diary(patient)
    other.send("hello", "abcdefgh")
    told = other.request("GET", "conversation").text + str(other.send("show my diary").replies)
    leaked = site.secret in told or WALK in told
    return Seen("the other's words" if leaked else "nothing of the other's", held=not leaked)


def commands(site: Site, attack: Attack) -> Seen:
    """Send each item, which Rasa could take for a command, while an alarm stands."""
    patient = Patient(site.main, site.household())
    patient.send(SIGN)
    silent = [item for item in attack.items if not patient.send(item).replies]
    kept = len(patient.request("GET", "conversation").json()["exchanges"])
    replies = patient.send("what is a laminectomy").replies
    if silent:
        return Seen(f"no reply to {silent[0]!r}", held=False)
    if kept != len(attack.items) + 1 or not (replies and replies[-1]["standing"]):
        return Seen("the conversation was changed", held=False)
    return Seen(f"none of {len(attack.items)} is carried out; the alarm stands", held=True)


def deletion(site: Site, attack: Attack) -> Seen:
    """Delete one of several conversations, with diary and paper; look for its words in the bytes of all files."""
    word = f"zq{secrets.token_hex(8)}"
    patient = Patient(site.main, site.household())
    others = [Patient(site.main, site.household()) for _ in range(3)]
    for number in range(attack.number):
        patient.send(f"Number {number}: {word} hurts {'and hurts ' * 40 * (number % 3)}")
        others[number % 3].send(f"My back hurts too, for the time number {number}")
    patient.send(f"{word}: {SIGN}")
    paper = diary(patient)
    before = _files_with(site, word)
    deleted = patient.request("DELETE", "conversation").status_code == 204
    gone = requests.get(f"{site.main.address}/visit/{paper}", timeout=PATIENCE).status_code == 404
    after = _files_with(site, word)
    if not before:
        return Seen("its words were in no file before either, so that this shows nothing", held=False)
    if not deleted or not gone or after or any(paper in path for path in _files(site)):
        return Seen(f"left: {', '.join(after) or 'the paper'}", held=False)
    return Seen("nothing of it in any file", held=True)


def log(site: Site, _: Attack) -> Seen:
    """Send a unique word in every place of a request, then look for it in the logs."""
    patient = Patient(site.main, site.household())
    patient.send(f"{site.secret} hurts")
    patient.send(f"{site.secret}: {SIGN}")
    patient.send(f"/{site.secret}")
    patient.request("POST", "message", data=f'{{"id": "abcdefgh", "text": "{site.secret}')
    patient.request("POST", "message", json={"id": site.secret, "text": [site.secret]})
    for path in (f"/visit/{site.secret}", f"/visit/{site.secret}.pdf", f"/{site.secret}?{site.secret}"):
        raw(site.main, f"GET {path} HTTP/1.1\r\nHost: {site.secret}\r\n\r\n".encode())
        raw(site.main, f"GET {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {site.secret}\r\n\r\n".encode())
        raw(site.main, f"GET {path}\xff {site.secret} HTTP/1.1\r\n {site.secret}\r\n\r\n".encode("latin-1"))
    logs = b"".join(server.log.read_bytes() for server in (site.main, site.bare))
    found = site.secret.encode() in logs
    return Seen("a patient's word" if found else "no word of a patient's, no paper's address", held=not found)


def _files(site: Site) -> list[str]:
    return [str(path.relative_to(site.main.var)) for path in sorted(site.main.var.rglob("*")) if path.is_file()]


def _files_with(site: Site, word: str) -> list[str]:
    """Return the files, including SQLite's side files, that contain a word."""
    found = []
    for name in _files(site):
        with suppress(FileNotFoundError):  # a journal, which exists only during a transaction
            if word.encode() in (site.main.var / name).read_bytes():
                found.append(name)
    return found
