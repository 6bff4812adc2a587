"""Sources of secrets that a test fills, and an ear for everything that is started to read them."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.conftest import betrayed

# A pair made for these tests; it opens nothing else.
AGE_KEY = "AGE-SECRET-KEY-1XQY60ZGPHVNFTCJV48M3SHKMC5G7MGU344HHH2JRW78ZTHEZFZ4SL98UZA"
AGE_RECIPIENT = "age12h96mepkz4cv2m5vun459vmnpt4k0xavq66fuz2jrasfhrucu4pqr56cul"

_ears = []


def _hear(event, arguments):
    if event == "subprocess.Popen":
        for ear in _ears:
            ear.append(arguments)


sys.addaudithook(_hear)  # it stays for the life of the process


@pytest.fixture(autouse=True)
def started():
    """Every program that was started: program, words, directory, variables; no canary in any of it."""
    heard = []
    _ears.append(heard)
    yield heard
    _ears.remove(heard)
    for _, words, _, variables in heard:
        assert not betrayed("\0".join(map(str, words)).encode()), "a secret is in the arguments"
        given = "\0".join((variables or {}).values())
        assert not betrayed(given.encode()), "a secret is in the environment of a program"


# As the command line of sops 3: the file in clear on stdout, words on stderr, and its exit codes.
_FAKE = """\
#!{python}
import json, os, sys
from pathlib import Path

assert sys.argv[1:-1] == ["--decrypt", "--output-type", "json"], sys.argv
assert os.read(0, 1) == b""
content = Path(sys.argv[-1]).read_text()
if not content.startswith("ENC"):
    sys.exit("sops metadata not found")
seal, _, body = content.removeprefix("ENC").partition(":")
if os.environ.get("SOPS_AGE_KEY") != "{key}":
    print("Failed to get the data key required to decrypt the SOPS file.", file=sys.stderr)
    sys.exit(128)
if seal != str(len(body)):
    print("MAC mismatch.", file=sys.stderr)
    sys.exit(51)
print(body[::-1], file=sys.stderr)
print(body[::-1])
"""


class FakeSops:
    """A program that behaves like sops; what it encrypts is only written backwards."""

    def __init__(self, folder):
        self.variables = {"PATH": str(folder), "SOPS_AGE_KEY": AGE_KEY}
        program = folder / "sops"
        program.write_text(_FAKE.format(python=sys.executable, key=AGE_KEY))
        program.chmod(0o755)

    def encrypt(self, path, content):
        body = json.dumps(content)[::-1]
        path.write_text(f"ENC{len(body)}:{body}")

    def spoil(self, path):
        path.write_text(path.read_text() + "x")


class RealSops:
    """The program itself."""

    def __init__(self, folder):
        self.program = shutil.which("sops")
        self.variables = {"PATH": os.path.dirname(self.program), "SOPS_AGE_KEY": AGE_KEY}  # noqa: PTH120

    def encrypt(self, path, content):
        # JSON is YAML too; other forms are given as they stand in the file.
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        words = [self.program, "encrypt", "--age", AGE_RECIPIENT, "--in-place", str(path)]
        subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - sops

    def spoil(self, path):
        text = path.read_text()
        start = text.index("data:") + len("data:")
        changed = "B" if text[start] == "A" else "A"
        path.write_text(text[:start] + changed + text[start + 1 :])


@pytest.fixture(
    params=[
        FakeSops,
        pytest.param(
            RealSops,
            marks=pytest.mark.skipif(shutil.which("sops") is None, reason="sops is not installed"),
        ),
    ]
)
def sops(request, tmp_path_factory, started):
    """sops as its command line is documented, and the program itself where it is installed."""
    made = request.param(tmp_path_factory.mktemp("bin"))
    encrypt = made.encrypt

    def unheard(path, content):
        path.parent.mkdir(exist_ok=True)
        encrypt(path, content)
        started.clear()

    made.encrypt = unheard
    return made


@pytest.fixture
def with_origins(environment):
    """The environment of a run, whose variables, programs and options a test chooses."""

    def make(cameras, variables, clock=None, **options):
        return replace(environment(cameras, variables, clock), **options)

    return make
