"""The chat's pages at `/`, `/demo` and `/privacy`, and the widget's files for other websites."""

import gzip
import hashlib
from functools import partial
from pathlib import Path

from rjsmin import jsmin
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.clinic import PICTURES, Clinic, logo
from bot.knowledge.base import KnowledgeBase
from bot.settings import Settings
from bot.web.headers import ASSET, PAGE
from bot.web.pages import LOGO_ADDRESS, SETTINGS_MODULE, STATIC, module, page, style

TYPES = {".js": "text/javascript", ".css": "text/css", **PICTURES}


class Asset:
    """A static file, sent compressed if the browser accepts that."""

    def __init__(self, content: bytes, content_type: str) -> None:
        self.content = content
        self.gzipped = gzip.compress(content, mtime=0)
        self.content_type = content_type
        self._etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'

    async def __call__(self, request: Request) -> HTTPResponse:
        """Answer a request for the file."""
        headers = {**ASSET, "ETag": self._etag}
        if request.headers.get("if-none-match") == self._etag:
            return response.empty(status=304, headers=headers)
        accepted = "gzip" in request.headers.get("accept-encoding", "")
        headers |= {"Content-Encoding": "gzip"} if accepted else {}
        return response.raw(self.gzipped if accepted else self.content, content_type=self.content_type, headers=headers)


def blueprint(base: KnowledgeBase, clinic: Clinic, settings: Settings) -> Blueprint:
    """Define the pages' routes; raise DataError when the clinic's logo is missing."""
    pages = Blueprint("page")

    async def show(_: Request, text: str) -> HTTPResponse:
        return response.html(text, headers=PAGE)

    for address, name in (("/", "index"), ("/demo", "demo"), ("/privacy", "privacy")):
        text = page(f"{name}.html", base, clinic, settings)
        pages.add_route(partial(show, text=text), address, name=name)
    for address, asset in assets(base, clinic, settings).items():
        pages.add_route(asset, f"/{address}", name=address)
    return pages


def assets(base: KnowledgeBase, clinic: Clinic, settings: Settings) -> dict[str, Asset]:
    """Return the files by their paths: the widget, its modules, and the clinic's logo."""
    files = {str(path.relative_to(STATIC)): path for path in sorted(STATIC.rglob("*.*"))}
    found = {address: _asset(path) for address, path in files.items()}
    found["chat/chat.css"] = Asset(style().encode(), TYPES[".css"])  # for browsers that cannot build one from text
    found[f"chat/{SETTINGS_MODULE}"] = Asset(module(base, clinic, settings).encode(), TYPES[".js"])
    if picture := logo():
        found[LOGO_ADDRESS] = _asset(picture)
    return found


def _asset(path: Path) -> Asset:
    """Read a file; strip comments and spaces from a script."""
    script = path.suffix == ".js"
    content = jsmin(path.read_text(encoding="utf-8")).encode() if script else path.read_bytes()
    return Asset(content, TYPES[path.suffix.lower()])
