"""One request as the camera's handlers see it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.exchange import Request

Json = dict[str, Any]
CGI = "/cgi-bin/entry.cgi"
# The addresses outside the CGI [seed][sdk].
SERIAL_PORT = "/api/v1/device/serial-port"
DOWNLOAD = "/download/config.tar"
RELAY = "/storage/relay/"
WEBSOCKETS = "/ws/"
READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Call:
    """`path` is the endpoint (`/osd/cfg`), without the CGI prefix and without the query."""

    request: Request
    client: str
    path: str
    query: Mapping[str, str]

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.request.method

    @property
    def known(self) -> bool:
        """Whether the address is where it belongs, inside or outside the CGI."""
        outside = self.path in {SERIAL_PORT, DOWNLOAD} or self.path.startswith((RELAY, WEBSOCKETS))
        return outside is not self.request.path.startswith(CGI)

    @property
    def writes(self) -> bool:
        """Whether the request may change the camera."""
        return self.request.method not in READS

    def header(self, name: str) -> str:
        """The header called `name` (lower case), empty without one."""
        for key, value in self.request.headers.items():
            if key.lower() == name:
                return value
        return ""

    def parameter(self, name: str) -> str:
        """A query parameter that must be there."""
        try:
            return self.query[name]
        except KeyError:
            raise Refusal(400, f"Missing parameter: {name}") from None

    def document(self) -> Json:
        """The body, which must be a JSON object sent as one [rockchip][cgi]."""
        if not self.request.body:
            raise Refusal(400, "Empty request body")
        media_type = self.header("content-type").partition(";")[0].strip()
        if media_type != "application/json":
            breach = f"content-type: {self.method} {self.path} sent as '{media_type}'"
            raise Refusal(400, "Error parsing request!", breach=breach)
        try:
            value = json.loads(self.request.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            breach = f"body: {self.method} {self.path} carries no JSON object"
            raise Refusal(400, "Error parsing request!", breach=breach)
        return value


def endpoint(target: str) -> tuple[str, str]:
    """The path without the CGI prefix, and the query, of an origin-form target."""
    path, _, query = target.partition("?")
    return path.removeprefix(CGI), query


def parse(request: Request, client: str) -> Call:
    """The call behind a request."""
    path, query = endpoint(request.path)
    return Call(request, client, path, dict(parse_qsl(query, keep_blank_values=True)))
