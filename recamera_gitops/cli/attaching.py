"""`terminal`: this terminal, or what comes through a pipe, at a shell of a camera."""

import os
import select
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from typing import Final

import click

from recamera_gitops.cli import console
from recamera_gitops.cli.operating import chosen
from recamera_gitops.cli.progress.observer import Warnings
from recamera_gitops.cli.rawness import raw, window
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.streams import Closed, Stream, open_stream
from recamera_gitops.errors import CameraError, ExitCode, Unreachable
from recamera_gitops.fleet.operating import Operation, Reached
from recamera_gitops.operations import terminal
from recamera_gitops.report.heard import left_line
from recamera_gitops.report.outcomes import trouble

_NAME: Final = "terminal"
_SLICE: Final = 0.25  # how late, at most, another size of the window is noticed
_AT_ONCE: Final = 0.001
_HELLO: Final = "connected to {}; Enter, then ~. leaves\n"
_FAILED: Final = "the shell did not end well: {}"
_LOST: Final = "{}; what was typed last may not have arrived"


def attach(selection: Selection) -> ExitCode:
    """Be at the terminal of one camera until it, or whoever types, has enough."""
    selected = chosen(selection, Operation(_NAME, lambda _: None, writes=True))
    if len(selected.devices) != 1:
        raise click.UsageError(f"a terminal is at one camera, not at {len(selected.devices)}")
    with opened(selected, Warnings(console.warn)) as working, working.interruption.listening():
        operation = Operation(_NAME, lambda reached: _session(working, reached), writes=True)
        (done,) = working.run.operate(operation)
        if done.error is not None:
            console.say(left_line(done.device, trouble(done.exit_code), done.error))
        return working.ended([done.exit_code])


def _session(working: Working, reached: Reached) -> bool:
    source, sink = sys.stdin.fileno(), sys.stdout.fileno()
    people = os.isatty(source)
    with closing(_stream(working, reached)) as stream:
        if people:
            console.say(_HELLO.format(reached.device.name))
        attached = Attached(
            stream,
            source,
            sink,
            terminal.Escape() if people else None,
            lambda: working.stop.requested,
        )
        with raw(source) if people else nullcontext():
            attached.serve()
    return True


def _stream(working: Working, reached: Reached) -> Stream:
    def door(connection: Connection, headers: Mapping[str, str]) -> Stream:
        return open_stream(
            connection,
            headers,
            terminal.PATH,
            monotonic=working.clock.monotonic,
            subprotocol=terminal.SUBPROTOCOL,
        )

    return reached.client.opened(door)


@dataclass(slots=True)
class Attached:
    """A stream between two descriptors; without a way out in what is typed, it is a pipe's."""

    stream: Stream
    source: int
    sink: int
    escape: terminal.Escape | None
    stopped: Callable[[], bool]
    _size: tuple[int, int] = (0, 0)
    _listens: bool = True

    def serve(self) -> None:
        """Until the shell has ended, or somebody has left; Unreachable where the connection is lost."""
        self._size = window(self.source)
        self.stream.send(terminal.opening(*self._size))
        try:
            while not self.stopped() and self._turn():
                pass
        except BrokenPipeError:  # nobody reads what is shown
            return
        except Closed as error:
            if error.code is None:
                raise Unreachable(_LOST.format(error.message), sent=True) from error
            if not error.orderly:
                raise CameraError(_FAILED.format(error.message)) from error

    def _turn(self) -> bool:
        """One look at each side, so that neither is held up by the other; False at the way out."""
        sources = [self.stream.fileno(), *([self.source] if self._listens else [])]
        wait = 0.0 if self.stream.waiting else _SLICE
        ready, _, _ = select.select(sources, [], [], wait)
        if self.source in ready and not self._type(os.read(self.source, terminal.MOST_TYPED)):
            return False
        self._follow_window()
        message = self.stream.receive(_AT_ONCE)
        if message is not None:
            self._show(terminal.shown(message))
        return True

    def _type(self, content: bytes) -> bool:
        if self.escape is not None:
            through, leaves = self.escape.passed(content)
            if through:
                self._send(terminal.typed(through))
            return bool(content) and not leaves
        self._listens = bool(content)
        keys = content.replace(b"\n", b"\r") or terminal.END_OF_INPUT
        self._send(terminal.typed(keys))
        return True

    def _send(self, frame: bytes) -> None:
        """Where the camera takes nothing any more, what it has said until then is shown first."""
        with suppress(Closed):
            self.stream.send(frame)

    def _follow_window(self) -> None:
        size = window(self.source)
        if size != self._size:
            self._size = size
            self._send(terminal.resized(*size))

    def _show(self, content: bytes) -> None:
        while content:
            content = content[os.write(self.sink, content) :]
