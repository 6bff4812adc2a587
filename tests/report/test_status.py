"""How cameras are, as people read it: what fits a terminal, and what is said of what nobody knows."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.operating import Done
from recamera_gitops.operations.health import (
    Battery,
    CameraStatus,
    Clock,
    Identity,
    Load,
    Push,
    Recorder,
    Recording,
)
from recamera_gitops.operations.inference import Inference
from recamera_gitops.operations.links import Link
from recamera_gitops.operations.parts import Unknown
from recamera_gitops.operations.storage import Slot, StorageStatus
from recamera_gitops.report.operations.status import (
    clock_word,
    offset,
    recording_word,
    status_json,
    status_text,
)
from recamera_gitops.report.paint import clipped, coloured

CABLE = Link("eth0", "static", "192.0.2.7", "255.255.255.0", None, ("9.9.9.9",), "2c:f7", "Auto")
AIR = Link("wlan0", "dhcp", None, None, None, (), None, None)
AWAY_SLOT = Slot(
    *("/dev/b", None, "CARD", None, None, "not_mounted"), *(False,) * 7, *(None,) * 4, False
)
READY = replace(
    AWAY_SLOT,
    device_path="/dev/a",
    state="ready",
    **dict.fromkeys(("internal", "selected", "enabled", "usable", "quota_rotate"), True),
    size_bytes=1 << 34,
    free_bytes=3 << 32,
)
WELL = CameraStatus(
    identity=Identity("RC1", "V1.0.10", "SC850SL", None),
    load=Load(23.4, 41.0, 50.0, 1.91, 3.82, 31.0, 9.0, 28.9),
    battery=Battery(attached=True, charging=True, percent=60),
    clock=Clock("2026-11-26T12:00:00Z", 1.32, 0.51, "ntp", "ntp.test", True, "UTC", "UTC+0"),
    recording=Recording(enabled=True, format="MP4"),
    recorder=Recorder(True, False, "completed", "2026-11-26T11:59:00Z"),
    storage=StorageStatus("DCIM", (READY, AWAY_SLOT)),
    inference=Inference(True, "yolo.rknn", 20, 15, "running"),
    push=Push("mqtt", "running"),
    lan=CABLE,
    radio=True,
    wifi=AIR,
)
BLIND = CameraStatus(*(None,) * 12, unknown=(Unknown("load", "no \x1b answer"),))


def done(name, value):
    return Done(name, "192.0.2.1", value)


AWAY = Done("yard", "192.0.2.9", error="no connection", exit_code=ExitCode.UNREACHABLE)


def test_several_cameras_are_a_table_with_what_to_look_at_below_it():
    hot = replace(WELL, attention=("the clock is 9 s ahead",))
    found = (done("gate", WELL), done("dock", hot), AWAY, done("lobby", BLIND), done("east", hot))
    assert status_text(found) == (
        "camera  firmware  cpu/npu/mem/disk  clock   recording  storage    inference       push  link\n"
        "gate    V1.0.10   23/41/50/31       +1.3 s  ready      ready 25%  running 15 fps  mqtt  cable\n"
        "dock    V1.0.10   23/41/50/31       +1.3 s  ready      ready 25%  running 15 fps  mqtt  cable\n"
        "yard    unreachable: no connection\n"
        "lobby   ?         ?                 ?       ?          ?          ?               ?     ?\n"
        "east    V1.0.10   23/41/50/31       +1.3 s  ready      ready 25%  running 15 fps  mqtt  cable\n"
        "\n"
        "dock, east: the clock is 9 s ahead\n"
        "lobby: load is not known: no \\u001b answer\n"
        "\n"
        "Status: 5 cameras: 2 well, 2 to be looked at, 1 not read.\n"
    )


def test_one_camera_is_told_in_full():
    told = replace(
        WELL,
        attention=("the clock is 9 s ahead",),
        unknown=(Unknown("battery", "this firmware does not know it"),),
    )
    assert status_text((done("gate", told),)) == (
        "serial number  RC1\n"
        "firmware       V1.0.10\n"
        "hardware       SC850SL\n"
        "clock          2026-11-26T12:00:00Z, +1.3 s (give or take 0.5 s), ntp ntp.test synchronised,"
        " UTC UTC+0\n"
        "load           cpu 23 %, npu 41 %\n"
        "memory         50 % used, 1.91 of 3.82 GB\n"
        "own storage    31 % used, 9 of 28.9 GB\n"
        "battery        60 %, charging\n"
        "recording      ready, MP4, the last one completed at 2026-11-26T11:59:00Z\n"
        "slot /dev/a    ready, internal, in use, rotates, 25 % of 16.0 GiB used\n"
        "slot /dev/b    not_mounted\n"
        "inference      running 15 fps, yolo.rknn, at most 20 fps\n"
        "results        mqtt, running\n"
        "cable          192.0.2.7, static, netmask 255.255.255.0, DNS 9.9.9.9, MAC 2c:f7\n"
        "radio          on\n"
        "wifi           no address\n"
        "look at it: the clock is 9 s ahead\n"
        "battery is not known: this firmware does not know it\n"
    )


def test_nothing_that_is_not_known_looks_like_nothing():
    words = re.findall(r"^(.+?)  +(.+)$", status_text((done("gate", BLIND),)), re.MULTILINE)
    assert {said for _, said in words} == {"?"}
    assert len(words) == 11


def test_a_camera_that_is_not_there_is_told_alone_too():
    assert status_text((AWAY,)) == "yard  unreachable: no connection\n"
    assert status_text((AWAY, AWAY)).endswith("Status: 2 cameras: 0 well, 2 not read.\n")


def test_programs_are_told_when_it_was_so():
    told = status_json((AWAY,), "2026-11-26T12:00:00Z")
    assert list(told) == ["format_version", "operation", "devices", "at"]
    assert (told["operation"], told["at"]) == ("status", "2026-11-26T12:00:00Z")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "+0.0 s"),
        (-99.94, "-99.9 s"),
        (-100, "-2 min"),
        (3599, "+60 min"),
        (7200, "+2 h"),
        (-86400 * 20000, "-20000 d"),
    ],
)
def test_an_offset_is_as_exact_as_it_is_worth(seconds, said):
    assert offset(seconds) == said


def test_what_cannot_be_measured_is_no_offset():
    assert clock_word(WELL.clock) == "+1.3 s"
    assert clock_word(replace(WELL.clock, offset_seconds=-0.51)) == "in step"


@pytest.mark.parametrize(
    ("recording", "recorder", "word"),
    [
        (None, None, "?"),
        (Recording(False, None), Recorder(True, False, None, None), "off"),
        (Recording(True, None), None, "on"),
        (Recording(True, None), Recorder(False, True, None, None), "paused"),
        (Recording(True, None), Recorder(False, False, "writing", None), "writing"),
        (Recording(True, None), Recorder(False, None, "failed", None), "not ready"),
    ],
)
def test_recording_is_one_word(recording, recorder, word):
    assert recording_word(replace(WELL, recording=recording, recorder=recorder)) == word


TEXT = st.text(st.characters(codec="utf-8"), max_size=80)
NUMBER = st.none() | st.floats(0, 100)
STATES = st.builds(
    replace,
    st.just(WELL),
    identity=st.none() | st.builds(Identity, TEXT, TEXT, TEXT, TEXT),
    load=st.none() | st.builds(Load, *[NUMBER] * 8),
    clock=st.none()
    | st.builds(replace, st.just(WELL.clock), offset_seconds=st.floats(-(10**9), 10**9)),
    storage=st.none()
    | st.builds(
        lambda state: StorageStatus("DCIM", (replace(READY, state=state),)),
        TEXT,
    ),
    inference=st.none()
    | st.builds(
        Inference, st.booleans(), TEXT, st.just(9), st.none() | st.integers(0, 10**6), TEXT
    ),
    push=st.none() | st.builds(Push, TEXT),
    recorder=st.none() | st.builds(Recorder, st.booleans(), st.booleans(), TEXT, st.none()),
)


@given(st.lists(st.builds(done, TEXT, STATES), min_size=2, max_size=4))
def test_a_row_fits_a_terminal_whatever_cameras_say(found):
    lines = status_text(found).split("\n\n")[0].splitlines()
    assert len(lines) == len(found) + 1
    assert max(map(len, lines)) <= 120


@given(st.lists(st.sampled_from(["a", "bc", "…", "\x1b[31m", "\x1b[0m"])), st.integers(1, 9))
def test_a_line_is_cut_without_its_colours(parts, widest):
    line = "".join(parts)
    cut = clipped(line, widest)
    seen, whole = (re.sub(r"\x1b\[\d+m", "", each) for each in (cut, line))
    assert seen == (whole if len(whole) <= widest else f"{whole[: widest - 1]}…")
    assert re.findall(r"\x1b\[\d+m", cut) == re.findall(r"\x1b\[\d+m", line)


def test_what_is_to_be_looked_at_stands_out():
    hot = replace(WELL, attention=("it is hot",))
    assert "\x1b[31mgate: it is hot\x1b[0m" in status_text((done("gate", hot), AWAY), coloured)
