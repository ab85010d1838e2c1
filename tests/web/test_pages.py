"""The pages that show the chat, and what the widget must know."""

import json
import re
from typing import Any

import pytest

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.reply.as_json import CitedSource, Standing, WebReply
from bot.settings import ROOT, Settings
from bot.web.pages import STATIC, module, page

TYPES = ROOT / "workshop" / "types" / "chat"
FIELD = re.compile(r"^  (\w+)\??:", re.MULTILINE)
NASTY = "</script><script>alert(1)</script>"


def known(base: KnowledgeBase, clinic: Clinic) -> dict[str, Any]:
    """What the module tells the widget."""
    text = module(base, clinic, Settings())
    told: dict[str, Any] = json.loads(text.removeprefix("export default ").rstrip().removesuffix(";"))
    return told


def declared(file: str, begin: str) -> set[str]:
    """The names of the fields that the types of the widget declare from there on."""
    _, found, rest = (TYPES / file).read_text(encoding="utf-8").partition(begin)
    assert found, f"{file} has no {begin!r}"
    return set(FIELD.findall(rest.partition("\n}")[0]))


def test_types_are_those_that_the_server_sends(base: KnowledgeBase, clinic: Clinic) -> None:
    """The types that the widget is checked by have every field and text that the server makes, and no other."""
    told = known(base, clinic)

    assert declared("settings.d.ts", "declare const known: {") == {*told}
    assert declared("settings.d.ts", "interface Texts {") == {*told["texts"]}
    assert declared("settings.d.ts", "interface Clinic {") == {*told["clinic"]}
    assert declared("settings.d.ts", "interface Beginning {") == {*told["beginnings"][0]}
    assert declared("replies.d.ts", "interface Reply {") == {*WebReply.__annotations__}
    assert declared("replies.d.ts", "interface Standing {") == {*Standing.__annotations__}
    assert declared("replies.d.ts", "interface CitedSource {") == {*CitedSource.__annotations__}


def test_widget_knows_what_to_show_without_a_server(base: KnowledgeBase, clinic: Clinic) -> None:
    """The signs that must not wait and the numbers are in the page before anything is lost."""
    told = known(base, clinic)

    assert told["unavailable"] == clinic.fill(base.notices.unavailable)
    assert [call["number"] for call in told["calls"]] == ["999", "116 123"]


def test_widget_knows_the_clinic(base: KnowledgeBase, clinic: Clinic) -> None:
    """The clinic's name, colours and id are told, and the titles of the first questions."""
    told = known(base, clinic)

    assert told["clinic"] == {
        "id": "clinic",
        "name": "Test Clinic",
        "calls": [{"title": "Call Test Clinic (555 0100)", "number": "555 0100"}],
        "colours": {"head": "#1a5fb4", "messages": "#1a5fb4"},
        "logo": False,
    }
    assert "What is neurogenic claudication?" in told["firstQuestions"]


@pytest.mark.parametrize("told", ["555 0100", "Monday to Friday"])
@pytest.mark.parametrize("is_set", [True, False])
def test_demo_page_tells_only_what_is_set(base: KnowledgeBase, clinic: Clinic, told: str, is_set: bool) -> None:
    """The page of a website gives the clinic's name, and its phone and opening hours only where it has them."""
    details = {"phone": told, "opening_hours": told} if is_set else {"phone": None, "opening_hours": None}

    text = page("demo.html", base, clinic.copy(update=details), Settings())

    assert "Test Clinic" in text
    assert (told in text) is is_set


@pytest.mark.parametrize("name", ["index.html", "demo.html", "privacy.html", "expired.html"])
def test_clinic_cannot_break_a_page(base: KnowledgeBase, clinic: Clinic, name: str) -> None:
    """Markup in the clinic's details stays text on every page."""
    nasty = clinic.copy(update={"name": NASTY, "phone": NASTY, "id": f'"{NASTY}', "emergency_number": NASTY})

    assert NASTY not in page(name, base, nasty, Settings())


def test_page_without_script_tells_the_signs(base: KnowledgeBase, clinic: Clinic) -> None:
    """Where JavaScript is turned off, the page says so, with the signs that must not wait and links that call."""
    text = page("index.html", base, clinic, Settings())

    assert "needs JavaScript" in text
    assert "Numbness between your legs" in text
    assert 'href="tel:999"' in text


def test_page_asks_for_all_modules_at_once(base: KnowledgeBase, clinic: Clinic) -> None:
    """On a slow connection the chat is there sooner: its page names every module that is imported from one another."""
    text = page("index.html", base, clinic, Settings())

    sources = [path.read_text(encoding="utf-8") for path in STATIC.rglob("*.js")]
    imported = {name for source in sources for name in re.findall(r'(?:from|import) "\./(\w+\.js)"', source)}
    named = re.findall(r'rel="modulepreload" href="/chat/([^"]+)"', text)
    assert sorted(named) == sorted(imported | {"chat.js"})


@pytest.mark.parametrize("keeps", [True, False])
def test_privacy_page_tells_what_is_kept(base: KnowledgeBase, clinic: Clinic, keeps: bool) -> None:
    """The privacy page says that alarms keep the patient's words exactly when they do."""
    text = page("privacy.html", base, clinic.copy(update={"keep_words_of_alarms": keeps}), Settings())

    assert ("your message is kept with the note" in text) is keeps


@pytest.mark.parametrize("webhook", ["https://clinic.example/alarms", None])
def test_privacy_page_tells_of_the_webhook(base: KnowledgeBase, clinic: Clinic, webhook: str | None) -> None:
    """The privacy page says that the clinic's own system is told of warning signs exactly when it is."""
    settings = Settings(alarm_webhook=webhook, alarm_webhook_secret="s" * 32)

    assert ("own system is told" in page("privacy.html", base, clinic, settings)) is bool(webhook)


@pytest.mark.parametrize("url", ["https://clinic.example/privacy", None])
def test_privacy_page_links_to_the_clinics(base: KnowledgeBase, clinic: Clinic, url: str | None) -> None:
    """The clinic's own privacy text is linked to when there is one."""
    text = page("privacy.html", base, clinic.copy(update={"privacy_url": url}), Settings())

    assert ("own privacy text" in text) is bool(url)
