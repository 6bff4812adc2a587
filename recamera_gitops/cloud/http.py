"""Bytes to the cloud and back: the third door through which `requests` is used, for no camera.

Nothing ambient has a say, no redirect is followed, no cookie is kept, and every certificate is verified
against the authorities that the library brings. What comes back is bounded.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Protocol, TypeAlias
from urllib.parse import urlsplit

import requests
import urllib3

from recamera_gitops.cloud.form import Form
from recamera_gitops.device.clock import Clock
from recamera_gitops.device.envelope import refuse_redirect
from recamera_gitops.errors import CameraError, Interrupted, NotUnderstood, Unreachable, Untrusted
from recamera_gitops.exchange import Response

_TIMEOUT: Final = (10.0, 60.0)  # seconds to connect, and between two bytes of the answer
_LONGEST: Final = 120.0  # seconds in which an answer is complete that is no file
_MOST: Final = 4 << 20  # bytes of such an answer
_BLOCK: Final = 1 << 16
_OK: Final = 200
_NO_HEADERS: Final[Mapping[str, str]] = {}
Sink: TypeAlias = Callable[[bytes], object]
# The library logs paths with their queries, in which a secret stands.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)


class Transport(Protocol):
    """One request out, one response back, or an error of errors.py; never repeats and never follows."""

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] = _NO_HEADERS,
        form: Form | None = None,
    ) -> Response:
        """An exchange whose answer is short."""
        ...

    def fetch(self, url: str, into: Sink | None, most: int) -> Response:
        """Hand on a file of at most so many bytes; the response has a body only where no file came.

        Where nobody takes it, its head is read and no more.
        """
        ...


class HttpTransport:
    """A Transport over HTTPS; each request has a connection of its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] = _NO_HEADERS,
        form: Form | None = None,
    ) -> Response:
        """See Transport."""
        with self._exchanged(method, url, headers, form) as answer:
            return self._read(answer)

    def fetch(self, url: str, into: Sink | None, most: int) -> Response:
        """See Transport."""
        with self._exchanged("GET", url, _NO_HEADERS, None) as answer:
            if answer.status_code != _OK or "json" in answer.headers.get("content-type", ""):
                return self._read(answer)
            if into is not None:
                for piece in self._pieces(answer, most):
                    into(piece)
            return Response(answer.status_code, _lowered(answer))

    @contextmanager
    def _exchanged(
        self, method: str, url: str, headers: Mapping[str, str], form: Form | None
    ) -> Iterator[requests.Response]:
        """An answer whose head is there; what its body does wrong is translated too."""
        told = {"User-Agent": "recamera-gitops", "Accept-Encoding": "identity", **headers}
        if form is not None:
            told["Content-Type"] = form.content_type
        with requests.Session() as session:
            session.trust_env = False
            try:
                with session.request(
                    method,
                    url,
                    data=form,
                    headers=told,
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    refuse_redirect(Response(answer.status_code, _lowered(answer)))
                    yield answer
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                raise _translated(error, url, form) from error

    def _read(self, answer: requests.Response) -> Response:
        until = self._clock.monotonic() + _LONGEST
        body = b"".join(self._pieces(answer, _MOST, until))
        return Response(answer.status_code, _lowered(answer), body)

    def _pieces(
        self, answer: requests.Response, most: int, until: float | None = None
    ) -> Iterator[bytes]:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise NotUnderstood("the answer is compressed, which was not asked for")
        while piece := answer.raw.read1(_BLOCK, decode_content=False):
            most -= len(piece)
            if most < 0:
                raise NotUnderstood("the answer is longer than it may be")
            if until is not None and self._clock.monotonic() > until:
                raise Unreachable("the answer took too long", sent=True)
            if until is None and not self._clock.sleep(0):
                raise Interrupted("interrupted; nothing was kept of what was fetched")
            yield piece


def _lowered(answer: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def _translated(error: Exception, url: str, form: Form | None) -> CameraError:
    """Without the words of the library, in which the whole address stands."""
    tried = urlsplit(url)
    where = f"{tried.scheme}://{tried.hostname}"
    if isinstance(error, requests.exceptions.SSLError):
        return Untrusted(f"no connection to {where} whose certificate could be verified")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        why = "timed out"
    else:
        why = "the connection broke, or could not be made"
    if form is not None and not form.is_begun:
        return Unreachable(f"no connection to {where}: {why}", sent=False)
    return Unreachable(f"no complete answer from {where}: {why}", sent=True)
