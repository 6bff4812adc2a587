"""Cameras that are kept, restarted, flashed and reset by the real program, over real TLS."""

import json

import pytest

from recamera_gitops.emulator import firmware_image

SERIAL = "RC1126B-EMU-0003"
CONFIRMED = ("--confirm", SERIAL)


def result(ended):
    (found,) = json.loads(ended.out)["devices"]
    return found["result"]


@pytest.fixture
def site(site):
    """Cameras that are known, and soon back."""
    made = site(https=True)
    for camera in made.fleet.cameras:
        camera.flash_seconds = camera.reset_seconds = 0.5
    assert made.rcg("trust", "--yes").code == 0
    return made


def test_a_camera_is_kept_and_brought_back(site, tmp_path):
    lobby = site.camera("lobby")
    lobby.faults.add("truncate", "/download/config.tar")
    kept = site.rcg("device", "backup", "lobby", "--output", str(tmp_path), "--format", "json")
    assert kept.code == 0, kept.err
    lobby.patch("/audio/0", {"iEnable": 0})
    file = result(kept)["file"]
    back = site.rcg("device", "restore", file, "lobby", *CONFIRMED, "--reboot")
    assert (back.code, back.out) == (0, "restored: it has restarted and runs V1.0.10\n"), back.err
    assert lobby.documents["/audio/0"]["iEnable"] == 1
    again = site.rcg("device", "reboot", "lobby", "--yes", "--format", "json")
    assert result(again) == {"serial": SERIAL, "restart": "seen", "firmware": "V1.0.10"}
    assert lobby.boots == 2
    assert site.violations == []


def test_an_image_arrives_over_a_line_that_breaks(site, tmp_path):
    lobby = site.camera("lobby")
    image = tmp_path / "new.tar"
    image.write_bytes(firmware_image("V2.0.0", b"x" * 400_000))
    lobby.faults.add("drop-after", "/system/firmware-upgrade?id=*", nth=2)
    flashed = site.rcg("firmware", "upload", str(image), "lobby", "--yes")
    assert (flashed.code, flashed.out.splitlines()[1:]) == (
        0,
        ["lobby   V1.0.10  V2.0.0  upgraded"],
    ), flashed.err
    assert lobby.actions["firmware-flash"] == 1
    assert site.violations == []


def test_after_a_reset_its_certificate_is_another_one_and_nobody_logs_in(site):
    lobby = site.camera("lobby")
    (pinned, other) = site.fleet.fingerprints[2], site.fleet.fingerprints[0]
    known = site.rcg("device", "https-pin", "lobby", "--format", "json")
    assert (known.code, result(known)["state"]) == (0, "same")
    assert (result(known)["shown"], result(known)["subject"]) == (
        f"sha256:{pinned}",
        "CN=localhost",
    )
    lobby.flavours |= {"reset-new-certificate"}
    reset = site.rcg("device", "factory-reset", "lobby", *CONFIRMED, "--format", "json")
    assert (reset.code, result(reset)["proof"]) == (0, "new certificate"), reset.err
    assert (lobby.sessions.first_use, lobby.failed_logins) == (True, 0)
    sent = len(lobby.log)
    changed = site.rcg("device", "https-pin", "lobby", "--format", "json")
    assert (changed.code, result(changed)["state"]) == (3, "changed")
    assert result(changed)["shown"] not in (f"sha256:{pinned}", f"sha256:{other}")
    assert "trust --replace" in changed.err
    assert len(lobby.log) == sent
    assert site.violations == []
