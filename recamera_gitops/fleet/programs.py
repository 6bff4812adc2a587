"""Programs that tell secrets: the door to other processes.

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
        process = subprocess.Popen(
            program.words,
            cwd=program.directory,
            env=program.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError:
        return Ended(trouble=Trouble.NOT_FOUND)
    except (OSError, ValueError):
        return Ended(trouble=Trouble.NOT_STARTED)
    with process, _ended_with_its_children(process):
        return _Watch(process, program, stop).ended()


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
        self._until = time.monotonic() + program.seconds
        self._stop = stop

    def ended(self) -> Ended:
        """Its end, or the reason for which it must not go on."""
        output = bytearray()
        for block in self._blocks():
            output += block
            if len(output) > self._most:
                return Ended(trouble=Trouble.TOO_MUCH)
        while self._goes_on():
            with contextlib.suppress(subprocess.TimeoutExpired):
                return Ended(bytes(output), self._process.wait(_BEAT))
        return Ended(trouble=Trouble.TOO_SLOW)

    def _blocks(self) -> Iterator[bytes]:
        """What it writes, until it has said all or its time is over."""
        stream = self._process.stdout
        if stream is None:
            return
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while self._goes_on():
                if selector.select(_BEAT):
                    block = os.read(stream.fileno(), _BLOCK)
                    if not block:
                        return
                    yield block

    def _goes_on(self) -> bool:
        """Whether there is time left; Interrupted where nobody waits for it any more."""
        if self._stop.is_set():
            raise Interrupted("interrupted while secrets were looked up; no camera was contacted")
        return time.monotonic() < self._until
