"""Killed without warning at any request: the journal tells what is open, and resuming makes it whole."""

import json
import os

import pytest

# Connecting twice, or restarting what is restarting, is more than was asked for.
ONCE = ("/network/wifi", "/system/password", "/system/firmware-upgrade")
POINTS = [int(each) for each in os.environ.get("KILL_AT", "34 74 124").split()]


def killed(site, at):
    """An apply that dies at this request of its cameras, the plan's reads counted in."""
    seen = []

    def on_request(_index, _request):
        seen.append(1)
        if len(seen) == at:
            process.kill()

    for camera in site.fleet.cameras:
        camera.on_request = on_request
    process = site.start("apply", "--auto-approve", "gate-north", "dock-east")
    process.communicate(timeout=60)
    for camera in site.fleet.cameras:
        camera.on_request = None
    return process.returncode


def writes_to(camera, path):
    return sum(e.method != "GET" and e.path.endswith(path) for e in camera.log)


@pytest.mark.parametrize("at", POINTS)
def test_what_was_killed_is_resumed(site, at):
    site = site()
    assert killed(site, at) == -9, "it was over before"
    told = json.loads(site.rcg("runs", "--format", "json").out)["runs"]
    if told:
        assert [each["result"] for each in told] == ["not ended"]
        shown = site.rcg("runs", "show", "latest")
        assert (shown.code, "not ended" in shown.out) == (0, True)
        resumed = site.rcg("apply", "--resume", "latest", "--auto-approve")
    else:
        resumed = site.rcg("apply", "--auto-approve", "gate-north", "dock-east")
    assert resumed.code == 0, resumed.out + resumed.err
    assert site.violations == []
    assert all(camera.edit is None for camera in site.fleet.cameras)
    for camera in site.fleet.cameras[:2]:
        assert all(writes_to(camera, path) <= 1 for path in ONCE)
    assert site.camera("lobby").writes == 0
    assert site.rcg("plan", "gate-north", "dock-east", "--detailed-exitcode").code == 0
    again = site.rcg("apply", "--resume", "latest", "--auto-approve")
    assert (again.code, "nothing to do" in again.err) == (0, True)
