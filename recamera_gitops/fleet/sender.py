"""The writes of one camera's plan, through its client."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from recamera_gitops.device.asking import Told
from recamera_gitops.device.client import Client
from recamera_gitops.device.flows import FLOWS, Flow
from recamera_gitops.device.upgrade import firmware
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.moving import Mover
from recamera_gitops.reconcile.steps import Call
from recamera_gitops.secret import Secret

_API_ACCESS: Final = "/web/setting"
_FLOWS: Final[Mapping[str, Callable[..., Flow[Any]]]] = {**FLOWS, "firmware": firmware}


class DeviceSender:
    """Sends, and lets the client follow where a write changes how the camera is reached."""

    def __init__(
        self, client: Client, mover: Mover, tell: Callable[[Told], None] | None = None
    ) -> None:
        self._client = client
        self._mover = mover
        self._tell = tell or (lambda _: None)

    def send(self, method: str, path: str, body: Json = None) -> Json:
        """One write, never repeated."""
        answer = self._client.send(method, path, body)
        if path == _API_ACCESS and isinstance(body.get("sApiKey"), str):
            self._client.adopt_key(_key(body))
        return answer

    def move(self, kind: str, call: Call) -> None:
        """One write, never repeated, after which the camera is found again."""
        self._mover.move(kind, call)

    def talk(self, flow: str, arguments: Mapping[str, Any]) -> None:
        """One conversation, by name; a change of the password is the client's own."""
        if flow == "password":
            self._client.change_password(arguments["new"])
        elif flow == "wifi":
            self._wifi({**arguments})
        else:
            self._client.converse(_FLOWS[flow](**arguments), self._tell)

    def _wifi(self, arguments: dict[str, Any]) -> None:
        """Join and leave networks; where the camera is reached over one of them, it moves."""
        wired = arguments.pop("wired")
        conversation = _FLOWS["wifi"](**arguments)
        if wired is None:
            self._client.converse(conversation)
        else:
            self._mover.roam(conversation, wired, arguments)


def _key(setting: Json) -> Secret | None:
    """The API key that opens the camera after a write of this object; None where none does."""
    is_open = str(setting["sEnable"]).lower() == "true"
    return Secret(setting["sApiKey"]) if is_open else None
