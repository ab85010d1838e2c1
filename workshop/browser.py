"""Starts Debian's Chromium for measurements, pictures and PDFs."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# The headless one: the whole browser also draws its own buttons, and takes twice as long.
CHROMIUM = "/usr/bin/chromium-headless-shell"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, and end it afterwards; raise playwright's Error if it is not installed."""
    with sync_playwright() as tool, tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as browser:
        yield browser
