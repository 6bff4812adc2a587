"""What README and CONTRIBUTING say is so: commands run, output looks like that, names exist."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from recamera_gitops.cli.main import program
from recamera_gitops.cli.verbs import VERBS
from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.lint.examine import examine
from recamera_gitops.desired.resolve import resolve
from recamera_gitops.emulator.cloud_server import EmulatedCloud
from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.errors import ExitCode
from tests.conftest import lookup

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DOCS = {
    f"docs/{path.stem}": path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs").glob("*.md"))
    if path.stem not in ("settings", "rules")  # generated, and tested as such
}
PAGES = {"README": README, "CONTRIBUTING": CONTRIBUTING, **DOCS}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = {" ".join(words): command for words, command in program.every_command()}
ALONE = {
    noun.name: f"{noun.name} {noun.default}" for noun in VERBS if getattr(noun, "default", None)
}
COPY = "/tmp/acme"  # noqa: S108 - where the README's reader puts it; the test uses tmp_path
PORT = 8180
CLOUD = "http://127.0.0.1:8190"


def blocks(language, page=README):
    return [body for name, body in FENCE.findall(page) if name == language]


def rows(heading):
    """The first column of the table under a heading row."""
    table = README.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return [row.split("|")[1].strip() for row in table.splitlines()[2:]]


def words_of(line):
    """One shell line in words, without its comment."""
    return shlex.split(line, comments=True)


def command_lines():
    """Every shell line of the pages that a reader may type."""
    every = "".join(PAGES.values())
    typed = [
        line[2:]
        for body in blocks("console", every)
        for line in body.splitlines()
        if line[:2] == "$ "
    ]
    inline = re.findall(r"`((?:rcg|recamera-gitops|make) [^`]+)`", every)
    plain = [line for body in blocks("sh", every) for line in body.splitlines() if line.strip()]
    return [*typed, *inline, *plain]


def ours():
    lines = [words_of(line) for line in command_lines()]
    programs = ("rcg", "recamera-gitops")
    return sorted({tuple(line) for line in lines if Path(line[0]).name in programs})


# --- names -------------------------------------------------------------------------------------


def test_every_command_is_in_the_table_and_nothing_else():
    named = [name.strip("`") for name in (*rows("command | does"), *rows("operation | does"))]
    assert sorted(named) == sorted(COMMANDS)


def test_what_is_said_to_be_missing_is_missing():
    sentence = README.partition("Not there yet: ")[2].partition(".\n")[0]
    assert not set(re.findall(r"`(.+?)`", sentence)) & COMMANDS.keys()


def test_every_exit_code_is_in_the_table():
    assert [int(code) for code in rows("exit code | means")] == sorted(ExitCode)


@pytest.mark.parametrize("words", ours(), ids=shlex.join)
def test_a_command_line_is_one_that_the_program_takes(words):
    called = [name for name in COMMANDS if list(words[1:])[: len(name.split())] == name.split()]
    called = called or [ALONE[words[1]]]
    assert len(called) == 1, f"there is no command {shlex.join(words)}"
    known = {name for each in COMMANDS[called[0]].params for name in each.opts} | {"--help"}
    assert {word for word in words[1:] if word.startswith("-")} <= known


def test_an_option_that_is_named_exists():
    known = {name for each in COMMANDS.values() for option in each.params for name in option.opts}
    named = set(re.findall(r"`(--[a-z-]+)", README)) - {"--help"}
    assert named <= known


def test_a_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    named = {line.split()[1] for line in command_lines() if line.startswith("make ")}
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_a_file_that_is_named_exists(page):
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", PAGES[page])
    quoted = re.findall(r"`((?:recamera_gitops|tests|examples|schemas)/[\w./-]*)`", PAGES[page])
    here = (ROOT / page).parent
    missing = [each for each in linked if not (here / each).exists()]
    assert not [*missing, *(each for each in quoted if not (ROOT / each).exists())]


# --- files ---------------------------------------------------------------------------------------


def test_the_yaml_examples_make_a_fleet(tmp_path):
    folders = {"profile": "profiles", "device": "devices"}
    for body in reversed(blocks("yaml")):  # of two of one kind and name, the first one stays
        kind, _, name = body.partition("\n")[0].partition(": ")
        if kind == "fleet":
            (tmp_path / "fleet.yaml").write_text(body, encoding="utf-8")
        elif kind in folders:
            (tmp_path / folders[kind]).mkdir(exist_ok=True)
            (tmp_path / folders[kind] / f"{name}.yaml").write_text(body, encoding="utf-8")
    examined = examine(tmp_path)
    assert {each.rule for each in examined.diagnostics} == {"no-pin", "no-serial"}  # before `trust`
    (device,) = examined.fleet.devices
    declared, _ = resolve(device, lookup(tmp_path, {"RECAMERA_PASSWORD": "recamera"}), tmp_path)
    assert declared["osd.channel_name.text"].value == "gate-north at hq"
    assert declared["image.scenes.night.exposure.gain"].value == 40
    assert declared["image.scenes.night.exposure.time"].value == "1/50"


def test_the_policy_example_is_one(tmp_path):
    (policy,) = (body for body in blocks("yaml") if "policy:" in body)
    (tmp_path / "fleet.yaml").write_text(policy, encoding="utf-8")
    fleet = load(tmp_path)
    assert not fleet.warnings
    assert fleet.policy.forbid == ["network.wifi.enabled=false"]
    assert fleet.rollout.concurrency == 16


def test_the_modeline_names_a_schema():
    named = re.search(r"\$schema=\S*/(schemas/\S+)", README)
    assert (ROOT / named[1]).is_file()


# --- the tour --------------------------------------------------------------------------------------


def addresses():
    """Three loopback addresses with a port that is free on all of them."""
    base = f"127.{64 + os.getpid() % 128}.{os.getpid() // 128 % 256}"
    for _ in range(20):
        with socket.create_server((f"{base}.1", 0)) as taken:
            port = taken.getsockname()[1]
        try:
            for number in (1, 2, 3):
                socket.create_server((f"{base}.{number}", port)).close()
        except OSError:
            continue
        return base, port
    pytest.fail("no port is free")


@pytest.fixture
def tour(tmp_path, monkeypatch):
    """A shell whose `rcg` is this program, and three cameras at other addresses than the README's."""
    base, port = addresses()
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for file in (tmp_path / "examples").rglob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace(f"port: {PORT}", f"port: {port}")
        file.write_text(text.replace("127.11.0.", f"{base}."), encoding="utf-8")
    activate = tmp_path / ".venv" / "bin" / "activate"
    activate.parent.mkdir(parents=True)
    package = shlex.quote(sys.executable)
    activate.write_text(f'rcg() {{ {package} -m recamera_gitops.cli "$@"; }}\n', encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name in ("RECAMERA_GITOPS_FLEET", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def here(text):
        text = text.replace(COPY, str(tmp_path / "acme")).replace("127.11.0.", f"{base}.")
        text = text.replace(CLOUD, cloud.url)
        return text.replace(f":{PORT}/", f":{port}/").replace(f"--port {PORT}", f"--port {port}")

    with (
        EmulatedFleet(count=3, address=f"{base}.1", port=port) as cameras,
        EmulatedCloud() as cloud,
    ):
        cloud.state.seconds = 0
        for camera in cameras.cameras:
            camera.restart_seconds = 0
        yield SimpleNamespace(directory=tmp_path, here=here)


MARK = "~~~ next ~~~"


def shown(body):
    """(command, the lines that it prints) of a console block."""
    pairs = []
    for line in body.splitlines():
        if line.startswith("$ "):
            pairs.append((line[2:], []))
        else:
            pairs[-1][1].append(line)
    return pairs


def shape(text):
    """A line where every number is as good as another, and every width of a column."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "N", text)).strip()


def fits(printed, lines):
    """Whether a text is these lines; a line `…` stands for any lines."""
    patterns = [".*" if line == "…" else re.escape(shape(line)) for line in lines]
    text = "\n".join(shape(line) for line in printed.strip().splitlines())
    return re.fullmatch("\n".join(patterns).strip(), text, re.DOTALL) is not None


TOURS = {
    page: PAGES[page]
    for page in ("README", "docs/tour", "docs/import", "docs/models", "docs/watching")
}


@pytest.mark.skipif(not shutil.which("bash") or not shutil.which("curl"), reason="no bash or curl")
@pytest.mark.parametrize("page", TOURS)
def test_the_tour_goes_as_shown(tour, page):
    told = [pair for body in blocks("console", TOURS[page]) for pair in shown(body)]
    assert len(told) > 10
    # A marker after every command, and `$?` as the command left it.
    script = "".join(
        f"{tour.here(line)}\nlast=$?; echo '{MARK}'; (exit $last)\n" for line, _ in told
    )
    done = subprocess.run(  # noqa: S603 - the README's own commands
        ["bash", "-c", script],  # noqa: S607
        cwd=tour.directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    printed = done.stdout.split(f"{MARK}\n")
    assert len(printed) == len(told) + 1, done.stderr
    for (line, lines), text in zip(told, printed, strict=False):
        assert fits(text, lines), f"$ {line}\n{text}\n{done.stderr}"
