"""docs/secrets.md: its example is one, and shows every kind."""

import re
import shlex

from recamera_gitops.cli.main import program
from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.notation import SECRET_KINDS, Kind, parse
from recamera_gitops.desired.origins import Ended
from recamera_gitops.desired.resolve import resolve
from recamera_gitops.secret import Secret
from tests.conftest import ROOT, lookup

PAGE = (ROOT / "docs" / "secrets.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_table_names_every_kind():
    cells = re.findall(r"^\| `(.+?)` \|", PAGE, re.MULTILINE)
    assert {part.kind for cell in cells for part in parse(cell)} == SECRET_KINDS


def test_the_example_is_a_device_with_every_kind(tmp_path):
    (example,) = blocks("yaml")
    (tmp_path / "devices").mkdir()
    (tmp_path / "secrets").mkdir()
    (tmp_path / "fleet.yaml").write_text("fleet: acme\n", encoding="utf-8")
    (tmp_path / "devices" / "gate.yaml").write_text(example, encoding="utf-8")
    (tmp_path / "secrets.yaml").write_text("", encoding="utf-8")
    (tmp_path / "secrets" / "wifi").write_text("plant-wifi-pass\n", encoding="utf-8")
    outputs = {"sops": b'{"gate": {"password": "gate-pass"}}', "pass": b"ftp-pass\n"}
    (device,) = load(tmp_path).devices
    found = lookup(
        tmp_path,
        {"STREAM_KEY": "stream-key"},
        run=lambda ran: Ended(outputs[ran.words[0]]),
        keyring=lambda *entry: "-".join(entry),
        allow_cmd=True,
    )
    declared, login = resolve(device, found, tmp_path)
    kinds = {each.kind for template in device.templates for each in template.references}
    assert kinds == {Kind.ENV, Kind.FILE, Kind.SOPS, Kind.KEYRING, Kind.CMD}
    assert login.password == Secret("gate-pass")
    assert declared["notify.mqtt.password"].value == Secret("mqtt-cam")
    assert declared["system.ftp.password"].value == Secret("ftp-pass")


def test_the_commands_are_some_of_the_program():
    known = {words for words, _ in program.every_command()}
    lines = [
        shlex.split(line, comments=True) for body in blocks("sh") for line in body.splitlines()
    ]
    ours = [tuple(words[1:3]) for words in lines if words[:1] == ["rcg"]]
    assert ours
    assert set(ours) <= known
