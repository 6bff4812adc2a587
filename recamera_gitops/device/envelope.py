"""What a response means: JSON, or the error it carries. The one place that knows error envelopes.

The camera reports many failures as HTTP 200 with a `code` [sdk, ext]. The rule: a failure is HTTP 400
or above, or a JSON object whose `code` is neither 0 nor 200.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from recamera_gitops.device.parse import parse
from recamera_gitops.errors import (
    AuthenticationFailed,
    CameraError,
    NotUnderstood,
    Rejected,
    Unavailable,
)
from recamera_gitops.exchange import Json, Request, Response
from recamera_gitops.secret import foreign

_SUCCESS: Final = (0, 200)
_UNAUTHORIZED: Final = 401
_TOKEN_EXPIRED: Final = 10002  # of the session, and of a confirm token
_SESSION_CODES: Final = (_UNAUTHORIZED, _TOKEN_EXPIRED)
_RESUME_INCOMPLETE: Final = 308  # how the ancestor acknowledges a chunk [rockchip]
_NUMBER: Final = re.compile(r"-?\d{1,9}")
# Texts of the camera's program [cgi], in lower case.
_SESSION_TEXTS: Final = ("token expired", "token revoked", "no token", "token used before issued")
_PURPOSE_TEXTS: Final = ("purpose mismatch", "invalid token usage")
_RESTARTING_TEXTS: Final = ("backend connection failed", "ipc rpc service unavailable")
_NOT_SAVED_TEXT: Final = "save config failed"
_GATEWAY_ERRORS: Final = (502, 503, 504)  # the web server is up, what it asks is not
_TEXT_KEYS: Final = ("message", "msg", "sMessage", "error")


class SessionEnded(AuthenticationFailed):
    """No session, or one that is over: logging in may help. The client decides."""


class Redirected(NotUnderstood):
    """The answer points elsewhere, at `target`, and was not followed."""

    def __init__(self, message: str, *, request: str | None = None, target: str = "") -> None:
        self.target = target
        super().__init__(message, request=request)


class _Failure(NamedTuple):
    code: int
    text: str


def read(request: Request, response: Response) -> Json:
    """The JSON that was asked for (None for an empty body), or the CameraError that came instead."""
    name = f"{request.method} {request.path.partition('?')[0]}"
    try:
        refuse_redirect(response)
        body = _body(response)
    except Redirected as error:
        raise Redirected(error.message, request=name, target=error.target) from None
    except NotUnderstood as error:
        raise NotUnderstood(error.message, request=name) from None
    failure = _failure(response, body)
    if failure is not None:
        raise _meaning(failure, name, two_phase=b"sConfirmToken" in request.body)
    return body


def refuse_redirect(response: Response) -> None:
    """A camera that points elsewhere is not followed: the password would travel with the request."""
    if not 300 <= response.status < 400:  # noqa: PLR2004 the range is the meaning
        return
    target = response.headers.get("location")
    if target is None and response.status == _RESUME_INCOMPLETE:
        return
    message = f"it redirects to {_origin(target or '')}, which is not followed"
    raise Redirected(message, target=target or "")


def _origin(target: str) -> str:
    """Where a redirect points, without path, query and user information."""
    try:
        parts = urlsplit(target)
        where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else "itself"
    except ValueError:
        where = "an address that cannot be read"
    return foreign(where)


def _body(response: Response) -> Json:
    if not response.body:
        return None
    content_type = response.headers.get("content-type", "")
    if response.status < 400:  # noqa: PLR2004 likewise
        return parse(response.body, content_type)
    try:
        return parse(response.body, content_type)
    except NotUnderstood:
        return None  # the page of the web server; the status says enough


def _failure(response: Response, body: Json) -> _Failure | None:
    if response.status >= 400:  # noqa: PLR2004 likewise
        envelope = _enveloped(body) if isinstance(body, dict) else None
        text = envelope.text if envelope else ""
        text = text or response.headers.get("x-error", "") or f"HTTP {response.status}"
        if envelope is None or response.status == _UNAUTHORIZED:
            return _Failure(response.status, text)
        return _Failure(envelope.code, text)
    return _enveloped(body) if isinstance(body, dict) else None


def _enveloped(body: dict[str, Json]) -> _Failure | None:
    """The failure that an object tells of; None where it is success, or data."""
    text = _text(body)
    code = _number(body.get("code"))
    if code is not None and (code not in _SUCCESS or _NOT_SAVED_TEXT in text.lower()):
        return _Failure(code or 500, text)
    if code is not None:
        return None
    return _ancestral(body, text)


def _ancestral(body: dict[str, Json], text: str) -> _Failure | None:
    """Forms without a `code`: `{"error": …}` [rockchip, ext] and `{"status": 5, "message": …}` [draft].

    Data has a `status` too, so that form counts only where nothing else stands beside it.
    """
    error = body.get("error")
    if isinstance(error, dict) and ("code" in error or "message" in error):
        return _Failure(_number(error.get("code")) or 500, _text(error))
    if isinstance(error, str) and error and body.keys() <= {"error", "code", "message"}:
        return _Failure(500, error)
    status = _number(body.get("status"))
    if status and text and body.keys() <= {"status", "message", "sMessage"}:
        return _Failure(status, text)
    return None


def _text(body: dict[str, Json]) -> str:
    return next((text for key in _TEXT_KEYS if isinstance(text := body.get(key), str) and text), "")


def _number(value: Json) -> int | None:
    """An integer, or a string of one; a boolean is neither."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _meaning(failure: _Failure, request: str, *, two_phase: bool) -> CameraError:
    """`two_phase`: the request carried a confirm token, so texts about a token are about that one."""
    code, lowered = failure.code, failure.text.lower()
    text = foreign(failure.text) or f"code {code}"
    if _says(lowered, _PURPOSE_TEXTS) and not two_phase:
        return AuthenticationFailed(
            f"the camera wants its password changed first: {text}", request=request
        )
    if (code in _SESSION_CODES or _says(lowered, _SESSION_TEXTS)) and not two_phase:
        return SessionEnded(text, request=request)
    if _says(lowered, _RESTARTING_TEXTS) or code in _GATEWAY_ERRORS:
        return Unavailable(text, request=request, code=code)
    # What is done and cannot be kept has failed, however it looks until the next restart.
    return Rejected(text, request=request, code=code, settled=_NOT_SAVED_TEXT in lowered)


def _says(lowered: str, known: tuple[str, ...]) -> bool:
    return any(text in lowered for text in known)
