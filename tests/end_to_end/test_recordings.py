"""Recordings over TLS, with the program as its own process: fetched, dropped, interrupted, resumed."""

import json
import signal

import pytest

from recamera_gitops.emulator.clips import Clip, film

LARGE, SIZE = "2026-08-21/large.mp4", 9_000_000
DAY = 1_787_306_400  # 2026-08-21 10:00:00 UTC
SYNC = ("files", "sync", "gate-north", "--output", "mirror", "--since", "2026-08-20")


@pytest.fixture
def gate(site):
    """A site over TLS whose first camera has a large file, and that camera."""
    site = site(https=True)
    assert site.rcg("trust", "--yes").code == 0
    camera = site.camera("gate-north")
    camera.storage.slots[0].files[LARGE] = Clip(film(SIZE), DAY)
    return site, camera


def pieces_of(camera):
    return sum(each.path.endswith("/large.mp4") for each in camera.log)


def result_of(ended):
    return json.loads(ended.out)["devices"][0]["result"]


def test_a_mirror_survives_drops_and_a_second_run_fetches_nothing(gate):
    site, camera = gate
    camera.faults.add("drop-before", "/storage/relay/*/large.mp4", nth=2)
    camera.faults.add("truncate", "/storage/relay/*/large.mp4", nth=4)
    ended = site.rcg(*SYNC, "--format", "json")
    assert ended.code == 0, ended.err
    assert result_of(ended)["bytes"] == SIZE + 3096
    assert (site.root / "mirror" / "gate-north" / LARGE).read_bytes() == film(SIZE)
    assert pieces_of(camera) == 5 + 2
    again = site.rcg(*SYNC, "--format", "json")
    assert (result_of(again)["bytes"], len(result_of(again)["skipped"])) == (0, 3)
    assert camera.storage.relays == {}
    assert site.violations == []


def test_whoever_interrupts_leaves_no_relay_open_and_goes_on_later(gate):
    site, camera = gate

    def interrupt(_index, request):
        if request.path.endswith("/large.mp4") and pieces_of(camera) == 2:
            process.send_signal(signal.SIGINT)

    camera.on_request = interrupt
    process = site.start(*SYNC)
    ended = site.ended(process)
    camera.on_request = None
    assert ended.code == 130, ended.err
    assert camera.storage.relays == {}
    assert not (site.root / "mirror" / "gate-north" / LARGE).exists()
    before = pieces_of(camera)
    assert 0 < before < 5
    resumed = site.rcg(*SYNC, "--format", "json")
    assert resumed.code == 0
    assert pieces_of(camera) - before == 5 - before
    assert (site.root / "mirror" / "gate-north" / LARGE).read_bytes() == film(SIZE)
    assert site.violations == []


def test_a_slot_is_formatted_over_the_wire_and_the_answer_may_be_lost(gate):
    site, camera = gate
    card = "/dev/mmcblk1p1"
    camera.faults.add("drop-after", "/record/storage/control")
    refused = site.rcg("storage", "format", "gate-north", "--slot", card)
    assert (refused.code, camera.actions["storage-format"]) == (5, 0)
    ended = site.rcg("storage", "format", "gate-north", "--slot", card, "--confirm", card)
    assert ended.code == 0, ended.err
    assert camera.actions["storage-format"] == 1
    assert camera.storage.slot(card).files == {}
    assert site.violations == []
