"""What a response means where a file was asked for: its bytes, or the error that came instead."""

import re
from typing import Final

from recamera_gitops.device.asking import Fetch, Piece
from recamera_gitops.device.envelope import read
from recamera_gitops.device.paths import wire_path
from recamera_gitops.device.session import Standing
from recamera_gitops.errors import NotUnderstood
from recamera_gitops.exchange import Request, Response

_PART: Final = 206
_WHOLE: Final = 200
_RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")


def request(wanted: Fetch, standing: Standing) -> Request:
    """The request for a file, or a part of it."""
    headers = dict(standing.headers)
    if wanted.first or wanted.length is not None:
        last = "" if wanted.length is None else str(wanted.first + wanted.length - 1)
        headers["Range"] = f"bytes={wanted.first}-{last}"
    path = wire_path(wanted.path)
    return Request("GET", path, headers, most=wanted.most, seconds=wanted.seconds)


def piece(wanted: Fetch, sent: Request, response: Response) -> Piece:
    """The bytes that came; the CameraError that an error or a page in their place means."""
    name = f"GET {sent.path.partition('?')[0]}"
    if response.status == _PART:
        return _part(wanted, response, name)
    if response.status != _WHOLE or _tells_something_else(sent.path, response):
        read(sent, response)
        raise NotUnderstood("something else than the file came back", request=name)
    return Piece(response.body, 0, len(response.body), response.headers)


def _part(wanted: Fetch, response: Response, name: str) -> Piece:
    matched = _RANGE.fullmatch(response.headers.get("content-range", ""))
    if matched is None:
        raise NotUnderstood("a part came back that does not tell which", request=name)
    first, last = int(matched[1]), int(matched[2])
    length = last - first + 1
    is_too_long = wanted.length is not None and length > wanted.length
    if first != wanted.first or length != len(response.body) or is_too_long:
        raise NotUnderstood("another part came back than was asked for", request=name)
    total = None if matched[3] == "*" else int(matched[3])
    return Piece(response.body, first, total, response.headers)


def _tells_something_else(path: str, response: Response) -> bool:
    """Whether it is a page, or an answer in JSON, where the file is neither.

    The web server answers an unknown address with the page of the console [web], and a listing with an
    object [sdk].
    """
    content_type = response.headers.get("content-type", "").lower()
    name = path.partition("?")[0].lower()
    page = "html" in content_type and not name.endswith((".html", ".htm"))
    return page or ("json" in content_type and not name.endswith(".json"))
