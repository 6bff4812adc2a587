"""`discover`: what is printed, what is written, and what ends a scan early."""

import json
import os
import signal
import threading

import pytest

from recamera_gitops.cli import discovering
from recamera_gitops.desired import known
from recamera_gitops.desired.known import KnownCamera
from recamera_gitops.device.discovery import Sighting, Verdict
from recamera_gitops.emulator.server import EmulatedFleet

PIN = "ab" * 32


@pytest.fixture
def somewhere(tmp_path, monkeypatch):
    """A folder that is no repository."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
    return tmp_path


@pytest.fixture
def network(monkeypatch):
    """What stands at some addresses; at all others nobody does."""
    there = {}

    def scan(addresses, prober, at_once, beat):
        seen = [there.get(each) or lost(each) for each in addresses]
        beat(seen)
        return seen[::-1]

    def lost(address):
        return Sighting(address, Verdict.UNREACHABLE, reason="timed out")

    def add(address, port=443, scheme="https", fingerprint=None, reason=None):
        verdict = Verdict.NOT_RECAMERA if reason else Verdict.RECAMERA
        there[address] = Sighting(address, verdict, port, scheme, fingerprint, reason)

    monkeypatch.setattr(discovering, "scan", scan)
    return add


def test_each_list_is_a_table_and_neighbours_without_an_answer_are_one_line(
    rcg, somewhere, network
):
    network("192.0.2.9", fingerprint=PIN)
    network("192.0.2.10", 80, "http")
    network("192.0.2.4", 80, "http", reason="HTTP \x1b404")
    ended = rcg("discover", "192.0.2.0/28")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "reCamera    port  scheme  in the fleet  certificate\n"
        f"192.0.2.9   443   https   -             sha256:{PIN}\n"
        "192.0.2.10  80    http    -             -\n"
        "\n"
        "not a reCamera  port  scheme  because\n"
        "192.0.2.4       80    http    HTTP \\u001b404\n"
        "\n"
        "unreachable            because\n"
        "192.0.2.1-192.0.2.3    timed out\n"
        "192.0.2.5-192.0.2.8    timed out\n"
        "192.0.2.11-192.0.2.14  timed out\n"
        "\n"
        "Discover: 14 addresses: 2 reCamera, 1 something else, 11 unreachable.\n"
    )


def test_programs_get_four_lists(rcg, somewhere, network):
    network("192.0.2.1", fingerprint=PIN)
    network("192.0.2.2", 80, "http", reason="HTTP 404")
    ended = rcg("discover", "192.0.2.1-3", "--format", "json")
    nothing = dict.fromkeys(
        ("port", "scheme", "fingerprint", "device", "declared_host", "reason")
    ) | {"same_certificate_at": None, "notes": []}
    camera = {**nothing, "port": 443, "scheme": "https", "fingerprint": f"sha256:{PIN}"}
    camera |= {"address": "192.0.2.1"}
    other = {**nothing, "address": "192.0.2.2", "port": 80, "scheme": "http", "reason": "HTTP 404"}
    assert ended.code == 0
    assert json.loads(ended.out) == {
        "format_version": "1.0",
        "addresses": 3,
        "complete": True,
        "reachable": [camera, other],
        "recamera": [camera],
        "not_recamera": [other],
        "unreachable": [{**nothing, "address": "192.0.2.3", "reason": "timed out"}],
    }


def test_nobody_found_is_no_failure(rcg, somewhere, network):
    ended = rcg("discover", "192.0.2.7")
    assert ended.code == 0
    assert ended.out == (
        "unreachable  because\n192.0.2.7    timed out\n\n"
        "Discover: 1 address: 0 reCamera, 0 something else, 1 unreachable.\n"
    )


def test_cameras_of_the_fleet_are_marked_and_what_contradicts_their_files_is_told(
    rcg, fleet, network
):
    known.write(
        fleet,
        {
            "gate": KnownCamera("RC1", PIN),
            "dock": KnownCamera("RC2", "cd" * 32),
            "yard": KnownCamera("RC3", "ef" * 32),
        },
    )
    network("192.0.2.0", fingerprint=PIN)
    network("192.0.2.1", fingerprint="12" * 32)
    network("192.0.2.2", 80, "http")
    network("192.0.2.5", fingerprint="cd" * 32)
    found = json.loads(rcg("discover", "192.0.2.0-5", "--format", "json").out)["recamera"]
    assert [(each["device"], each["declared_host"]) for each in found] == [
        ("gate", "192.0.2.0"),
        ("dock", "192.0.2.1"),
        ("yard", "192.0.2.2"),
        ("dock", "192.0.2.1"),
    ]
    assert [each["notes"] for each in found] == [
        [],
        ["its certificate is not the one that dock is known by"],
        ["it answers over http, the file of yard says https"],
        ["it shows the certificate of dock, whose file says 192.0.2.1"],
    ]
    text = rcg("discover", "192.0.2.5").out
    assert "\n\n192.0.2.5: it shows the certificate of dock, whose file says 192.0.2.1\n\n" in text


def test_files_that_make_no_fleet_are_only_a_warning(rcg, fleet, network):
    (fleet / "devices" / "gate.yaml").write_text("device: gate\n", encoding="utf-8")
    network("192.0.2.1")
    ended = rcg("discover", "192.0.2.1")
    assert (ended.code, ended.out.count("  -  ")) == (0, 1)
    assert ended.err == (
        f"warning: {fleet} has 1 error, see `validate`; its cameras are not marked\n"
    )


def test_a_repository_that_is_named_has_to_be_one(rcg, somewhere, network):
    ended = rcg("discover", "192.0.2.1", "-C", somewhere)
    assert (ended.code, ended.out) == (1, "")
    assert "there is no fleet.yaml" in ended.err


def test_the_table_has_the_cameras_that_are_new(rcg, fleet, network):
    network("192.0.2.1")
    network("192.0.2.21", fingerprint=PIN)
    network("192.0.2.22", 8443, fingerprint=PIN)
    network("192.0.2.23", 80, "http")
    ended = rcg("discover", "192.0.2.0/24", "--write", "new.csv")
    assert ended.code == 0
    assert (fleet / "new.csv").read_text(encoding="utf-8") == (
        "host,name,labels,profiles,scheme,port\n"
        "192.0.2.21,camera-192-0-2-21,,,https,\n"
        "192.0.2.23,camera-192-0-2-23,,,http,\n"
    )
    assert ended.err == (
        "new.csv: 2 cameras; 2 cameras left out; next: recamera-gitops import --from new.csv\n"
    )
    assert "192.0.2.22: it shows the certificate of 192.0.2.21: it may be the same" in ended.out


def test_a_table_without_a_camera_is_not_written(rcg, fleet, network):
    network("192.0.2.1")
    ended = rcg("discover", "192.0.2.1", "--write", "new.csv")
    assert ended.err == "new.csv was not written: no camera to import; 1 camera left out\n"
    assert not (fleet / "new.csv").exists()


def test_a_table_is_replaced_only_by_force(rcg, somewhere, network):
    network("192.0.2.1")
    (somewhere / "new.csv").write_text("mine", encoding="utf-8")
    ended = rcg("discover", "192.0.2.1", "--write", "new.csv")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "--write: new.csv is there already; nothing was looked at\n    hint: --force replaces it\n"
    )
    assert (somewhere / "new.csv").read_text(encoding="utf-8") == "mine"
    assert rcg("discover", "192.0.2.1", "--write", "new.csv", "--force").code == 0
    assert "camera-192-0-2-1" in (somewhere / "new.csv").read_text(encoding="utf-8")


def test_everything_that_is_wrong_is_told_before_anybody_is_asked(rcg, somewhere, monkeypatch):
    monkeypatch.setattr(discovering, "scan", None)
    ports = [word for number in range(1, 18) for word in ("--port", number)]
    ended = rcg("discover", "x", "10.0.0.0/8", "--write", "no/where.csv", *ports)
    assert (ended.code, ended.out) == (1, "")
    assert [line for line in ended.err.splitlines() if not line.startswith(" ")] == [
        "x: this is no address, range or network",
        "10.0.0.0/8: these are 16777214 addresses; 65536 are the most",
        "--port: more than 16 ports",
        "no/where.csv: the table cannot be written: there is no folder no",
    ]


@pytest.mark.parametrize(
    "arguments", [[], ["192.0.2.1", "--port", "0"], ["192.0.2.1", "--timeout", "0"]]
)
def test_wrong_usage(rcg, somewhere, arguments):
    assert rcg("discover", *arguments).code == 64


def test_an_interruption_shows_what_was_found_so_far(rcg, somewhere, monkeypatch):
    class Slow:
        def __init__(self, ports, seconds, stopped):
            self.ports, self.stopped, self.looked = ports, stopped, threading.Event()

        def look(self, address):
            if self.looked.is_set():
                os.kill(os.getpid(), signal.SIGINT)
                threading.Event().wait(0.3)
                return None
            self.looked.set()
            return Sighting(address, Verdict.RECAMERA, 443, "https", PIN)

    monkeypatch.setattr(discovering, "Prober", Slow)
    ended = rcg("discover", "192.0.2.0/24", "--concurrency", "1", "--write", "so-far.csv")
    assert ended.code == 130
    assert ended.out.endswith(
        "\n\nDiscover: interrupted after 1 of 254 addresses:"
        " 1 reCamera, 0 something else, 0 unreachable.\n"
    )
    assert (somewhere / "so-far.csv").exists()


def test_emulated_cameras_are_found_and_imported(rcg, fleet, monkeypatch):
    monkeypatch.setenv("CAMERA", "recamera")
    with EmulatedFleet(count=2, address="127.78.4.1", port=0, https=True) as cameras:
        ports = [word for port in cameras.ports for word in ("--port", port)]
        found = rcg("discover", "127.78.4.0/29", *ports, "--write", "new.csv")
        assert (found.code, found.out.count("https")) == (0, 2)
        assert cameras.fingerprints[0] in found.out
        taken = rcg("import", "--from", "new.csv", "--yes")
        assert taken.code == 0, taken.err
        again = json.loads(rcg("discover", "127.78.4.1-2", *ports, "--format", "json").out)
    devices = [each["device"] for each in again["recamera"]]
    assert devices == ["camera-127-78-4-1", "camera-127-78-4-2"]
    assert [each["notes"] for each in again["recamera"]] == [[], []]
