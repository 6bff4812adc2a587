"""Messages to a receiver of webhooks: the second door through which `requests` is used, for no camera.

The address is a secret, since whoever knows it may post: no error names it. Nothing ambient has a say,
no redirect is followed, and of the answer nothing but its status is read.
"""

import json
from collections.abc import Mapping
from typing import Final

import requests

from recamera_gitops.addresses import may_be_used
from recamera_gitops.device.clock import Clock
from recamera_gitops.errors import Diagnostic, InvalidInput, NotDelivered
from recamera_gitops.exchange import Json
from recamera_gitops.secret import Secret

_TIMEOUT: Final = (5.0, 15.0)  # seconds to connect, and between two bytes of the answer
_PAUSES: Final = (1.0, 4.0, 15.0)  # seconds before each further attempt
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_WELL: Final = range(200, 300)


def checked(url: str) -> Secret:
    """The address of a receiver; InvalidInput, which does not tell it, where it is none that may be used."""
    secret = Secret(url)
    if not may_be_used(url):
        hint = "write https://…; http is for this machine alone"
        message = "the webhook is no https address"
        raise InvalidInput([Diagnostic("bad-option", message, "--webhook", hint=hint)])
    return secret


def deliver(url: Secret, message: Mapping[str, Json], clock: Clock) -> None:
    """Post a message; NotDelivered after some attempts, or where another one makes no sense."""
    content = json.dumps(message).encode()
    for pause in (*_PAUSES, None):
        trouble, is_final = _attempt(url, content)
        if trouble is None:
            return
        if is_final or pause is None or not clock.sleep(pause):
            raise NotDelivered(f"the webhook was not delivered: {trouble}")


def _attempt(url: Secret, content: bytes) -> tuple[str | None, bool]:
    """Why the receiver did not take it, None where it did; and whether that will stay so."""
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Content-Type": "application/json", "User-Agent": "recamera-gitops"}
        try:
            with session.post(
                url.reveal(),
                data=content,
                headers=headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                status = answer.status_code
        except (requests.RequestException, OSError, ValueError) as error:
            return f"no answer ({type(error).__name__})", False
    if status in _WELL:
        return None, True
    return f"the receiver answered {status}", status not in _AGAIN
