"""Identifies the sender of a request by its IP address."""

import ipaddress
import re

from sanic.request import Request

NETWORK = 64  # bits of an IPv6 address that one household shares
NOBODY = "no address"
# How proxies write addresses: in brackets, in quotes, with a port, with a zone.
WRITTEN = re.compile(
    r'"?(?:\[(?P<six>[^\]%]+)(?:%[^\]]*)?\](?::\d+)?|(?P<four>[\d.]+):\d+|(?P<plain>[^%"]+)(?:%[^"]*)?)"?'
)


def household(request: Request) -> str:
    """Return the household of a request, to which rate limits apply.

    Args:
        request: The request; a proxy's header counts only if STRIDE_PROXIES says so.

    Returns:
        An IPv4 address, the IPv6 network that one household shares, or NOBODY for anything else.
    """
    # remote_addr is empty unless a proxy's header counts.
    return network(str(request.remote_addr or request.ip))


def network(written: str) -> str:
    """Return the household of an address, as `household` does."""
    address = _address(written.strip())
    if address is None:
        return NOBODY
    if isinstance(address, ipaddress.IPv6Address) and not address.ipv4_mapped:
        return str(ipaddress.ip_network((address, NETWORK), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def here(request: Request) -> bool:
    """Return whether a request comes from this machine."""
    address = _address(request.ip)
    return address is not None and (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _address(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    match = WRITTEN.fullmatch(written)
    try:
        return ipaddress.ip_address(match[match.lastgroup or 0]) if match else None
    except ValueError:
        return None
