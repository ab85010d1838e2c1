"""The chat page at `/`: four files, with the knowledge base's sentences put in. And the papers at `/visit/`."""

import asyncio
import html
import re
from pathlib import Path

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.knowledge.base import KnowledgeBase
from bot.settings import Clinic
from bot.talk.links import pages as stored_pages
from bot.visit.page import STYLE, html_page
from bot.visit.pdf import pdf

FOLDER = Path(__file__).parent.parent / "web"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
PAPER = {**HEADERS, "Content-Security-Policy": f"{HEADERS['Content-Security-Policy']}; img-src 'self' data:"}
MARK = re.compile(r"\[\[(\w+)\]\]")


def page(base: KnowledgeBase, clinic: Clinic, name: str = "index.html") -> str:
    """Return a page; `[[name]]` in its file stands for the notice of that name."""

    def notice(match: re.Match[str]) -> str:
        return html.escape(clinic.fill(getattr(base.notices, match.group(1))))

    return MARK.sub(notice, (FOLDER / name).read_text(encoding="utf-8"))


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

    @pages.get("/visit/visit.css")
    async def paper_style(_: Request) -> HTTPResponse:
        return await response.file(STYLE, headers=HEADERS)

    # Drawing a PDF takes a while, so it is done in a thread: the alarm must not wait for it.
    @pages.get("/visit/<name:str>")
    async def paper(_: Request, name: str) -> HTTPResponse:
        token = name.removesuffix(".pdf")
        document = stored_pages().get(token)
        if document is None:
            return response.html(page(base, clinic, "expired.html"), status=404, headers=HEADERS)
        if name.endswith(".pdf"):
            data = await asyncio.get_running_loop().run_in_executor(None, pdf, document)
            return response.raw(data, content_type="application/pdf", headers=PAPER)
        return response.html(html_page(document, f"/visit/{token}.pdf"), headers=PAPER)

    return pages
