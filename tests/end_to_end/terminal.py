"""The program at a terminal of some size, and what a person sees of it."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

import pyte

from tests.conftest import betrayed

PATIENCE = 30
TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "", "LINES": ""}


class Watched:
    """The program with its stderr, or its stdout, at a terminal of some size."""

    def __init__(self, site, *arguments, columns=80, rows=24, stream="stderr", **variables):
        self._ours, theirs = pty.openpty()
        self.resize(columns, rows)
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self.process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-W", "error", "-m", "recamera_gitops.cli", *arguments],
            cwd=site.root,
            env={**site.variables, **TERMINAL, **variables},
            stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs},
        )
        os.close(theirs)

    def resize(self, columns, rows):
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def lines(self):
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def until(self, seen):
        """Read until that is on the screen, or to the end where nothing is looked for."""
        end = time.monotonic() + PATIENCE
        while seen is None or not any(seen in line for line in self.lines):
            ready, _, _ = select.select([self._ours], [], [], max(0, end - time.monotonic()))
            assert ready, f"{seen} is not seen: {self.lines}"
            content = b""
            with contextlib.suppress(OSError):  # how a terminal tells that nobody writes any more
                content = os.read(self._ours, 65536)
            if not content:
                assert seen is None, f"{seen} is not seen: {self.lines}"
                break
            self.written += content
            self._stream.feed(content)
        return self.lines

    def ended(self):
        lines = self.until(None)
        os.close(self._ours)
        assert not betrayed(self.written), "a secret was shown"
        assert b"Traceback" not in self.written
        return self.process.wait(PATIENCE), [line for line in lines if "plain-http" not in line]
