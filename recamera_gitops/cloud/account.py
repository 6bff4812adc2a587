"""Logging in: a person authorises in a browser, and what comes back becomes the user id."""

import re
from typing import Final
from urllib.parse import unquote, urlencode

from recamera_gitops.cloud.envelope import opened
from recamera_gitops.cloud.http import Transport
from recamera_gitops.errors import Diagnostic, InvalidInput, NotUnderstood
from recamera_gitops.exchange import Json
from recamera_gitops.secret import Secret

_LOGIN: Final = "/api/v1/user/login_token"
_AUTHORISE: Final = "https://sensecraft.seeed.cc/ai/authorize"
# Nothing listens there: the browser keeps what came back in its address bar.
_RETURN: Final = "http://localhost:8899/"
_LEAST: Final = 8
_IN_ADDRESS: Final = re.compile(r"[?#&]token=([^&#]*)")  # behind either mark


def authorise_url() -> str:
    """Where a person allows it; two names are spelled as the service spells them [web]."""
    query = {
        "client_id": "seeed_recamera",
        "response_type": "token",
        "scop": "profile",
        "redirec_url": _RETURN,
    }
    return f"{_AUTHORISE}?{urlencode(query)}"


def token_in(pasted: str) -> Secret:
    """The token in what was pasted: itself, or the address to which the browser was sent."""
    text = Secret(pasted.strip()).reveal()
    if "://" in text:
        text = unquote(_IN_ADDRESS.findall(text)[0]) if _IN_ADDRESS.search(text) else ""
    if len(text) < _LEAST or not text.isascii() or not text.isprintable() or " " in text:
        message = "what was pasted is no token, nor an address with one"
        raise InvalidInput([Diagnostic("no-login", message, hint="paste the address as a whole")])
    return Secret(text)


def user_of(transport: Transport, accounts: str, token: Secret) -> Secret:
    """The user id that a token stands for; it is sent as it is, without `Bearer` [web]."""
    headers = {"Authorization": token.reveal(), "Content-Length": "0"}
    request = f"POST {_LOGIN}"
    told = opened(transport.send("POST", accounts + _LOGIN, headers), request)
    result = told.get("result") if isinstance(told.get("result"), dict) else told.get("data")
    user = _user(result)
    if not user:
        raise NotUnderstood("no user id came back", request=request)
    return Secret(user)


def _user(result: Json) -> str:
    """`user.user_id` [web], or `user_id` beside it."""
    shown = result if isinstance(result, dict) else {}
    inner = shown.get("user")
    found = (inner if isinstance(inner, dict) else shown).get("user_id")
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
