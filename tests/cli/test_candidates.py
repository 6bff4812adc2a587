"""What is offered, read from files at a glance."""

import pytest

from recamera_gitops.cli.completing import ASKED, candidates
from recamera_gitops.cli.main import program


@pytest.fixture
def offered(fleet):
    def ask(line, breaks=""):
        environment = {ASKED: "x", "_RECAMERA_GITOPS_LINE": line, "_RECAMERA_GITOPS_BREAKS": breaks}
        return [each.split("\t")[1] for each in candidates(program, environment)]

    return ask


def test_cameras_are_offered_once(offered):
    assert offered("rcg plan ") == ["dock", "gate", "yard"]
    assert offered("rcg plan gate ") == ["dock", "yard"]


def test_a_pattern_is_offered_where_a_camera_matches_it(offered):
    assert offered("rcg plan g*") == ["g*"]
    assert offered("rcg plan 'g*") == ["g*"]
    assert offered("rcg plan x*") == []


def test_every_form_of_a_file_is_seen(offered, fleet):
    (fleet / "devices" / "more.yml").write_text(
        "# device: no\nlabels:\n  site: 'far'\n  role:   gate   # x\ndevice: \"more\"\n---\n"
        "device: last\nhost: h\nlabels: {ring: canary, site: hq}\n",
        encoding="utf-8",
    )
    (fleet / "devices" / ".hidden.yaml").write_text("device: hidden\n", encoding="utf-8")
    assert offered("rcg plan ") == ["dock", "gate", "last", "more", "yard"]
    assert offered("rcg plan -l ") == ["ring=", "role=", "site="]
    assert offered("rcg plan -l role=") == ["role=gate"]
    assert offered("rcg plan -l site!=") == ["site!=far", "site!=hq"]


def test_the_named_fleet_is_looked_at(offered, fleet, monkeypatch):
    monkeypatch.chdir("/")
    assert offered("rcg plan ") == []
    assert offered(f"rcg plan -C {fleet} ") == ["dock", "gate", "yard"]
    assert offered(f"rcg -C {fleet} plan g") == ["gate"]
    monkeypatch.setenv("RECAMERA_GITOPS_FLEET", str(fleet))
    assert offered("rcg plan g") == ["gate"]


def test_paths_are_offered_step_by_step(offered):
    assert "osd" in offered("rcg plan --target ")
    assert not any("." in each for each in offered("rcg plan --target "))
    assert offered("rcg plan --target image.scenes.n") == ["image.scenes.night"]
    assert "image.scenes.night.exposure" in offered("rcg apply --confirm image.scenes.night")


def test_what_a_shell_takes_for_other_words_is_left_out(offered):
    assert offered("rcg plan -l site=h", "=:") == ["hq"]
    assert offered("rcg plan --selector=site=h", "=:") == ["hq"]
    assert offered("rcg plan --selector=site=h") == ["--selector=site=hq"]
    assert offered("rcg plan -l 'site=h", "=:") == ["site=hq"]
