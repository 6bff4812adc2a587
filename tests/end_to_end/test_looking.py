"""Cameras that are looked at over real connections: found, watched at a terminal, told about their radio."""

import json
import signal
import threading
import time

import pytest

from tests.end_to_end.terminal import PATIENCE, Watched


@pytest.fixture
def watch():
    made = []

    def start(site, *arguments, **more):
        command = ("status", "--watch", "--every", "1", *arguments)
        made.append(Watched(site, *command, stream="stdout", **more))
        return made[-1]

    yield start
    for each in made:
        each.process.kill()
        each.process.wait(PATIENCE)


def interrupted(watched):
    watched.process.send_signal(signal.SIGINT)
    return watched.ended()


def logins(site):
    return [
        sum(each.path.endswith("/system/login") for each in camera.log)
        for camera in site.fleet.cameras
    ]


def test_a_person_sees_the_latest_look_in_one_place(site, watch):
    site = site(https=True)
    assert site.rcg("trust", "--yes").code == 0
    before = logins(site)
    watched = watch(site, columns=120, rows=20)
    watched.until("3 well")
    site.camera("lobby").patch("/system/resource-info", {"sStorage": {"iStorageUsage": 99}})
    watched.until("lobby: its own storage is 99 % full")
    site.camera("dock-east").power = False
    watched.until("dock-east   unreachable")
    code, left = interrupted(watched)
    assert code == 0
    assert sum(line.startswith("camera ") for line in left) == 1
    assert left[-1] == "Status: 3 cameras: 1 well, 1 to be looked at, 1 not read."
    assert watched.screen.cursor.x == 0
    assert [now - then for then, now in zip(before, logins(site), strict=True)] == [1, 1, 1]
    assert site.fleet.cameras[0].writes == 0


@pytest.mark.parametrize(("columns", "rows"), [(30, 24), (120, 4)])
def test_a_small_terminal_is_used_as_it_is(site, watch, columns, rows):
    watched = watch(site(), columns=columns, rows=rows)
    watched.until("more lines" if rows == 4 else "3 well")
    site_lines = watched.lines
    assert len(site_lines) <= rows
    code, left = interrupted(watched)
    assert code == 0
    assert any(line.endswith("…") for line in left) == (columns == 30)


def test_a_camera_that_hangs_does_not_hold_up_who_has_seen_enough(site, watch):
    site = site()
    watched = watch(site, columns=120)
    watched.until("3 well")
    hanging = site.camera("lobby").faults.add("slow", "/system/device-info", every=True, seconds=25)
    while not hanging.seen:
        threading.Event().wait(0.05)
    began = time.monotonic()
    code, left = interrupted(watched)
    assert (code, left[-1]) == (0, "Status: 3 cameras: 3 well.")
    assert time.monotonic() - began < 15


def test_cameras_are_found_pinned_and_marked_over_tls(site):
    site = site(https=True)
    ports = [word for port in site.fleet.ports for word in ("--port", str(port))]
    network = f"{site.fleet.hosts[0]}-{site.fleet.hosts[2].rpartition('.')[2]}"
    found = site.rcg("discover", network, *ports, "--format", "json")
    assert found.code == 0, found.err
    told = json.loads(found.out)["recamera"]
    assert [each["device"] for each in told] == ["gate-north", "dock-east", "lobby"]
    assert [each["fingerprint"] for each in told] == [
        f"sha256:{e}" for e in site.fleet.fingerprints
    ]
    assert logins(site) == [0, 0, 0]


def test_how_far_a_scan_is_stands_in_one_line_that_is_gone_afterwards(site):
    site = site(delay=0.5)
    ports = [word for port in site.fleet.ports for word in ("--port", str(port))]
    watched = Watched(site, "discover", *site.fleet.hosts, *ports)
    watched.until("0/3 0:00 discover, 0 reCamera")
    assert watched.ended() == (0, [])


def test_a_dropped_connection_while_a_network_is_joined_is_looked_into(site):
    site = site()
    gate = site.camera("gate-north")
    gate.faults.add("drop-after", "/network/wifi", method="POST")
    ended = site.rcg("wifi", "connect", "cafe", "gate-north", "--yes")
    assert ended.code == 0, ended.err
    assert ended.out.endswith("  joined\n")
    assert gate.radio.at.ssid == "cafe"
    assert gate.actions["wifi-connect"] == 1
    (journal,) = (site.root / ".recamera" / "runs").rglob("journal*")
    assert journal.read_text(encoding="utf-8").count('"POST /network/wifi"') >= 1
    state = site.rcg("network", "show", "gate-north").out
    assert "in              cafe, -66 dBm\n" in state
