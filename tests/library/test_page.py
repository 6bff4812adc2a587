"""docs/library.md: its program runs, prints what is shown, and is what a type checker wants it to be."""

import contextlib
import io
import re
import shutil
import subprocess
import sys

import pytest

from recamera_gitops import library
from recamera_gitops.emulator.server import EmulatedFleet
from tests.conftest import ROOT
from tests.test_readme import addresses, fits

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(python|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PROGRAM = "\n".join(body for language, body in BLOCKS if language == "python")
PINNED = re.search(r'    host="(.*?)",\n.*?    fingerprint="(.*?)",\n', PAGE, re.DOTALL)
VARIABLES = {
    "RECAMERA_PASSWORD": "recamera",
    "MQTT_PASSWORD": "made-up",
    "PLANT_WIFI_PASSWORD": "plant-wifi-pass",
}


@pytest.fixture
def acme(tmp_path, monkeypatch):
    """The folder `acme` with the example fleet, its cameras over http, and one more over https."""
    base, port = addresses()
    shutil.copytree(ROOT / "examples" / "fleet", tmp_path / "acme")
    for file in (tmp_path / "acme").rglob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("port: 8180", f"port: {port}")
        file.write_text(text.replace("127.11.0.", f"{base}."), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    with (
        EmulatedFleet(count=3, address=f"{base}.1", port=port),
        EmulatedFleet(count=1, address=f"{base}.9", port=0, https=True) as pinned,
    ):
        host, fingerprint = PINNED.groups()

        def here(text):
            where = f'{pinned.hosts[0]}", port={pinned.ports[0]}, username="admin'
            return text.replace(host, where).replace(fingerprint, pinned.fingerprints[0])

        yield here


def examples():
    """Every block of the program with what is shown below it."""
    for number, (language, body) in enumerate(BLOCKS):
        if language == "python":
            after, shown = BLOCKS[number + 1]
            assert after == "text", f"nothing is shown below\n{body}"
            yield body, shown


def test_the_program_prints_what_is_shown(acme):
    names = {}
    for body, shown in examples():
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(acme(body), "docs/library.md", "exec"), names)  # noqa: S102 - the page's own
        assert fits(printed.getvalue(), shown.splitlines()), printed.getvalue()


def test_the_program_is_typed(tmp_path):
    file = tmp_path / "program.py"
    file.write_text(PROGRAM, encoding="utf-8")
    checker = ("-m", "mypy", "--strict", "--no-incremental", "--config-file", "", str(file))
    ended = subprocess.run(  # noqa: S603 - the type checker
        [sys.executable, *checker], capture_output=True, encoding="utf-8", check=False, cwd=ROOT
    )
    assert ended.stdout == "Success: no issues found in 1 source file\n"


def test_the_page_names_nothing_that_there_is_not():
    imported = re.findall(r"from recamera_gitops import (.*)", PROGRAM)
    assert {name for line in imported for name in line.split(", ")} <= set(library.__all__)
    table = PAGE.partition("| raised | when |")[2]
    assert set(re.findall(r"`([A-Z]\w+)`", table)) <= set(library.__all__)
