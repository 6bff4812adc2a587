"""Who may open a websocket, and which ones there are [seed][ext].

The web server looks at the cookie, or at the key, before anything is opened; a token in the address
opens nothing. A stream is none of the four requests that a camera takes at once.
"""

from typing import TYPE_CHECKING

from recamera_gitops.emulator import sessions
from recamera_gitops.emulator.answers import Refusal, Upgraded
from recamera_gitops.emulator.calls import WEBSOCKETS, Call
from recamera_gitops.emulator.documents import Routes
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

RESULTS = f"{WEBSOCKETS}inference/results"
LOGS = f"{WEBSOCKETS}system/logs"
TERMINAL = f"{WEBSOCKETS}system/terminal"
TTY = "tty"


def routes(flavours: Flavours) -> Routes:
    """Their addresses."""
    del flavours
    return {path: {"GET": _open} for path in (RESULTS, LOGS, TERMINAL)}


def authorise(camera: "EmulatedCamera", call: Call) -> None:
    """Let whoever shows a cookie or a key pass, or refuse with 401 [ext]."""
    if "token" in call.query:
        breach = (
            f"token-in-address: {call.path} was to be opened with one, where it is written to logs"
        )
        raise Refusal(401, "Unauthorized", breach=breach)
    sessions.authorise(camera, call)


def _open(camera: "EmulatedCamera", call: Call) -> Response:
    if call.path == RESULTS and camera.clock() < camera.media_back_at:
        raise Refusal(502, "Bad Gateway")
    if call.header("upgrade").lower() != "websocket":
        raise Refusal(400, "Bad Request", breach=f"no-upgrade: {call.path} is a websocket")
    offered = {each.strip() for each in call.header("sec-websocket-protocol").split(",")}
    if call.path == TERMINAL and TTY not in offered:
        raise Refusal(400, "Bad Request", breach="no-tty: the terminal speaks the subprotocol tty")
    return Upgraded(101, {"content-type": "text/plain"})
