"""The words of a camera's terminal: those of ttyd, a letter in front of what is meant.

What is typed goes to the camera, what it shows goes to the screen, and nothing else of what it says does: a
title or preferences of a web page are none of our terminal's business.
"""

import json
from dataclasses import dataclass
from typing import Final

PATH: Final = "/ws/system/terminal"
SUBPROTOCOL: Final = "tty"
END_OF_INPUT: Final = b"\x04"
MOST_TYPED: Final = 1024  # bytes at once: what is typed into a terminal has a small buffer there
_INPUT, _RESIZE, _OUTPUT = b"0", b"1", b"0"
_MARK: Final = ord("~")
_LEAVE: Final = ord(".")
_ENTER: Final = b"\r\n"


def opening(columns: int, rows: int) -> bytes:
    """The first frame. The token is that of a ttyd with a password of its own, which cameras have not."""
    return json.dumps({"AuthToken": "", "columns": columns, "rows": rows}).encode()


def typed(content: bytes) -> bytes:
    """Something that was typed."""
    return _INPUT + content


def resized(columns: int, rows: int) -> bytes:
    """The window has another size."""
    return _RESIZE + json.dumps({"columns": columns, "rows": rows}).encode()


def shown(frame: str | bytes) -> bytes:
    """What a frame shows on the screen; nothing where it is about something else."""
    content = frame.encode() if isinstance(frame, str) else frame
    return content[1:] if content[:1] == _OUTPUT else b""


@dataclass(slots=True)
class Escape:
    """Listens for the way out: `~.` at the beginning of a line. `~~` there is typed as one."""

    _fresh: bool = True
    _marked: bool = False

    def passed(self, content: bytes) -> tuple[bytes, bool]:
        """What of it is typed, and whether that is the end."""
        through = bytearray()
        for key in content:
            if self._marked:
                self._marked = False
                if key == _LEAVE:
                    return bytes(through), True
                if key != _MARK:
                    through.append(_MARK)
            elif self._fresh and key == _MARK:
                self._marked = True
                continue
            through.append(key)
            self._fresh = key in _ENTER
        return bytes(through), False
