"""Whose request it is, as far as an address tells."""

import ipaddress
import re

from sanic.request import Request

NETWORK = 64  # bits of an IPv6 address that one household has
NOBODY = "no address"
# What proxies write: in brackets, in quotes, with a port, with a zone.
WRITTEN = re.compile(
    r'"?(?:\[(?P<six>[^\]%]+)(?:%[^\]]*)?\](?::\d+)?|(?P<four>[\d.]+):\d+|(?P<plain>[^%"]+)(?:%[^"]*)?)"?'
)


def household(request: Request) -> str:
    """Return what rates are limited by.

    Args:
        request: The request; a proxy's word counts where STRIDE_PROXIES says so.

    Returns:
        An IPv4 address, the network of IPv6 addresses that one household has, or NOBODY for all that is no address.
    """
    # remote_addr is empty unless a proxy's word counts.
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
    """Return whether a request comes from this machine itself."""
    address = _address(request.ip)
    return address is not None and (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _address(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    match = WRITTEN.fullmatch(written)
    try:
        return ipaddress.ip_address(match[match.lastgroup or 0]) if match else None
    except ValueError:
        return None
