"""trust, schema, emulator and demo."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.run import TrustResult

PIN = "ab" * 32


def test_trust_writes_what_is_new(rcg, fleet, script):
    script.identities = (TrustResult("gate", "192.0.2.0", "RC1", PIN),)
    ended = rcg("trust", "gate")
    assert ended.code == 0
    assert ended.out == (f"gate  192.0.2.0  new\n    serial RC1, certificate sha256:{PIN}\n")
    assert "review and commit known_cameras.yaml" in ended.err
    assert PIN in (fleet / "known_cameras.yaml").read_text(encoding="utf-8")
    again = rcg("trust", "gate")
    assert "gate  192.0.2.0  known" in again.out
    assert "written" not in again.err


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("no", 5)])
def test_trust_asks_a_person_who_is_there(rcg, fleet, script, answer, code):
    script.identities = (TrustResult("gate", "192.0.2.0", "RC1", PIN),)
    assert rcg("trust", answer=answer).code == code
    assert (fleet / "known_cameras.yaml").exists() is (code == 0)


def test_trust_refuses_what_changed_unless_told_otherwise(rcg, fleet, script):
    script.identities = (TrustResult("gate", "192.0.2.0", "RC1", PIN),)
    rcg("trust")
    before = (fleet / "known_cameras.yaml").read_bytes()
    script.identities = (TrustResult("gate", "192.0.2.0", "RC2", PIN),)
    ended = rcg("trust")
    assert ended.code == 3
    assert "known: serial RC1" in ended.out
    assert "trust --replace" in ended.err
    assert (fleet / "known_cameras.yaml").read_bytes() == before
    assert rcg("trust", "--replace").code == 0
    assert "RC2" in (fleet / "known_cameras.yaml").read_text(encoding="utf-8")


def test_trust_tells_a_changed_certificate_from_a_failure(rcg, fleet, script):
    script.identities = (TrustResult("gate", "192.0.2.0", "RC1", PIN),)
    rcg("trust")
    changed = TrustResult(
        "gate", "h", None, "cd" * 32, error="its certificate has changed", exit_code=ExitCode.FAILED
    )
    away = TrustResult("dock", "h", error="no connection", exit_code=ExitCode.UNREACHABLE)
    script.identities = (changed, away)
    ended = rcg("trust")
    assert ended.code == 3
    assert "gate  h  changed" in ended.out
    assert "dock  h  failed\n    no connection" in ended.out


def test_schemas_are_written_and_compared(rcg, tmp_path):
    assert rcg("schema", "--output", tmp_path, "--check").code == 1
    assert rcg("schema", "--output", tmp_path).code == 0
    assert rcg("schema", "--output", tmp_path, "--check").code == 0
    assert set(json.loads(rcg("schema").out)) == {each.name for each in tmp_path.iterdir()}


def test_the_references_are_written_and_compared(rcg, tmp_path):
    pages = ("--settings", tmp_path / "settings.md", "--rules", tmp_path / "rules.md")
    assert rcg("schema", *pages, "--check").code == 1
    assert rcg("schema", *pages).out == f"{pages[1]}\n{pages[3]}\n"
    assert rcg("schema", *pages, "--check").out == "ok: 2 files\n"
    (tmp_path / "rules.md").write_text("# Rules\n", encoding="utf-8")
    ended = rcg("schema", *pages, "--check")
    assert ended.code == 1
    assert ended.out.startswith(f"{pages[3]}: out of date")


def test_an_emulated_fleet_runs_until_a_signal(tmp_path):
    faults = tmp_path / "faults.json"
    faults.write_text("[]", encoding="utf-8")
    command = [sys.executable, "-m", "recamera_gitops.cli", "emulator", "--count", "2"]
    with subprocess.Popen(  # noqa: S603 - this very program
        [*command, "--address", "127.11.7.1", "--port", "0", "--faults", str(faults)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert [line.split("//")[1].split(":")[0] for line in lines] == ["127.11.7.1", "127.11.7.2"]


@pytest.mark.parametrize("content", ["{", '{"a": 1}', '[{"fault": "no-such"}]'])
def test_a_fault_script_that_is_none_is_told(rcg, tmp_path, content):
    (tmp_path / "faults.json").write_text(content, encoding="utf-8")
    assert rcg("emulator", "--faults", tmp_path / "faults.json").code == 1


def test_an_unknown_flavour_is_told(rcg):
    assert rcg("emulator", "--flavour", "vanilla").code == 1


@pytest.mark.skipif(not Path("examples/fleet/fleet.yaml").is_file(), reason="needs a checkout")
def test_the_demo_ends_as_told():
    command = [sys.executable, "-m", "recamera_gitops.cli", "demo"]
    ended = subprocess.run(  # noqa: S603 - this very program
        command, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode == 0, ended.stdout
    assert ended.stdout.count("\n$ recamera-gitops ") == 7
    assert "No drift: 3 cameras as declared." in ended.stdout
