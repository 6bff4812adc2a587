"""secrets check, --allow-cmd, and what validate says of commands."""

import json
import sys
from textwrap import dedent

import pytest

from recamera_gitops.cli import checking
from recamera_gitops.errors import Interrupted


@pytest.fixture
def gate(fleet):
    """Writes a device file: gate's config in YAML."""

    def write(config):
        text = "device: gate\nhost: 192.0.2.77\nlabels: {site: hq}\nconfig:\n  "
        (fleet / "devices" / "gate.yaml").write_text(text + config + "\n", encoding="utf-8")

    return write


MQTT = 'notify: {{mode: mqtt, mqtt: {{host: b, password: "{}"}}}}'


def test_every_reference_has_a_line(rcg, fleet, gate, canary):
    (fleet / "x").write_text(canary("file")[::-1], encoding="utf-8")
    gate(MQTT.format("${env:NOWHERE}/${file:x}"))
    ended = rcg("secrets", "check")
    assert (ended.code, ended.err) == (1, "")
    assert ended.out == dedent(
        """\
        ${env:CAMERA}   3 cameras  fleet.yaml:2:52         ok
        ${env:NOWHERE}  1 camera   devices/gate.yaml:5:50  the environment variable NOWHERE is not set
            hint: export it in the shell, or the job, that this runs in
        ${file:x}       1 camera   devices/gate.yaml:5:50  ok
        1 of 3 references cannot be resolved
        """
    )


def test_all_is_well_when_all_resolve(rcg, fleet):
    ended = rcg("secrets", "check", "-l", "site=hq")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "${env:CAMERA}  2 cameras  fleet.yaml:2:52  ok\nok: 1 reference\n"


def test_only_the_secrets_of_the_selected_cameras_are_looked_up(rcg, fleet, gate):
    gate(MQTT.format("${env:NOWHERE}"))
    assert rcg("secrets", "check", "dock").code == 0
    assert rcg("secrets", "check", "gate").code == 1


def test_a_fleet_without_references_is_well_too(rcg, fleet):
    (fleet / "fleet.yaml").write_text("fleet: acme\n", encoding="utf-8")
    ended = rcg("secrets", "check")
    assert (ended.code, ended.out) == (0, "ok: 0 references\n")


def test_programs_read_json(rcg, fleet, gate):
    gate(MQTT.format("${cmd:pass show c4nary}"))
    ended = rcg("secrets", "check", "gate", "--format", "json")
    assert ended.code == 1
    assert json.loads(ended.out) == {
        "references": [
            {
                "kind": "cmd",
                "reference": "${cmd:pass •••}",
                "cameras": ["gate"],
                "places": [{"file": "devices/gate.yaml", "line": 5, "column": 50}],
                "resolved": False,
                "rule": "needs-allow-cmd",
                "message": "${cmd:…} is not run without --allow-cmd",
                "hint": "allow it where you trust everybody who may change the files",
            },
            {
                "kind": "env",
                "reference": "${env:CAMERA}",
                "cameras": ["gate"],
                "places": [{"file": "fleet.yaml", "line": 2, "column": 52}],
                "resolved": True,
                "rule": None,
                "message": None,
                "hint": None,
            },
        ],
        "unresolved": 1,
        "diagnostics": [],
    }


def test_a_reference_in_several_places_is_one(rcg, fleet, gate):
    gate(MQTT.format("${env:CAMERA}"))
    ended = rcg("secrets", "check")
    assert ended.out == (
        "${env:CAMERA}  3 cameras  fleet.yaml:2:52 and 1 more  ok\nok: 1 reference\n"
    )


def test_a_secret_that_the_camera_would_not_take_is_told(rcg, fleet, gate, monkeypatch):
    gate('stream: {main: {rtmp: {enabled: true, url: "${env:PUSH}"}}}')
    monkeypatch.setenv("PUSH", "c4nary")
    ended = rcg("secrets", "check", "gate")
    assert ended.code == 1
    assert "devices/gate.yaml:5:46 config.stream.main.rtmp.url: " in ended.out
    assert ended.out.endswith("2 references, and 1 secret that cannot be used\n")
    assert "c4nary" not in ended.out + ended.err
    (found,) = json.loads(rcg("secrets", "check", "--format", "json").out)["diagnostics"]
    assert found["file"] == "devices/gate.yaml"


def test_a_command_is_run_only_with_the_option(rcg, fleet, gate, canary):
    text = canary("told")
    (fleet / "tell.py").write_text(
        f"from pathlib import Path; Path('was-run').touch(); print({text[::-1]!r}[::-1])"
    )
    gate(MQTT.format(f"${{cmd:{sys.executable} tell.py}}"))
    assert rcg("secrets", "check", "gate").code == 1
    assert not (fleet / "was-run").exists()
    ended = rcg("secrets", "check", "gate", "--allow-cmd")
    assert (ended.code, ended.err) == (0, "")
    assert (fleet / "was-run").exists()


def test_validate_takes_a_command_without_a_warning_and_says_what_it_needs(rcg, fleet, gate):
    rest = rcg("validate", "gate")
    gate(MQTT.format("${cmd:pass show a}${cmd:pass show b}"))
    ended = rcg("validate", "gate")
    assert (ended.code, ended.out, rest.err) == (0, rest.out, "")
    assert ended.err == (
        "note: 2 references name commands, which plan, apply, drift and others run only with"
        " --allow-cmd\n"
    )
    assert rcg("validate", "dock").err == ""


@pytest.mark.parametrize("verb", ["plan", "apply", "drift", "trust", "pull"])
@pytest.mark.parametrize("allowed", [True, False])
def test_a_run_is_told_whether_commands_are_allowed(rcg, fleet, script, monkeypatch, verb, allowed):
    told = []
    run = script.run
    monkeypatch.setattr(
        "recamera_gitops.cli.running.Run",
        lambda *given, **more: told.append(given[2].allow_cmd) or run(*given, **more),
    )
    rcg(verb, *["--allow-cmd"] * allowed)
    assert told == [allowed]


def test_an_interruption_ends_with_130(rcg, fleet, monkeypatch):
    def interrupt(*_):
        raise Interrupted("interrupted while secrets were looked up")

    monkeypatch.setattr(checking.Lookup, "text", interrupt)
    assert rcg("secrets", "check").code == 130
