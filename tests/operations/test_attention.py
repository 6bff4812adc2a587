"""What somebody should look at: each reason by itself, and the limits from both sides."""

import dataclasses

import pytest

from recamera_gitops.operations.attention import attention
from recamera_gitops.operations.health import (
    Battery,
    CameraStatus,
    Clock,
    Load,
    Push,
    Recorder,
    Recording,
)
from recamera_gitops.operations.inference import Inference
from recamera_gitops.operations.storage import Slot, StorageStatus

NOTHING = dict.fromkeys(
    (
        *("identity", "load", "battery", "clock", "recording", "recorder", "storage"),
        *("inference", "push", "lan", "radio", "wifi"),
    )
)
ON, OFF = Recording(enabled=True, format="MP4"), Recording(enabled=False, format="MP4")


def state(**parts):
    return CameraStatus(**{**NOTHING, **parts})


def slot(state="ready", used=10, *, in_use=True, rotates=False):
    usable = in_use and state in ("ready", "idle", "writing")
    facts = {"selected": in_use, "enabled": in_use, "usable": usable, "quota_rotate": rotates}
    sizes = {"size_bytes": 100, "free_bytes": 100 - used}
    names = (field.name for field in dataclasses.fields(Slot))
    given = {"device_path": "/dev/x", "state": state, **facts, **sizes}
    return Slot(**{name: given.get(name, False) for name in names})


def slots(*given):
    return StorageStatus("DCIM", given)


def runs(status, *, enabled=True):
    return Inference(enabled, "m", 15, 0, status)


def recorder(*, ready=True, paused=False, event=None):
    return Recorder(ready, paused, event, None)


def clock(offset=0.0, *, synchronised=True):
    return Clock("", offset, 0.5, "ntp", "x", synchronised, None, None)


def load(percent):
    return Load(*(None,) * 5, percent, None, None)


@pytest.mark.parametrize(
    ("parts", "reasons"),
    [
        ({}, []),
        ({"recording": ON, "recorder": recorder(), "storage": slots(slot())}, []),
        ({"recording": ON, "recorder": recorder(ready=False, event="writing")}, []),
        ({"recording": OFF, "recorder": recorder(ready=False, paused=True)}, []),
        (
            {"recording": ON, "recorder": recorder(ready=False, event="failed")},
            ["recording is on, and it takes no new event"],
        ),
        (
            {"recording": ON, "recorder": recorder(paused=True)},
            ["recording is on, and the media process is paused"],
        ),
        ({"recording": OFF, "storage": slots()}, []),
        ({"recording": ON, "storage": slots()}, ["recording is on, and goes to no slot"]),
        (
            {"recording": ON, "storage": slots(slot("mounted"))},
            ["recording is on, and slot /dev/x is mounted"],
        ),
        ({"storage": slots(slot("error"))}, ["slot /dev/x is in error"]),
        ({"storage": slots(slot("error", in_use=False), slot())}, ["slot /dev/x is in error"]),
        ({"storage": slots(slot(used=90))}, []),
        (
            {"storage": slots(slot(used=91))},
            ["slot /dev/x is 91 % full, and does not rotate"],
        ),
        ({"storage": slots(slot(used=99, rotates=True))}, []),
        ({"storage": slots(slot(used=99, in_use=False), slot())}, []),
        ({"inference": runs("error", enabled=False)}, []),
        ({"inference": runs("starting")}, []),
        (
            {"inference": runs("error")},
            ["inference is on, and the pipeline is error"],
        ),
        (
            {"inference": runs(None)},
            ["inference is on, and the pipeline is silent about its state"],
        ),
        ({"push": Push("off", "stopped")}, []),
        ({"push": Push("mqtt", "running")}, []),
        ({"push": Push("mqtt", None)}, []),
        ({"push": Push("mqtt", "stopped")}, ["results go to mqtt, and the sender is stopped"]),
        ({"clock": clock(5.0)}, []),
        ({"clock": clock(-5.1)}, ["the clock is 5 s behind"]),
        ({"clock": clock(90.0)}, ["the clock is 90 s ahead"]),
        ({"clock": clock(synchronised=None)}, []),
        ({"clock": clock(synchronised=False)}, ["the clock is not in step with its time server"]),
        ({"load": load(90.0)}, []),
        ({"load": load(90.5)}, ["its own storage is 90 % full"]),
        ({"battery": Battery(True, False, 20)}, ["the battery is at 20 %, and is not charging"]),
        ({"battery": Battery(True, False, 40)}, []),
        ({"battery": Battery(True, True, 0)}, []),
        ({"battery": Battery(True, None, 0)}, []),
    ],
)
def test_what_is_off_is_well_and_what_is_not_known_is_no_finding(parts, reasons):
    assert list(attention(state(**parts))) == reasons


def test_the_most_pressing_comes_first():
    found = attention(
        state(clock=clock(60.0), recording=ON, recorder=recorder(paused=True), load=load(99.0))
    )
    assert [each.split()[0] for each in found] == ["recording", "the", "its"]
