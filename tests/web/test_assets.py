"""The pages' and the widget's files, as they are sent."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from bot.clinic import Clinic
from bot.clinic import clinic as own_clinic
from bot.knowledge.base import KnowledgeBase
from bot.settings import ROOT, Settings
from bot.settings import settings as own_settings
from bot.web.assets import Asset, assets


def asking(**headers: str) -> Any:
    """A request with these headers."""
    return SimpleNamespace(headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def with_logo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[bytes]:
    """A clinic with a logo, a picture beside its clinic.yml; the picture's bytes."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(picture, "PNG")
    (tmp_path / "logo.png").write_bytes(picture.getvalue())
    text = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    (tmp_path / "clinic.yml").write_text(text.replace("logo: null", 'logo: "logo.png"'), encoding="utf-8")
    monkeypatch.setenv("STRIDE_CLINIC_FILE", str(tmp_path / "clinic.yml"))
    for cached in (own_settings, own_clinic):
        cached.cache_clear()
    yield picture.getvalue()
    for cached in (own_settings, own_clinic):
        cached.cache_clear()


async def test_compressed_where_it_can_be_read() -> None:
    """A browser that can unpack gets a file compressed, any other as it is."""
    asset = Asset(b"words " * 100, "text/javascript")

    packed, plain = await asset(asking(accept_encoding="br, gzip")), await asset(asking())

    assert gzip.decompress(packed.body) == plain.body == b"words " * 100
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers


async def test_sent_once() -> None:
    """A browser that has the file is told that it is still the same; one that has another gets it."""
    asset = Asset(b"words", "text/javascript")
    etag = (await asset(asking())).headers["ETag"]

    same, other = await asset(asking(if_none_match=etag)), await asset(asking(if_none_match='"another"'))

    assert (same.status, same.body) == (304, b"")
    assert (other.status, other.body) == (200, b"words")


def test_scripts_go_without_comments(base: KnowledgeBase, clinic: Clinic) -> None:
    """Scripts are sent without their comments."""
    found = assets(base, clinic, Settings())

    assert "chat/chat.js" in found
    assert [name for name, asset in found.items() if name.endswith(".js") and b"\n//" in asset.content] == []


async def test_clinics_logo(with_logo: bytes, base: KnowledgeBase, clinic: Clinic) -> None:
    """The clinic's logo is sent as the picture that it is."""
    asset = assets(base, clinic, Settings())["clinic-logo"]

    answer = await asset(asking())

    assert answer.body == with_logo
    assert answer.content_type == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_no_logo(base: KnowledgeBase, clinic: Clinic) -> None:
    """A clinic without a logo has no address for one."""
    assert "clinic-logo" not in assets(base, clinic, Settings())
