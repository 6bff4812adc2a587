"""What the camera says: data, success, or a refusal in its envelope [ext][cgi]."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from recamera_gitops.exchange import Response

JSON_TYPE = "application/json;charset-utf8"  # the parameter is malformed on the device too [cgi]
CONSOLE = b"<!doctype html><html><head><title>reCamera</title></head><body></body></html>"
LOWEST_DOMAIN_CODE = 1000


class Refusal(Exception):
    """The camera declines; `breach` is set where the client broke the interface's contract."""

    def __init__(self, code: int, message: str, *, breach: str | None = None) -> None:
        self.code = code
        self.message = message
        self.breach = breach
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Upgraded(Response):
    """The consent to a websocket. `fault` and `after`: what befalls it after so many messages."""

    fault: str = ""
    after: int = 0


def data(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON value as a response."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return Response(status, {"content-type": JSON_TYPE, **(headers or {})}, body)


def success(message: str = "success", *, code: int = 0) -> Response:
    """The envelope of a write that was carried out."""
    return data({"code": code, "message": message})


def refused(refusal: Refusal, *, as_200: bool) -> Response:
    """The envelope of a refusal; a domain's codes (10001 …) always travel in an HTTP 200 [wiki]."""
    plain = as_200 or refusal.code >= LOWEST_DOMAIN_CODE
    return data(
        {"code": refusal.code, "message": refusal.message},
        status=200 if plain else refusal.code,
    )


def content(body: bytes, kind: str, *, status: int = 200, **headers: str) -> Response:
    """A file, or a part of one."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"content-type": kind, **named}, body)


def console(status: int = 404) -> Response:
    """The web console's page, which nginx serves for any address it does not know [web]."""
    return Response(status, {"content-type": "text/html"}, CONSOLE)
