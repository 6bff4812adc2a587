"""Scripted faults: which request goes wrong, and how.

Faults are data, from a file or through the control path:

    [{"match": {"method": "PUT", "path": "/image/0/*", "nth": 2, "camera": 0},
      "fault": "drop-after"},
     {"match": {"path": "/osd/cfg", "every": true}, "fault": "slow", "seconds": 3}]

    drop-before, drop-after    the connection ends; before or after the request was carried out
    ignore                     success is claimed and nothing done
    late                       success is claimed, and the request carried out `seconds` later
    alter                      carried out, then `merge` is laid over `document` (default: its own)
    status-500, unavailable    refused for good, or as while the media process restarts
    unauthorized(-200)         refused with 401, as HTTP status or in the body of a 200
    redirect                   307 to `location`
    html                       the web console's page
    garbage, empty, truncate, nan, duplicate-keys, deep     a spoiled body
    slow, drip, endless        `seconds` until the answer, `seconds` for all its bytes, for ever
    stream-cut, stream-silent  a websocket ends, or is dead, once `after` messages have been sent
    stream-garbage             a message there that is not JSON
    stream-noise, stream-huge  bytes that are no frame; a message of 17 MiB

`path` is a glob over the endpoint, with or without its query; `camera` is an index or a serial.
Without `nth` and `every` the first match is hit. `executed` says whether the camera carries the
request out before the reply is spoiled; each kind of fault has its own default.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal, Upgraded
from recamera_gitops.emulator.calls import endpoint
from recamera_gitops.errors import Diagnostic, InvalidInput
from recamera_gitops.exchange import Request, Response

ENDLESS_BYTES = 17 << 20
DEPTH = 5000
MATCH_KEYS = frozenset({"method", "path", "nth", "every", "camera"})
FAULT_KEYS = frozenset(
    {"match", "fault", "executed", "seconds", "location", "document", "merge", "after"}
)


class ConnectionDropped(Exception):
    """The connection ends without a complete answer; `executed` tells what the camera did."""

    def __init__(self, *, executed: bool) -> None:
        self.executed = executed
        super().__init__(f"connection dropped, executed={executed}")


@dataclass(frozen=True, slots=True)
class Shaped(Response):
    """A response with a way of arriving; who has no socket may ignore it.

    `delay` and `drip` (per byte) are seconds. `endless` repeats the body for ever, `truncated`
    announces more bytes than it sends.
    """

    delay: float = 0.0
    drip: float = 0.0
    endless: bool = False
    truncated: bool = False


@dataclass(slots=True)
class Fault:
    """One line of the script; `seen` counts the requests that matched."""

    kind: str
    method: str = "*"
    path: str = "*"
    nth: int = 1
    every: bool = False
    camera: int | str | None = None
    executed: bool | None = None
    seconds: float = 3.0
    location: str = "http://192.0.2.1/"
    document: str = ""
    merge: Mapping[str, Any] = field(default_factory=dict)
    after: int = 1
    seen: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise _invalid(f"'{self.kind}' is not a kind of fault")

    @property
    def executes(self) -> bool:
        """Whether the camera carries out the request that is hit."""
        return KINDS[self.kind].executes if self.executed is None else self.executed

    def hits(self, request: Request) -> bool:
        """Whether this request is the one; counts it where it matches."""
        path, query = endpoint(request.path)
        names = (path, f"{path}?{query}", request.path)
        if not fnmatchcase(request.method, self.method.upper()):
            return False
        if not any(fnmatchcase(name, self.path) for name in names):
            return False
        self.seen += 1
        return self.every or self.seen == self.nth


class Faults(list[Fault]):
    """The script of one camera; the first fault that hits is played."""

    def add(self, kind: str, path: str = "*", **settings: Any) -> Fault:  # noqa: ANN401
        """Append a fault, as `Fault` takes it."""
        fault = Fault(kind, path=path, **settings)
        self.append(fault)
        return fault

    def take(self, request: Request) -> Fault | None:
        """The fault for this request; every fault counts it."""
        hits = [fault for fault in self if fault.hits(request)]
        return hits[0] if hits else None


@dataclass(frozen=True, slots=True)
class Kind:
    """How a fault spoils the answer, and whether the request is carried out."""

    executes: bool
    spoil: Callable[[Fault, Response], Response]


def parse(script: object) -> list[Fault]:
    """Faults from data; anything unexpected is invalid input."""
    if not isinstance(script, list):
        raise _invalid("a fault script is a list")
    return [_parsed(entry) for entry in script]


def load(path: Path) -> list[Fault]:
    """Faults from a JSON file."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise _invalid(f"{path}: {error}") from error


def _parsed(entry: object) -> Fault:
    if not isinstance(entry, dict) or "fault" not in entry:
        raise _invalid("a fault is an object with match and fault")
    match = entry.get("match", {})
    if not isinstance(match, dict):
        raise _invalid("match is an object")
    unknown = sorted((entry.keys() - FAULT_KEYS) | (match.keys() - MATCH_KEYS))
    if unknown:
        raise _invalid(f"unknown key '{unknown[0]}' in a fault")
    settings = {key: value for key, value in entry.items() if key not in {"match", "fault"}}
    return Fault(str(entry["fault"]), **match, **settings)


