"""A toy shell behind the camera's terminal: just enough to type into.

What runs on the other side of the real one is not described; with `terminal-login` it asks who is there
first [wiki: user root, whose password follows the admin's [cgi]].
"""

from collections.abc import Callable
from dataclasses import dataclass, field

PROMPT = "root@reCamera:~# "
LOGIN, PASSWORD = "reCamera login: ", "Password: "
USER = "root"
CLEAR = "\x1b[H\x1b[2J"
ENTER, BACKSPACE, INTERRUPT, END = "\r\n", "\b\x7f", "\x03", "\x04"
KERNEL = "Linux reCamera 6.1.118 #1 SMP PREEMPT aarch64 GNU/Linux"
TRIES = 3
LONGEST = 4096


@dataclass(slots=True)
class Shell:
    """What is typed goes in, what is to be seen comes out; `ended` is its status once it is over."""

    knows: Callable[[str], bool]
    asks: bool = False
    columns: int = 80
    rows: int = 24
    line: str = ""
    user: str | None = None
    ended: int | None = None
    failures: int = 0
    last: int = 0
    history: list[str] = field(default_factory=list)

    @property
    def prompt(self) -> str:
        """What stands before the line that is typed."""
        if not self.asks:
            return PROMPT
        return LOGIN if self.user is None else PASSWORD

    def hear(self, typed: str) -> str:
        """What is seen of it when this is typed."""
        shown = []
        for key in typed:
            if self.ended is not None:
                break
            shown.append(self._key(key))
        return "".join(shown)

    def _key(self, key: str) -> str:
        hidden = self.asks and self.user is not None
        if key in ENTER:
            line, self.line = self.line, ""
            return "\r\n" + self._entered(line)
        if key in BACKSPACE:
            gone, self.line = self.line[-1:], self.line[:-1]
            return "\b \b" if gone and not hidden else ""
        if key == INTERRUPT:
            self.line = ""
            return "^C\r\n" + self.prompt
        if key == END:
            return "" if self.line else self._left(self.last)
        self.line = (self.line + key)[:LONGEST]
        return "" if hidden else key

    def _entered(self, line: str) -> str:
        if self.asks:
            return self._admitted(line)
        self.history.append(line)
        words = line.split()
        if not words:
            return self.prompt
        if words[0] == "exit":
            return self._left(int(words[1]) if words[1:] and words[1].isdecimal() else self.last)
        said, self.last = self._run(words)
        return said + ("" if said.endswith("\n") or said in {"", CLEAR} else "\r\n") + self.prompt

    def _run(self, words: list[str]) -> tuple[str, int]:
        name, *rest = words
        known = {
            "clear": CLEAR,
            "echo": " ".join(rest) + "\r\n",
            "false": "",
            "stty": f"{self.rows} {self.columns}",
            "true": "",
            "uname": KERNEL if rest == ["-a"] else "Linux",
            "whoami": USER,
        }
        if name not in known:
            return f"-sh: {name}: not found", 127
        return known[name], int(name == "false")

    def _left(self, status: int) -> str:
        self.ended = status
        return "logout\r\n"

    def _admitted(self, line: str) -> str:
        if self.user is None:
            self.user = line
            return self.prompt
        if self.user == USER and self.knows(line):
            self.asks = False
            return self.prompt
        self.user, self.failures = None, self.failures + 1
        if self.failures == TRIES:
            self.ended = 1
            return "Login incorrect\r\n"
        return "Login incorrect\r\n" + self.prompt
