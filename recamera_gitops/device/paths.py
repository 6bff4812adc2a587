"""Paths as the reference writes them, and as they stand on the wire."""

from typing import Final

_CGI: Final = "/cgi-bin/entry.cgi"
_BESIDE_THE_CGI: Final = ("/api/", "/storage/", "/download/", "/ws/", f"{_CGI}/")


def wire_path(path: str) -> str:
    """`/video/0/encode` → `/cgi-bin/entry.cgi/video/0/encode`; what other servers answer stays."""
    return path if path.startswith(_BESIDE_THE_CGI) else _CGI + path
