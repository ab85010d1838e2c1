"""Validates hosts, websites and URLs in settings."""

import ipaddress
import re

LAST_PORT = 65_535
OWN_PORTS = {"http": 80, "https": 443}  # browsers omit these
ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])(:(?P<port>[1-9]\d{0,4}))?")
PUBLIC_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:(?P<port>\d{1,5}))?(/[A-Za-z0-9_~-]+)*/?"
)
HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
NUMBERS = re.compile(r"[\d.]+")  # systems read these as an address, each in its own way, even if invalid


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_host(host: str) -> bool:
    """Return whether a text is an IP address without brackets, or a possible host name."""
    return _is_address(host) or bool(HOST.fullmatch(host) and not NUMBERS.fullmatch(host))


def is_origin(written: str) -> bool:
    """Return whether a browser writes a website this way."""
    parts = ORIGIN.fullmatch(written)
    if not parts or not is_host(parts["host"].strip("[]")):
        return False
    port = int(parts["port"] or 0)
    return port <= LAST_PORT and port != OWN_PORTS[parts["scheme"]]


def is_public(url: str) -> bool:
    """Return whether a URL is valid, and others cannot read what is sent there."""
    parts = PUBLIC_URL.fullmatch(url)
    if not parts:
        return False
    host = parts["host"].strip("[]")
    exists = is_host(host) and 0 < int(parts["port"] or 1) <= LAST_PORT
    return exists and (parts["scheme"] == "https" or is_here(host))


def is_here(host: str) -> bool:
    """Return whether a URL's host is this machine."""
    host = host.strip("[]")
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def split(websites: str) -> list[str]:
    """Split websites at commas."""
    return [one.strip() for one in websites.split(",") if one.strip()]
