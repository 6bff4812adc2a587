"""Addresses of services, which are no cameras: https, or plain http that does not leave this machine."""

import ipaddress
from urllib.parse import SplitResult, urlsplit


def may_be_used(url: str) -> bool:
    """Whether a message to it cannot be read on its way."""
    return _secured(url) or is_here(url)


def is_here(url: str) -> bool:
    """Whether it is plain http to this machine."""
    parts = _parts(url)
    if parts is None or parts.scheme != "http":
        return False
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secured(url: str) -> bool:
    parts = _parts(url)
    return parts is not None and bool(parts.hostname) and parts.scheme == "https"


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # ValueError where it is none
    except ValueError:
        return None
    return parts
