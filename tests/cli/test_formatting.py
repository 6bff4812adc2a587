"""`fmt`: what is written, what is shown, and what is left alone."""

import os

import pytest

GATE = "host: 192.0.2.1\ndevice: 'gate'   # the gate\nlabels: {site: hq}\n"
TIDY = "device: gate   # the gate\nhost: 192.0.2.1\nlabels: {site: hq}\n"
DIFF = """\
--- a/devices/gate.yaml
+++ b/devices/gate.yaml
@@ -1,3 +1,3 @@
+device: gate   # the gate
 host: 192.0.2.1
-device: 'gate'   # the gate
 labels: {site: hq}
"""


@pytest.fixture
def gate(fleet, rcg):
    """A fleet in its form but for one file."""
    assert rcg("fmt").code == 0
    path = fleet / "devices" / "gate.yaml"
    path.write_text(GATE, encoding="utf-8")
    return path


def test_a_file_takes_its_form_and_is_named(rcg, gate):
    gate.chmod(0o640)
    ended = rcg("fmt")
    assert (ended.code, ended.out, ended.err) == (0, "devices/gate.yaml\n", "4 files, 1 changed\n")
    assert gate.read_text(encoding="utf-8") == TIDY
    assert gate.stat().st_mode & 0o777 == 0o640
    ended = rcg("fmt")
    assert (ended.code, ended.out, ended.err) == (0, "", "4 files, none changed\n")


def test_check_shows_what_would_change_and_writes_nothing(rcg, gate):
    ended = rcg("fmt", "--check")
    assert (ended.code, ended.out, ended.err) == (1, DIFF, "4 files, 1 would change\n")
    assert gate.read_text(encoding="utf-8") == GATE
    gate.write_text(TIDY, encoding="utf-8")
    assert rcg("fmt", "--check").code == 0


def test_only_the_named_files_are_meant(rcg, gate, monkeypatch, tmp_path):
    ended = rcg("fmt", "fleet.yaml", "devices/dock.yaml")
    assert (ended.code, ended.out, ended.err) == (0, "", "2 files, none changed\n")
    monkeypatch.chdir("/")
    ended = rcg("fmt", gate)
    assert ended.out == os.path.relpath(gate, "/") + "\n"
    assert rcg("fmt", "-C", tmp_path, "devices/gate.yaml").err == "1 file, none changed\n"


def test_a_file_with_an_error_is_left_alone_and_the_others_are_not(rcg, gate, fleet):
    wrong = "host: 192.0.2.0\ndevice: dock\nprotectd: true\n"
    (fleet / "devices" / "dock.yaml").write_text(wrong, encoding="utf-8")
    ended = rcg("fmt")
    assert (ended.code, ended.out) == (1, "devices/gate.yaml\n")
    assert ended.err == (
        "devices/dock.yaml:3:1 protectd: unknown key 'protectd'\n"
        "    hint: did you mean 'protected'?\n"
        "4 files, 1 changed\n"
    )
    assert (fleet / "devices" / "dock.yaml").read_text(encoding="utf-8") == wrong


def test_what_only_other_files_can_tell_is_no_reason_to_leave_a_file_alone(rcg, gate):
    gate.write_text(GATE + "profiles: ['nowhere']\n", encoding="utf-8")
    assert rcg("fmt").out == "devices/gate.yaml\n"


def test_files_that_are_not_of_the_fleet_are_refused(rcg, gate, fleet, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "far.yaml"
    outside.write_text(GATE, encoding="utf-8")
    (fleet / "devices" / "far.yaml").symlink_to(outside)
    (fleet / "notes.yaml").write_text(GATE, encoding="utf-8")
    ended = rcg("fmt", "devices/far.yaml", "notes.yaml", "devices/nowhere.yaml")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "devices/far.yaml:1:1: this is not a file of the fleet\n"
        "    hint: those are fleet.yaml, profiles/*.yaml and devices/*.yaml\n"
        "notes.yaml:1:1: this is not a file of the fleet\n"
        "    hint: those are fleet.yaml, profiles/*.yaml and devices/*.yaml\n"
        "devices/nowhere.yaml:1:1: cannot be read: No such file or directory\n"
        "3 files, none changed\n"
    )
    assert outside.read_text(encoding="utf-8") == GATE


def test_a_link_inside_the_repository_stays_one(rcg, gate, fleet):
    (fleet / "shared.yaml").write_text(GATE, encoding="utf-8")
    gate.unlink()
    gate.symlink_to("../shared.yaml")
    assert rcg("fmt").code == 0
    assert gate.is_symlink()
    assert (fleet / "shared.yaml").read_text(encoding="utf-8") == TIDY


@pytest.mark.parametrize("spelled", ["'{}'", '"{}"', "{}", "|\n    {}\n", "'${{env:A:-{}}}'"])
def test_a_secret_that_is_written_out_is_not_shown(rcg, gate, canary, spelled):
    secret = spelled.format(canary("written"))
    gate.write_text(f"connection:\n  password: {secret}\n{GATE}", encoding="utf-8")
    ended = rcg("fmt", "--check")
    gate.unlink()
    assert ended.code == 1
    assert "password: " in ended.out
    assert "•••" in ended.out


def test_a_file_with_other_line_ends_is_told(rcg, gate):
    gate.write_bytes(TIDY.replace("\n", "\r\n").encode())
    assert rcg("fmt", "--check").out == "devices/gate.yaml: other line ends\n"


def test_nothing_in_a_diff_steers_a_terminal(rcg, gate):
    gate.write_text(GATE + "# \u202e\n", encoding="utf-8")
    assert "\u202e" not in rcg("fmt", "--check").out


def test_what_init_writes_is_in_its_form(rcg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert rcg("init", "new").code == 0
    assert rcg("fmt", "-C", "new", "--check").err == "2 files, none would change\n"
