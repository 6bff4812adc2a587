"""The sockets of a viewing: a viewer on this machine talks to nobody else, the camera to nobody but this."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Final, Self

from recamera_gitops.device.challenges import Login
from recamera_gitops.device.rtsp import Message, NonsenseError, heard
from recamera_gitops.device.viewing import REDIRECTS, RedirectedError, StrangerError, Viewing

LATE, EARLY = "nothing came in time", "the stream ended early"
_NONSENSE: Final = "what comes is no picture"
_STRANGER: Final = "another program on this machine wanted to look too"
_HERE: Final = "127.0.0.1"
_FAREWELL: Final = 0.5  # seconds for a viewer that leaves to say so to the camera


class Forwarder:
    """Serves one viewer, once, while the context lasts. An OSError where the camera cannot be reached.

    `trouble` is why it has cut the viewer off, None where it has not.
    """

    def __init__(self, host: str, port: int, login: Login | None, seconds: float) -> None:
        self._host, self._port, self._login = host, port, login
        self._seconds = seconds
        self._sending = threading.Lock()  # to the camera, and what it is asked
        self._left = self._ended = False  # the viewer, and what the camera says
        self.trouble: str | None = None

    def __enter__(self) -> Self:
        where = self._host.strip("[]"), self._port
        self._camera = socket.create_connection(where, timeout=self._seconds)
        self._camera.settimeout(None)  # whoever looks has a time for everything, and leaves
        self._listener = socket.create_server((_HERE, 0), backlog=1)
        self._listener.settimeout(self._seconds)
        here = f"rtsp://{_HERE}:{self._listener.getsockname()[1]}"
        self._viewing = Viewing(f"rtsp://{self._host}:{self._port}", here, self._login)
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._serving.join(_FAREWELL)
        self._left = True
        _shut(self._listener)
        _shut(self._camera)
        self._serving.join(self._seconds)

    def address(self, path: str) -> str:
        """Where the viewer finds that stream of the camera."""
        return f"{self._viewing.base}/{path}"

    @property
    def unanswered(self) -> str | None:
        """Why the camera owes an answer; None where it does not.

        One that has ended before it was asked anything owes every answer.
        """
        if self._viewing.is_waiting:
            return EARLY if self._ended else LATE
        return EARLY if self._ended and not self._viewing.is_begun else None

    def _serve(self) -> None:
        with self._camera, contextlib.suppress(OSError):
            with self._listener:
                viewer, _ = self._listener.accept()
            viewer.settimeout(None)
            with viewer:
                down = threading.Thread(target=self._pass_down, args=(viewer,), daemon=True)
                down.start()
                self._pass_up(viewer)
                self._left = True
                _shut(self._camera)
                down.join()

    def _pass_up(self, viewer: socket.socket) -> None:
        """What the viewer says, until it leaves or is cut off."""
        with contextlib.suppress(OSError, EOFError), viewer.makefile("rb") as stream:
            try:
                while (said := heard(stream)) is not None:
                    self._forward(said)
            except StrangerError:
                self._cut(viewer, _STRANGER)
            except NonsenseError:
                self._cut(viewer, _NONSENSE)

    def _forward(self, said: Message | bytes) -> None:
        with self._sending:
            self._camera.sendall(said if isinstance(said, bytes) else self._viewing.ask(said))

    def _pass_down(self, viewer: socket.socket) -> None:
        """What the camera says, until it has nothing more to say or is not listened to any more."""
        with contextlib.suppress(OSError, EOFError), self._camera.makefile("rb") as stream:
            try:
                while (said := heard(stream)) is not None:
                    viewer.sendall(said if isinstance(said, bytes) else self._answered(said))
            except RedirectedError:
                self._cut(viewer, REDIRECTS)
            except NonsenseError:
                self._cut(viewer, _NONSENSE)
        self._ended = not self._left
        _shut(viewer)

    def _answered(self, said: Message) -> bytes:
        with self._sending:
            to_camera, to_viewer = self._viewing.answer(said)
            self._camera.sendall(to_camera)
        return to_viewer

    def _cut(self, viewer: socket.socket, why: str) -> None:
        self.trouble = self.trouble or why
        _shut(viewer)


def _shut(connection: socket.socket) -> None:
    """Let whoever waits at it know that nothing more comes."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
