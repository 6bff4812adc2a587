"""What a person sees in an editor: the language server that most of them run, driven over its protocol.

It is looked for on the path: npm install --global yaml-language-server
"""

import contextlib
import json
import os
import shutil
import subprocess
from itertools import count
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "fleet"
SERVER = shutil.which("yaml-language-server")
pytestmark = pytest.mark.skipif(SERVER is None, reason="there is no yaml-language-server")

DEVICE = (
    "# yaml-language-server: $schema=../../../schemas/device.schema.json\ndevice: gate\nhost: h\n"
)
FLEET = "# yaml-language-server: $schema=../../schemas/fleet.schema.json\nfleet: acme\n"
HERE = "@@"
numbers = count()  # a file is opened once
CAN = {
    "textDocument": {
        "completion": {
            "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}
        },
        "hover": {"contentFormat": ["markdown"]},
    },
    "workspace": {"configuration": True},
}


class Editor:
    """One file open in an editor; `@@` in its text is where the cursor is."""

    def __init__(self):
        self._process = subprocess.Popen(  # noqa: S603
            [SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._number = 0
        self._told = {}
        self.ask("initialize", processId=os.getpid(), rootUri=ROOT.as_uri(), capabilities=CAN)
        self.tell("initialized")
        settings = {"yaml": {"schemaStore": {"enable": False}, "completion": True, "hover": True}}
        self.tell("workspace/didChangeConfiguration", settings=settings)

    def tell(self, method, **params):
        self._send({"method": method, "params": params})

    def ask(self, method, **params):
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self._number and "method" not in message:
                return message["result"]

    def at(self, text, name):
        """Open the text as a file, and say where the cursor is."""
        before, _, after = text.partition(HERE)
        uri = (EXAMPLE / name).as_uri()
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": before + after}
        self.tell("textDocument/didOpen", textDocument=item)
        column = len(before) - (before.rfind("\n") + 1)
        return {
            "textDocument": {"uri": uri},
            "position": {"line": before.count("\n"), "character": column},
        }

    def complaints(self, text, name):
        uri = self.at(text, name)["textDocument"]["uri"]
        while uri not in self._told:
            self._read()
        return [each["message"] for each in self._told[uri]]

    def close(self):
        with contextlib.suppress(OSError):
            self._process.stdin.close()
            self._process.stdout.close()
        self._process.kill()
        self._process.wait()

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self):
        length = 0
        while (line := self._process.stdout.readline()) != b"\r\n":
            assert line, "the server has ended"
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message = json.loads(self._process.stdout.read(length))
        if "method" in message and "id" in message:
            items = message["params"].get("items", ())
            self._send({"id": message["id"], "result": [None for _ in items]})
        if message.get("method") == "textDocument/publishDiagnostics":
            self._told[message["params"]["uri"]] = message["params"]["diagnostics"]
        return message


@pytest.fixture(scope="module")
def editor():
    made = Editor()
    yield made
    made.close()


@pytest.fixture
def hover(editor):
    def show(text):
        name = f"devices/{next(numbers)}.yaml"
        found = editor.ask("textDocument/hover", **editor.at(text, name))
        return found["contents"]["value"].partition("\n\nSource:")[0].strip()

    return show


@pytest.fixture
def offered(editor):
    def show(text, name=None):
        name = name or f"devices/{next(numbers)}.yaml"
        found = editor.ask("textDocument/completion", **editor.at(text, name))
        items = found["items"] if isinstance(found, dict) else found
        return {each["label"]: each.get("textEdit", each)["newText"] for each in items}

    return show


NIGHT = f"{DEVICE}config:\n  image:\n    scenes:\n      night:\n        "


def test_a_number_is_shown_with_its_range_and_nothing_else(hover):
    assert hover(f"{NIGHT}exposure: {{ga@@in: 3}}\n") == (
        "Gain in gain_mode manual.\n\nA whole number from 1 to 128.\n\nFrom the factory: 1."
    )


def test_a_word_is_shown_with_all_words_and_what_they_mean(hover):
    shown = hover(f"{NIGHT}backlight: {{mo@@de: hlc}}\n")
    assert shown.startswith("Off, backlight compensation")
    assert "* `hdr`: High dynamic range: bright and dark parts in one picture." in shown
    assert "null" not in shown
    assert "||" not in shown


def test_an_impact_is_shown_where_there_is_one(hover):
    shown = hover(f"{DEVICE}config:\n  video:\n    main: {{frame_@@rate: 25}}\n")
    assert shown.endswith("Impact: stream-restart, recording-gap.")


@pytest.mark.parametrize("text", ["ni@@ght: {}", "exposure: null\n      d@@ay: {}"])
def test_a_section_is_shown_with_a_sentence(hover, text):
    shown = hover(NIGHT.removesuffix("night:\n        ") + text + "\n")
    assert shown.startswith("The scene for the ")


def test_words_are_offered(offered):
    found = offered(f"{NIGHT}backlight:\n          mode: @@\n")
    assert found.keys() == {'"off"', "blc", "hdr", "hlc", "null"}


def test_an_item_is_offered_as_a_whole(offered):
    found = offered(f"{DEVICE}config:\n  record:\n    trigger:\n      inference:\n        - @@\n")
    assert "classes: [${5:person}]" in found["a rule"]
    found = offered(f"{DEVICE}config:\n  osd:\n    privacy_masks:\n      regions:\n        - @@\n")
    assert found["a rectangle"].startswith("x: ${1:0.1}\n")


def test_paths_are_offered(offered):
    assert "osd.channel_name.text" in offered(f"{DEVICE}unmanaged: [@@]\n")
    assert "image.scenes.night" in offered(f"{FLEET}drift:\n  ignore:\n    - @@\n", "fleet.yaml")


@pytest.mark.parametrize("path", sorted(EXAMPLE.rglob("*.yaml")), ids=lambda path: path.name)
def test_nothing_is_wrong_with_the_example(editor, path):
    name = path.relative_to(EXAMPLE)
    assert (
        editor.complaints(path.read_text(encoding="utf-8"), f"{name.parent}/copy-{name.name}") == []
    )


def test_what_is_wrong_is_told_in_words(editor):
    found = editor.complaints(
        f"{DEVICE}config:\n  video:\n"
        "    main: {gop: 500, codec: H.266, resolution: big, frame_rate: fast, quality: '${x}'}\n"
        "  vidoe: {}\n",
        "devices/wrong.yaml",
    )
    assert sorted(found) == [
        "Expected a whole number from 1 to 120, or a variable such as ${var:name}",
        "Property vidoe is not allowed.",
        "This is not of the form expected here, for example 3840x2160",
        "Value is above the maximum of 120.",
        'Value is not accepted. Valid values: "H.264", "H.265".',
        'Value is not accepted. Valid values: "highest", "high", "medium", "low".',
    ]
