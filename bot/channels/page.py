"""The chat page at `/`: four files, with the knowledge base's sentences put in."""

import html
import re
from pathlib import Path

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.knowledge.base import KnowledgeBase
from bot.settings import Clinic

FOLDER = Path(__file__).parent.parent / "web"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
MARK = re.compile(r"\[\[(\w+)\]\]")


def page(base: KnowledgeBase, clinic: Clinic) -> str:
    """Return the page; `[[name]]` in index.html stands for the notice of that name."""

    def notice(match: re.Match[str]) -> str:
        return html.escape(clinic.fill(getattr(base.notices, match.group(1))))

    return MARK.sub(notice, (FOLDER / "index.html").read_text(encoding="utf-8"))


def blueprint(base: KnowledgeBase, clinic: Clinic) -> Blueprint:
    """Define the page's addresses."""
    pages = Blueprint("page")
    text = page(base, clinic)

    @pages.get("/")
    async def index(_: Request) -> HTTPResponse:
        return response.html(text, headers=HEADERS)

    @pages.get("/<name:(chat\\.js|chat\\.css|icon\\.svg)>")
    async def asset(_: Request, name: str) -> HTTPResponse:
        return await response.file(FOLDER / name, headers=HEADERS)

    return pages
