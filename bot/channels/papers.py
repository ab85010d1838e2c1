"""The papers for the visit at `/visit/`, as pages and PDFs."""

import asyncio

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.headers import PAGE, PAPER
from bot.knowledge.base import KnowledgeBase
from bot.settings import Clinic, Settings
from bot.talk.links import pages as stored_pages
from bot.visit.page import STYLE, html_page
from bot.visit.pdf import pdf
from bot.web.pages import page


def blueprint(base: KnowledgeBase, clinic: Clinic, settings: Settings) -> Blueprint:
    """Define the papers' addresses."""
    papers = Blueprint("papers")
    expired = page("expired.html", base, clinic, settings)

    @papers.get("/visit/visit.css")
    async def style(_: Request) -> HTTPResponse:
        return await response.file(STYLE, headers=PAGE)

    # Drawing a PDF takes a while, so it is done in a thread: the alarm must not wait for it.
    @papers.get("/visit/<name:str>")
    async def paper(_: Request, name: str) -> HTTPResponse:
        token = name.removesuffix(".pdf")
        document = stored_pages().get(token)
        if document is None:
            return response.html(expired, status=404, headers=PAGE)
        if name.endswith(".pdf"):
            data = await asyncio.get_running_loop().run_in_executor(None, pdf, document)
            return response.raw(data, content_type="application/pdf", headers=PAPER)
        return response.html(html_page(document, f"/visit/{token}.pdf"), headers=PAPER)

    return papers
