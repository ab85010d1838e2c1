"""The pages that show the chat, and the widget's settings from this server."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from rcssmin import cssmin

from bot.alarm.rules import ALARMS
from bot.clinic import Clinic
from bot.files.templates import templates
from bot.knowledge.base import KnowledgeBase
from bot.reply.reply import calls
from bot.settings import Settings
from bot.web.texts import filled, texts

STATIC = Path(__file__).parent / "static"
STYLE = Path(__file__).with_name("chat.css")
LOGO_ADDRESS = "clinic-logo"
SETTINGS_MODULE = "settings.js"  # made by `module`


@cache
def _pages() -> Environment:
    return templates(Path(__file__).parent / "pages")


def page(name: str, base: KnowledgeBase, clinic: Clinic, settings: Settings) -> str:
    """Return a page.

    Args:
        name: The page's file under `pages/`.
        base: The knowledge base, for the signs that must not wait.
        clinic: The clinic whose details it shows.
        settings: The settings, for how long conversations are kept.

    Returns:
        The page, as HTML. It fits `Content-Security-Policy: default-src 'self'`.
    """
    known = _shared(base, clinic, settings)
    known["calls"] += calls(base, clinic, ["phone"])  # there is room for it
    modules = [*sorted(file.name for file in (STATIC / "chat").glob("*.js")), SETTINGS_MODULE]
    return _pages().get_template(name).render(**known, clinic=clinic, settings=settings, modules=modules)


def module(base: KnowledgeBase, clinic: Clinic, settings: Settings) -> str:
    """Return the JavaScript module with the widget's texts, its style, and the clinic's looks.

    It also holds what the page shows on its own when the server cannot be reached.
    """
    known = _shared(base, clinic, settings)
    known["texts"] = {key: value for key, value in known["texts"].items() if isinstance(value, str)}
    exported = {
        **known,
        "alarms": list(ALARMS),
        "clinic": {
            "id": clinic.id,
            "name": clinic.name,
            "calls": calls(base, clinic, ["phone"]),
            "colours": clinic.colours.dict(),
            "logo": bool(clinic.logo),
        },
        "beginnings": [one.dict() for one in texts().beginnings],
        "firstQuestions": [base[name].title for name in texts().first_questions],
        "limit": settings.message_limit,
        "longest": settings.longest_message,
        "style": style(),
    }
    return f"export default {json.dumps(exported)};\n"


def style() -> str:
    """Return the chat's style sheet without comments and spaces."""
    return str(cssmin(STYLE.read_text(encoding="utf-8")))


def _shared(base: KnowledgeBase, clinic: Clinic, settings: Settings) -> dict[str, Any]:
    """Return what pages and widget share: the texts, and what to show when the server does not answer."""
    return {
        "texts": {**filled(texts(), clinic, settings.session_days), "sources": base.notices.sources_line},
        "unavailable": clinic.fill(base.notices.unavailable),
        "calls": calls(base, clinic, ["emergency_number", "crisis_line"]),
    }
