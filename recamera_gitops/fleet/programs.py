"""Programs that tell secrets, and that look whether a camera is well: the door to other processes.

A program is started without a shell, in a session of its own, so that it can be ended with all that it
has started, and so that it cannot ask anybody anything.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import Final

from recamera_gitops.desired.origins import Ended, Program, Trouble
from recamera_gitops.errors import Interrupted

_BEAT: Final = 0.1
_BLOCK: Final = 1 << 16


def run_program(program: Program, stop: threading.Event) -> Ended:
    """Run it to its end; Interrupted once `stop` is set, with the program ended."""
    try:
        with _told(program.told) as stdin:
            process = subprocess.Popen(
                program.words,
                cwd=program.directory,
                env=program.variables,
                stdin=stdin,
                stdout=_listening(program.most),
                stderr=_listening(program.heard),
                start_new_session=True,
            )
    except FileNotFoundError:
        return Ended(trouble=Trouble.NOT_FOUND)
    except (OSError, ValueError):
        return Ended(trouble=Trouble.NOT_STARTED)
    with process, _ended_with_its_children(process):
        return _Watch(process, program, stop).ended()


def _listening(most: int) -> int:
    return subprocess.PIPE if most else subprocess.DEVNULL


@contextlib.contextmanager
def _told(text: bytes) -> Iterator[int]:
    """What it reads, to its end: nothing, or a text so short that a pipe holds it."""
    if not text:
        yield subprocess.DEVNULL
        return
    reading, writing = os.pipe()
    try:
        with os.fdopen(writing, "wb") as stream:
            stream.write(text)
        yield reading
    finally:
        os.close(reading)


@contextlib.contextmanager
def _ended_with_its_children(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        if process.returncode is None:  # not waited for yet, so its number is nobody else's
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


class _Watch:
    """Over one program: how long it runs, how much it writes, and whether it is still wanted."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", program: Program, stop: threading.Event
    ) -> None:
        self._process = process
        self._most = program.most
        self._heard = program.heard
        self._until = time.monotonic() + program.seconds
        self._stop = stop

    def ended(self) -> Ended:
        """Its end, or the reason for which it must not go on."""
        output, said = bytearray(), b""
        for stream, block in self._blocks():
            if stream is self._process.stderr:
                said = (said + block)[-self._heard :]
                continue
            output += block
            if len(output) > self._most:
                return Ended(trouble=Trouble.TOO_MUCH)
        while self._goes_on():
            with contextlib.suppress(subprocess.TimeoutExpired):
                return Ended(bytes(output), self._process.wait(_BEAT), said=said)
        return Ended(trouble=Trouble.TOO_SLOW, said=said)

    def _blocks(self) -> Iterator[tuple[object, bytes]]:
        """What it writes, and where to, until it has said all or its time is over."""
        with selectors.DefaultSelector() as selector:
            for stream in (self._process.stdout, self._process.stderr):
                if stream is not None:
                    selector.register(stream, selectors.EVENT_READ)
            while selector.get_map() and self._goes_on():
                for key, _ in selector.select(_BEAT):
                    block = os.read(key.fd, _BLOCK)
                    if block:
                        yield key.fileobj, block
                    else:
                        selector.unregister(key.fileobj)

    def _goes_on(self) -> bool:
        """Whether there is time left; Interrupted where nobody waits for it any more."""
        if self._stop.is_set():
            raise Interrupted("interrupted while a program was waited for")
        return time.monotonic() < self._until
