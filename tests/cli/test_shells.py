"""Completion as a shell does it: its own engine, the printed script, and keys pressed at a terminal."""

import contextlib
import os
import pty
import select
import shutil
import subprocess
import sys
import time

import pytest

PATIENCE = 20
MARK = "<<<"
# How each shell is started without anybody's own settings, and told to use the script.
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "bind 'set bell-style none'; source {}"),
    "zsh": (
        ["zsh", "-f", "-i"],
        "autoload -U compinit; compinit -u -D; unsetopt prompt_sp; source {}",
    ),
}
TYPED = [
    ("rcg plan ga\t", "rcg plan gate"),
    ("rcg pla\t", "rcg plan"),
    ("rcg plan -l si\t", "rcg plan -l site="),
    ("rcg plan -l site=f\t", "rcg plan -l site=far"),
    ("rcg plan --selector=site=f\t", "rcg plan --selector=site=far"),
    ("rcg plan -l site=hq,si\t", "rcg plan -l site=hq,site="),
    ("rcg plan --target osd.chan\t", "rcg plan --target osd.channel_name"),
    ("rcg plan --target notify.mqtt.pa\t", "rcg plan --target notify.mqtt.password"),
    ("rcg plan ya\tga\t", "rcg plan yard gate"),
    ("rcg apply saved-pl\t", "rcg apply saved-plan.json"),
    ("rcg emulator --flavour audio-fl\t", "rcg emulator --flavour audio-floor"),
    ("rcg validate -E open-str\t", "rcg validate -E open-stream"),
    ("rcg plan --form\tjs\t", "rcg plan --format json"),
    ("rcg plan nothing-like-it\t", "rcg plan nothing-like-it"),
]


@pytest.fixture
def there(fleet, monkeypatch, tmp_path_factory):
    """The fleet with a saved plan in it, a program `rcg` on the path, and the script of each shell."""
    (fleet / "saved-plan.json").write_text("{}", encoding="utf-8")
    directory = tmp_path_factory.mktemp("bin")
    program = directory / "rcg"
    program.write_text(
        f'#!/bin/sh\nexec {sys.executable} -m recamera_gitops.cli "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}{os.pathsep}{os.environ['PATH']}")
    for shell in ("bash", "zsh", "fish"):
        made = subprocess.run([program, "completion", shell], capture_output=True, check=True)  # noqa: S603
        (directory / shell).write_bytes(made.stdout)
    return directory


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, arguments, environment):
        self.process, self._open = pty.fork()
        if self.process == 0:
            os.execvpe(arguments[0], arguments, environment)  # noqa: S606 - a shell on purpose
        self._text = ""

    def press(self, keys):
        os.write(self._open, keys.encode())

    def until(self, mark):
        """What is shown up to a mark."""
        end = time.monotonic() + PATIENCE
        while mark not in self._text:
            ready, _, _ = select.select([self._open], [], [], max(0, end - time.monotonic()))
            assert ready, f"the shell says nothing more: {self._text!r}"
            self._text += os.read(self._open, 4096).decode(errors="replace")
        shown, _, self._text = self._text.partition(mark)
        return shown

    def close(self):
        with contextlib.suppress(OSError):
            os.close(self._open)
        os.waitpid(self.process, 0)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_what_is_typed(there, fleet, shell):
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell}")
    arguments, begin = SHELLS[shell]
    environment = {**os.environ, "TERM": "dumb", "PS1": "", "LANG": "C.UTF-8", "HISTFILE": ""}
    terminal = Terminal(arguments, environment)
    try:
        terminal.press(begin.format(there / shell) + "\r")
        for typed, completed in TYPED:
            # What is on the line goes to a command that shows it, once it has been completed.
            terminal.press(f"{typed}\x01printf '%s {MARK}\\n' '>>>\x05'\r")
            shown = terminal.until(f" {MARK}\r\n").rpartition(">>>")[2]
            assert shown.strip() == completed, typed
    finally:
        terminal.press("\x03exit\r")
        terminal.close()


@pytest.mark.skipif(not shutil.which("fish"), reason="there is no fish")
def test_fish_completes_what_is_typed(there, fleet, tmp_path_factory):
    """It has a command that says what the tabulator key would offer."""
    environment = {**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))}
    for typed, completed in TYPED:
        if "nothing" in typed or typed.count("\t") > 1:
            continue
        line = typed.split("\t")[0]
        done = subprocess.run(  # noqa: S603
            ["fish", "--no-config", "-c", f"source {there / 'fish'}; complete -C '{line}'"],  # noqa: S607
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=environment,
        )
        offers = [each.partition("\t")[0] for each in done.stdout.splitlines()]
        assert (offers, done.stderr) == ([completed.split()[-1]], ""), typed


def test_the_answer_is_never_an_error(there, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "devices").mkdir()
    (elsewhere / "devices" / "a.yaml").write_bytes(b"device: [\xff\x00")
    (elsewhere / "devices" / "b.yaml").mkdir()
    (elsewhere / "fleet.yaml").write_text("fleet: [", encoding="utf-8")
    for line in (
        "rcg plan ",
        "rcg -C /nowhere plan ",
        "rcg plan '",
        "",
        "rcg plan -l =",
        "rcg plan -l !",
    ):
        environment = {
            **os.environ,
            "_RECAMERA_GITOPS_COMPLETE": "x",
            "_RECAMERA_GITOPS_LINE": line,
        }
        done = subprocess.run(  # noqa: S603
            [there / "rcg"], capture_output=True, cwd=elsewhere, env=environment, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), line


def test_names_are_completed_without_the_libraries_of_the_loader(there, fleet):
    code = (
        "import sys; from recamera_gitops.cli.main import main; main(['x']);"
        "print(sorted({'pydantic', 'ruamel', 'requests', 'aiohttp', 'cryptography'} & set(sys.modules)))"
    )
    environment = {
        **os.environ,
        "_RECAMERA_GITOPS_COMPLETE": "x",
        "_RECAMERA_GITOPS_LINE": "rcg plan ga",
    }
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    assert done.stdout == "plain\tgate\tdevices/gate.yaml\n[]\n"
