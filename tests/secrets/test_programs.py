"""The door to other processes, with real ones."""

import sys
import threading
import time
from pathlib import Path

import pytest

from recamera_gitops.desired.origins import Ended, Program, Trouble
from recamera_gitops.errors import Interrupted
from recamera_gitops.fleet.programs import run_program

PYTHON = (sys.executable, "-c")


def ran(tmp_path, *words, stop=None, variables=None, seconds=20.0, most=1000, **more):
    program = Program(words, tmp_path, variables or {}, seconds, most, **more)
    return run_program(program, stop or threading.Event())


def is_alive(pid):
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_what_a_program_writes_comes_back(tmp_path):
    code = "import os; print(os.getcwd(), sorted(os.environ))"
    ended = ran(tmp_path, *PYTHON, code, variables={"LC_ALL": "C.UTF-8"})
    assert ended == Ended(f"{tmp_path} ['LC_ALL']\n".encode())


def test_no_shell_sees_the_words(tmp_path):
    words = ("$HOME", "`id`", "a b", "*", ";", ">x", "--x")
    ended = ran(tmp_path, *PYTHON, "import sys; print(sys.argv[1:])", *words)
    assert ended.output.decode() == f"{list(words)}\n"
    assert list(tmp_path.iterdir()) == []


def test_how_a_program_ends_is_told(tmp_path):
    assert ran(tmp_path, *PYTHON, "raise SystemExit(7)") == Ended(code=7)
    assert ran(tmp_path, *PYTHON, "import os; os.kill(os.getpid(), 9)") == Ended(code=-9)


def test_what_it_says_on_stderr_goes_nowhere(tmp_path, canary, capfd):
    code = f"import sys; print({canary('loud')[::-1]!r}[::-1], file=sys.stderr)"
    assert ran(tmp_path, *PYTHON, code) == Ended()
    assert capfd.readouterr() == ("", "")


def test_the_end_of_what_it_says_on_stderr_is_heard_where_somebody_wants_to(tmp_path):
    code = "import sys; print('x' * 99999 + 'the end', file=sys.stderr); print('y'); sys.exit(2)"
    ended = ran(tmp_path, *PYTHON, code, heard=10)
    assert ended == Ended(b"y\n", 2, said=b"xxthe end\n")
    slow = "import sys, time; print('wait', file=sys.stderr, flush=True); time.sleep(60)"
    ended = ran(tmp_path, *PYTHON, slow, heard=10, most=0, seconds=1.0)
    assert (ended.trouble, ended.said) == (Trouble.TOO_SLOW, b"wait\n")


def test_what_it_writes_goes_nowhere_where_nobody_wants_it(tmp_path, capfd):
    ended = ran(tmp_path, *PYTHON, "print('x' * 99999)", most=0)
    assert (ended, capfd.readouterr()) == (Ended(), ("", ""))


def test_what_it_is_told_it_reads_to_the_end(tmp_path, canary):
    told = canary("told").encode() * 100
    code = "import sys; print(len(sys.stdin.buffer.read()))"
    assert ran(tmp_path, *PYTHON, code, told=told).output == f"{len(told)}\n".encode()
    assert ran(tmp_path, *PYTHON, "pass", told=told) == Ended()
    assert ran(tmp_path, "no-such-program", told=told).trouble is Trouble.NOT_FOUND


@pytest.mark.parametrize(
    ("ended", "failure"),
    [
        (Ended(b"x"), None),
        (Ended(code=3), "ended with exit code 3"),
        (Ended(code=-15), "was ended by signal 15"),
        (Ended(trouble=Trouble.TOO_SLOW), "did not end in time"),
    ],
)
def test_what_went_wrong_is_told_in_words(ended, failure):
    assert ended.failure == failure


def test_it_cannot_ask_anybody(tmp_path):
    code = (
        "import sys; print(repr(sys.stdin.read()))\n"
        "try: open('/dev/tty')\n"
        "except OSError: print('nobody')"
    )
    assert ran(tmp_path, *PYTHON, code).output == b"''\nnobody\n"


@pytest.mark.parametrize("words", [("no-such-program",), ("./no-such-program", "x")])
def test_a_program_that_is_not_there_is_told(tmp_path, words):
    assert ran(tmp_path, *words).trouble is Trouble.NOT_FOUND


def test_a_program_that_cannot_be_started_is_told(tmp_path):
    (tmp_path / "text").write_text("x")
    assert ran(tmp_path, "./text").trouble is Trouble.NOT_STARTED
    assert ran(tmp_path, "a\0b").trouble is Trouble.NOT_STARTED


def test_a_program_that_writes_too_much_is_ended(tmp_path):
    started = time.monotonic()
    endless = "while True: print('x' * 1000)"
    assert ran(tmp_path, *PYTHON, endless, most=5000).trouble is Trouble.TOO_MUCH
    assert ran(tmp_path, *PYTHON, "print('x' * 4999)", most=5000).trouble is None
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("stdout", "then"),
    [
        ("None", "time.sleep(60)"),
        ("subprocess.DEVNULL", "os.close(1); time.sleep(60)"),
        ("None", "os._exit(0)"),
    ],
)
def test_a_program_that_does_not_end_is_ended_with_its_children(tmp_path, stdout, then):
    child = "import time; time.sleep(60)"
    code = (
        "import os, subprocess, sys, time; from pathlib import Path\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout={stdout})\n"
        f"Path('child').write_text(str(child.pid)); {then}"
    )
    assert ran(tmp_path, *PYTHON, code, seconds=1.0).trouble is Trouble.TOO_SLOW
    pid, rest = int((tmp_path / "child").read_text()), threading.Event()
    assert any(not is_alive(pid) or rest.wait(0.05) for _ in range(100))


def test_a_signal_ends_it_soon(tmp_path):
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    started = time.monotonic()
    with pytest.raises(Interrupted):
        ran(tmp_path, *PYTHON, "import time; time.sleep(60)", stop=stop)
    assert time.monotonic() - started < 5