def meant_for(faults: Iterable[Fault], index: int, serial: str) -> list[Fault]:
    """Copies of the faults that concern the camera of this index and serial."""
    return [
        Fault(**{name: getattr(fault, name) for name in Fault.__slots__})
        for fault in faults
        if fault.camera in {None, index, serial}
    ]


def _invalid(message: str) -> InvalidInput:
    return InvalidInput([Diagnostic("fault-script", message)])


def spoiled(fault: Fault, response: Response) -> Response:
    """The answer as the fault leaves it; raises `ConnectionDropped` where none is left."""
    return KINDS[fault.kind].spoil(fault, response)


def _dropped(fault: Fault, response: Response) -> Response:
    del response
    raise ConnectionDropped(executed=fault.executes)


def _untouched(fault: Fault, response: Response) -> Response:
    del fault
    return response


def _refusal(code: int, message: str, *, as_200: bool = False) -> Callable[..., Response]:
    def spoil(fault: Fault, response: Response) -> Response:
        del fault, response
        return answers.refused(Refusal(code, message), as_200=as_200)

    return spoil


def _html(fault: Fault, response: Response) -> Response:
    del fault, response
    return answers.console(200)


def _body(change: Callable[[bytes], bytes]) -> Callable[[Fault, Response], Response]:
    def spoil(fault: Fault, response: Response) -> Response:
        del fault
        return Response(response.status, response.headers, change(response.body))

    return spoil


def _smuggled(text: bytes) -> Callable[[Fault, Response], Response]:
    """The answer with a member put in front of the others, or in front of the entries."""

    def change(body: bytes) -> bytes:
        member = b"{" + text + b"}" if body.startswith(b"[") else text
        comma = b"" if body[1:2] in {b"]", b"}"} else b","
        return body[:1] + member + comma + body[1:]

    return _body(change)


def _truncated(fault: Fault, response: Response) -> Response:
    del fault
    half = response.body[: len(response.body) // 2]
    return Shaped(response.status, response.headers, half, truncated=True)


def _endless(fault: Fault, response: Response) -> Response:
    del fault
    return Shaped(response.status, response.headers, b" " * ENDLESS_BYTES, endless=True)


def _slow(fault: Fault, response: Response) -> Response:
    return Shaped(response.status, response.headers, response.body, delay=fault.seconds)


def _drip(fault: Fault, response: Response) -> Response:
    return Shaped(
        response.status,
        response.headers,
        response.body,
        drip=fault.seconds / max(1, len(response.body)),
    )


def _redirect(fault: Fault, response: Response) -> Response:
    del response
    return Response(307, {"location": fault.location, "content-type": "text/html"})


def _befallen(fault: Fault, response: Response) -> Response:
    """The consent to a websocket with what happens there; other answers stay as they are."""
    if not isinstance(response, Upgraded):
        return response
    return Upgraded(response.status, response.headers, fault=fault.kind, after=fault.after)


KINDS: dict[str, Kind] = {
    "alter": Kind(executes=True, spoil=_untouched),
    "deep": Kind(executes=True, spoil=_smuggled(b'"fDeep":' + b"[" * DEPTH + b"]" * DEPTH)),
    "drip": Kind(executes=True, spoil=_drip),
    "drop-after": Kind(executes=True, spoil=_dropped),
    "drop-before": Kind(executes=False, spoil=_dropped),
    "duplicate-keys": Kind(executes=True, spoil=_smuggled(b'"iTwice":1,"iTwice":2')),
    "empty": Kind(executes=True, spoil=_body(lambda _body: b"")),
    "endless": Kind(executes=True, spoil=_endless),
    "garbage": Kind(executes=True, spoil=_body(lambda _body: b"\x00\xff\xfe{not json")),
    "html": Kind(executes=False, spoil=_html),
    "ignore": Kind(executes=False, spoil=_untouched),
    "late": Kind(executes=False, spoil=_untouched),
    "nan": Kind(executes=True, spoil=_smuggled(b'"fNumber":NaN')),
    "redirect": Kind(executes=False, spoil=_redirect),
    "slow": Kind(executes=True, spoil=_slow),
    "status-500": Kind(executes=False, spoil=_refusal(500, "Internal Server Error")),
    "stream-cut": Kind(executes=True, spoil=_befallen),
    "stream-garbage": Kind(executes=True, spoil=_befallen),
    "stream-huge": Kind(executes=True, spoil=_befallen),
    "stream-noise": Kind(executes=True, spoil=_befallen),
    "stream-silent": Kind(executes=True, spoil=_befallen),
    "truncate": Kind(executes=True, spoil=_truncated),
    "unauthorized": Kind(executes=False, spoil=_refusal(401, "Unauthorized")),
    "unauthorized-200": Kind(executes=False, spoil=_refusal(401, "Unauthorized", as_200=True)),
    "unavailable": Kind(executes=False, spoil=_refusal(500, "Backend connection failed: -1")),
}
