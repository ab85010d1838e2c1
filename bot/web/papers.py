"""The papers for the visit at `/visit/`, as pages and PDFs."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.paper.page import STYLE, html_page
from bot.reply.links import pages as stored_pages
from bot.settings import Settings
from bot.web.headers import PAGE, PAPER
from bot.web.pages import page

logger = logging.getLogger(__name__)

SWEEP = 60  # seconds: papers promise to be kept for one hour
DRAWN_AT_A_TIME = 2  # PDFs: drawing takes CPU time, which the alarm needs


class Papers:
    """Reads papers and draws their PDFs in threads of its own: the alarm must wait for neither."""

    def __init__(self) -> None:
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="papers")
        self._drawing = ThreadPoolExecutor(DRAWN_AT_A_TIME, thread_name_prefix="pdfs")
        self._under_way: dict[str, asyncio.Future[bytes | None]] = {}

    async def html(self, token: str) -> str | None:
        """Return a paper as a page; None when it does not exist or has expired."""
        page: str | None = await self._do(self._reading, self._html, token)
        return page

    async def pdf(self, token: str) -> bytes | None:
        """Return a paper as a PDF; None when missing or expired. Simultaneous requests share one drawing."""
        if token not in self._under_way:
            self._under_way[token] = self._do(self._drawing, self._pdf, token)
            self._under_way[token].add_done_callback(lambda _: self._under_way.pop(token))
        return await asyncio.shield(self._under_way[token])

    async def sweep(self) -> None:
        """Delete expired papers as long as the server runs."""
        while True:
            try:
                await self._do(self._reading, lambda _: stored_pages().sweep(), "")
            except Exception as error:
                logger.error("Old papers could not be deleted: %s", type(error).__name__)
            await asyncio.sleep(SWEEP)

    @staticmethod
    def _html(token: str) -> str | None:
        document = stored_pages().get(token)
        return html_page(document, f"/visit/{token}.pdf") if document else None

    @staticmethod
    def _pdf(token: str) -> bytes | None:
        # Import here: few conversations lead to a paper, and every start would wait for the import.
        from bot.paper.pdf import pdf

        return stored_pages().pdf(token, pdf)

    @staticmethod
    def _do(threads: ThreadPoolExecutor, work: Any, token: str) -> "asyncio.Future[Any]":
        return asyncio.get_running_loop().run_in_executor(threads, work, token)


def blueprint(base: KnowledgeBase, clinic: Clinic, settings: Settings) -> Blueprint:
    """Define the papers' routes."""
    addresses = Blueprint("papers")
    papers = Papers()
    expired = page("expired.html", base, clinic, settings)
    css = STYLE.read_bytes()

    @addresses.listener("after_server_start")
    async def begin_sweeping(app: Any, _: Any) -> None:
        app.ctx.sweeping_papers = asyncio.create_task(papers.sweep())

    @addresses.listener("before_server_stop")
    async def end_sweeping(app: Any, _: Any) -> None:
        app.ctx.sweeping_papers.cancel()

    @addresses.get("/visit/visit.css")
    async def style(_: Request) -> HTTPResponse:
        return response.raw(css, content_type="text/css", headers=PAGE)

    @addresses.get("/visit/<name:str>")
    async def paper(_: Request, name: str) -> HTTPResponse:
        token = name.removesuffix(".pdf")
        if name.endswith(".pdf"):
            drawn = await papers.pdf(token)
            if drawn is not None:
                return response.raw(drawn, content_type="application/pdf", headers=PAPER)
        else:
            text = await papers.html(token)
            if text is not None:
                return response.html(text, headers=PAPER)
        return response.html(expired, status=404, headers=PAGE)

    return addresses
