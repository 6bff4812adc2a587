"""A shell on a camera, from a terminal and through a pipe, in a process of its own."""

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import pytest

from tests.conftest import betrayed

PATIENCE = 20
PROMPT = b"root@reCamera:~# "


class Person:
    """Sits at a terminal in which the program runs."""

    def __init__(self, site, *arguments, columns=90, rows=30):
        self.ours, self.theirs = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.theirs)
        self.seen = b""
        self.process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-W", "error", "-m", "recamera_gitops.cli", *arguments],
            cwd=site.root,
            env={**site.variables, "TERM": "xterm-256color"},
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
        )

    def resize(self, columns, rows):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, content):
        os.write(self.ours, content)

    def until(self, content):
        """Read until that was shown, and forget everything up to it."""
        end = time.monotonic() + PATIENCE
        while content not in self.seen:
            ready, _, _ = select.select([self.ours], [], [], max(0, end - time.monotonic()))
            assert ready, f"{content} is not seen: {self.seen}"
            self.seen += os.read(self.ours, 65536)
        before, _, self.seen = self.seen.partition(content)
        return before

    def ended(self):
        """The exit code, what was shown last, and whether the terminal is as it was before."""
        code = self.process.wait(PATIENCE)
        while select.select([self.ours], [], [], 0)[0]:
            self.seen += os.read(self.ours, 65536)
        same = termios.tcgetattr(self.theirs) == self.before
        os.close(self.ours)
        os.close(self.theirs)
        assert b"Traceback" not in self.seen
        assert not betrayed(self.seen)
        return code, self.seen, same


@pytest.fixture
def typing(site):
    """Somebody at a terminal of gate-north, and its emulated camera."""

    def sit(**options):
        made = site(**options)
        person = Person(made, "terminal", "gate-north")
        person.until(b"connected to gate-north; Enter, then ~. leaves\r\n")
        person.until(PROMPT)
        return person, made

    return sit


def test_a_shell_answers_to_every_key_until_it_ends(typing):
    person, site = typing(https=False)
    person.type(b"stty size\r")
    assert person.until(PROMPT) == b"stty size\r\n30 90\r\n"
    person.resize(120, 40)
    time.sleep(0.6)  # noqa: TID251 - the window is looked at now and then
    person.type(b"stty size\r")
    assert person.until(PROMPT) == b"stty size\r\n40 120\r\n"
    person.type(b"sleep\x03")
    assert person.until(PROMPT) == b"sleep^C\r\n"
    person.type(b"clear\r")
    assert person.until(PROMPT) == b"clear\r\n\x1b[H\x1b[2J"
    person.type(b"\x04")
    code, seen, same = person.ended()
    assert (code, same) == (0, True)
    assert seen == b"logout\r\n"
    assert site.violations == []


def test_the_way_out_is_not_typed(typing):
    person, site = typing()
    person.type(b"echo a~.\r")
    person.until(b"a~.\r\n" + PROMPT)
    person.type(b"~.")
    assert person.ended()[::2] == (0, True)
    told = site.rcg("runs", "list", "--format", "json")
    (run,) = json.loads(told.out)["runs"]
    assert (run["kind"], run["exit_code"]) == ("terminal", 0)
    kept = b"".join(each.read_bytes() for each in site.root.rglob(".recamera/runs/*/*"))
    assert b"echo a" not in kept


def test_a_title_and_preferences_do_not_reach_this_terminal(typing):
    person, _ = typing()
    person.type(b"true\r")
    assert b"sh (reCamera)" not in person.until(PROMPT)
    person.type(b"~.")
    code, seen, same = person.ended()
    assert (code, same) == (0, True)
    assert b"fontSize" not in seen


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_leaves_the_terminal_as_it_was(typing, name):
    person, _ = typing()
    person.process.send_signal(getattr(signal, name))
    assert person.ended()[::2] == (130, True)


def test_two_signals_at_once_leave_it_so_too(typing):
    person, site = typing()
    site.camera("gate-north").faults.clear()
    person.process.send_signal(signal.SIGTERM)
    person.process.send_signal(signal.SIGHUP)
    assert person.ended()[::2] == (130, True)


def test_a_lost_connection_is_said_and_leaves_the_terminal_as_it_was(typing):
    person, site = typing()
    site.camera("gate-north").power = False
    code, seen, same = person.ended()
    assert (code, same) == (4, True)
    assert seen.decode().splitlines()[-1] == (
        "gate-north  unreachable: the connection was cut; what was typed last may not have arrived"
    )


def piped(site, content, *arguments):
    process = subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-W", "error", "-m", "recamera_gitops.cli", "terminal", *arguments],
        cwd=site.root,
        env=site.variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        out, err = process.communicate(content, timeout=60)
    assert not betrayed(out + err)
    said = [each for each in err.decode().splitlines() if not each.startswith("    hint")]
    return process.returncode, out, [each for each in said if "plain-http" not in each]


def test_a_pipe_is_typed_and_what_comes_back_is_printed(site):
    site = site(https=True)
    pins = dict(zip(("gate-north", "dock-east", "lobby"), site.fleet.fingerprints, strict=True))
    known = "".join(f"{name}: {{fingerprint: 'sha256:{pin}'}}\n" for name, pin in pins.items())
    (site.root / "known_cameras.yaml").write_text(known)
    code, out, err = piped(site, b"uname -a\necho done\n", "gate-north")
    assert (code, err) == (0, [])
    assert out == (
        PROMPT + b"uname -a\r\nLinux reCamera 6.1.118 #1 SMP PREEMPT aarch64 GNU/Linux\r\n"
        + PROMPT + b"echo done\r\ndone\r\n" + PROMPT + b"logout\r\n"
    )  # fmt: skip
    assert site.violations == []


def test_a_shell_that_does_not_end_well_is_a_failure(site):
    code, out, err = piped(site(), b"exit 3\n", "gate-north")
    assert (code, out) == (3, PROMPT + b"exit 3\r\nlogout\r\n")
    assert err == ["gate-north  failed: the shell did not end well: the camera closed it (1011)"]


def test_a_protected_camera_has_no_terminal_and_one_is_enough(site):
    site = site()
    file = site.root / "devices" / "lobby.yaml"
    file.write_text(file.read_text().replace("\nlabels:", "\nprotected: true\nlabels:"))
    code, out, err = piped(site, b"reboot\n", "lobby")
    assert (code, out) == (5, b"")
    assert err == ["lobby  refused: it is protected: nothing is done at it"]
    assert site.camera("lobby").requests == 0
    code, _, err = piped(site, b"", "*")
    assert (code, err) == (64, ["error: a terminal is at one camera, not at 3"])
