"""What an answer of the cloud means: `{code, msg, data}` [ref], or the refusal in it."""

from typing import Final

from recamera_gitops.device.parse import parse
from recamera_gitops.errors import AuthenticationFailed, NotUnderstood, Rejected, Unavailable
from recamera_gitops.exchange import Json, Response
from recamera_gitops.secret import foreign

_LEAST_FAILURE: Final = 400
_UNKNOWN_USER: Final = (401, 403)
_AWAY: Final = (408, 425, 429, 500, 502, 503, 504)
LOGIN_AGAIN: Final = "log in again: recamera-gitops cloud login"


def opened(response: Response, request: str) -> dict[str, Json]:
    """The whole envelope of a success; CameraError otherwise."""
    failure = response.status if response.status >= _LEAST_FAILURE else 0
    try:
        told = parse(response.body, response.headers.get("content-type", ""))
    except NotUnderstood as error:
        if failure:
            raise _refusal(failure, f"HTTP {failure}", request) from None
        raise NotUnderstood(error.message, request=request) from None
    if not isinstance(told, dict):
        raise NotUnderstood("the answer is not an object", request=request)
    code = _number(told.get("code", 0))
    if code is None:
        raise NotUnderstood("the answer has a code that is no number", request=request)
    if code or failure:
        message = told.get("msg") or told.get("message") or f"code {code or failure}"
        raise _refusal(code or failure, foreign(str(message)), request)
    return told


def _refusal(code: int, message: str, request: str) -> Rejected | AuthenticationFailed:
    if code in _UNKNOWN_USER:
        message = f"SenseCraft does not accept this login ({message}); {LOGIN_AGAIN}"
        return AuthenticationFailed(message, request=request, rejected=True)
    kind = Unavailable if code in _AWAY else Rejected
    return kind(message, request=request, code=code)


def _number(code: Json) -> int | None:
    if isinstance(code, str) and code.isdecimal():
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None
