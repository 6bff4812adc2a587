"""What is made of the state of a camera: every form that sources know, and what is not known."""

import pytest

from recamera_gitops.emulator.answers import data
from recamera_gitops.emulator.recording import INFO
from recamera_gitops.errors import AuthenticationFailed, NotUnderstood, Rejected, Unreachable
from recamera_gitops.operations.health import Battery, Load, Push
from recamera_gitops.operations.status import Watch, status_of

WALL = 1_790_000_000.0


class Hours:
    """A watch of which a test says how long every reading of the camera's clock takes."""

    def __init__(self, rig, took=0.0, wrong=0.0):
        self._clock, self._took, self._wrong = rig.clock, took, wrong

    def watch(self):
        return Watch(lambda: WALL + self._clock() - self._wrong, self._clock.monotonic)

    def gather(self, visit):
        def slow(paths):
            if "/system/time" in paths:
                self._clock.sleep(self._took)
            answers = visit._gather(paths)
            if "/system/time" in paths:
                self._clock.sleep(self._took)
            return answers

        return slow


@pytest.fixture
def look(rig):
    """The state of a camera of some flavours; `change` is done to it first."""

    def at(*flavours, change=lambda camera: None, took=0.0, wrong=0.0):
        made = rig(*flavours)
        change(made.camera)
        hours = Hours(made, took, wrong)
        visit = made.visit({})
        found = status_of(hours.gather(visit), hours.watch())
        assert visit.writes == []
        assert not made.camera.violations
        return found

    return at


def used(found):
    return next(each for each in found.storage.slots if each.in_use)


def answering(path, body):
    """A camera that answers so, whatever it is."""

    def change(camera):
        camera.routes = {**camera.routes, path: {"GET": lambda _camera, _call: data(body)}}

    return change


def without(*paths):
    """A camera whose firmware does not know some paths."""

    def change(camera):
        camera.routes = {path: each for path, each in camera.routes.items() if path not in paths}

    return change


def test_a_camera_as_it_comes_is_known_in_every_part(look):
    found = look()
    assert found.unknown == ()
    assert found.attention == ()
    assert found.identity.firmware == "V1.0.10"
    assert found.battery == Battery(attached=False, charging=None, percent=None)
    assert found.push == Push("off", "stopped")
    assert (found.recording.enabled, found.recorder.ready) == (False, True)
    assert used(found).device_path == "/dev/mmcblk0p8"
    assert (found.inference.status, found.inference.model) == ("running", "yolo11n.rknn")
    assert (found.lan.address, found.wifi.address, found.radio) == ("192.168.10.21", None, True)


@pytest.mark.parametrize(
    ("flavour", "sizes"),
    [
        ("resource-flat", (None,) * 4),
        ("resource-strings", (1.91, 3.82, 9.0, 28.9)),
        (None, (1.91, 3.82, 9.0, 28.9)),
    ],
)
def test_the_load_is_read_in_each_of_its_three_forms(look, flavour, sizes):
    memory_used, memory_total, storage_used, storage_total = sizes
    assert look(*[flavour] if flavour else []).load == Load(
        cpu_percent=23.0,
        npu_percent=41.0,
        memory_percent=50.0,
        memory_used_gb=memory_used,
        memory_total_gb=memory_total,
        storage_percent=31.0,
        storage_used_gb=storage_used,
        storage_total_gb=storage_total,
    )


@pytest.mark.parametrize("flavour", [None, "time-typos", "tz-computed"])
def test_half_the_round_trip_is_taken_from_the_offset_of_the_clock(look, flavour):
    clock = look(*[flavour] if flavour else [], took=2.0, wrong=7.0).clock
    # Two seconds there and two back: what came back is as old as the way back.
    assert clock.offset_seconds == pytest.approx(7.0, abs=0.501)
    assert clock.uncertainty_seconds == 2.5
    assert (clock.method, clock.server, clock.timezone) == ("ntp", "pool.ntp.org", "UTC")
    assert clock.synchronised is True


def test_a_clock_that_is_off_or_out_of_step_is_to_be_looked_at(look):
    assert look(wrong=-60.0).attention == ("the clock is 60 s behind",)
    assert look("ntp-unsynced").attention == ("the clock is not in step with its time server",)
    assert look(wrong=4.0).attention == ()


def test_a_clock_set_by_hand_is_in_step_with_nobody(look):
    by_hand = {"sMethod": "manual", "iTimestamp": int(WALL), "sTimezone": "UTC", "sTz": "UTC+0"}
    clock = look(change=answering("/system/time", by_hand)).clock
    assert (clock.method, clock.server, clock.synchronised) == ("manual", None, None)


def test_what_a_firmware_does_not_know_is_unknown_and_the_rest_is_there(look):
    found = look(change=without("/system/battery", "/notify/status", INFO))
    assert found.battery is None
    assert found.recorder is None
    assert found.push == Push("off", None)
    assert [(each.part, each.reason) for each in found.unknown] == [
        ("battery", "this firmware does not know it"),
        ("recorder", "this firmware does not know it"),
    ]
    assert found.identity is not None
    assert found.clock is not None


@pytest.mark.parametrize(
    ("path", "body", "part", "reason"),
    [
        ("/system/resource-info", [], "load", "the answer is no object"),
        ("/system/resource-info", {"iCpuUsage": "much"}, "load", "iCpuUsage is not a number"),
        ("/system/time", {"iTimestamp": 10**18}, "clock", "iTimestamp is not a time"),
        ("/system/time", {"iTimestamp": None}, "clock", "iTimestamp is not a whole number"),
        ("/system/battery", {}, "battery", "isAttached is not true or false"),
        ("/record/storage/status", {"sDataDirName": "x"}, "storage", "lists no slots"),
        ("/record/rule/config", None, "recording", "the answer is no object"),
        ("/notify/cfg", {"iMode": "loud"}, "push", "iMode is not a whole number"),
        ("/network/lan", {"dIpv4": 7}, "lan", "dIpv4 is no object"),
        ("/model/inference", {"iEnable": 1}, "inference", "sModel is not text"),
    ],
)
def test_what_is_not_understood_is_unknown_and_not_nothing(look, path, body, part, reason):
    found = look(change=answering(path, body))
    (unknown,) = found.unknown
    assert (unknown.part, reason in unknown.reason) == (part, True)
    assert getattr(found, part) is None


@pytest.mark.parametrize(
    ("steps", "attached", "charging", "battery"),
    [
        ((3, 5), True, True, Battery(attached=True, charging=True, percent=60)),
        ((1, 5), True, False, Battery(attached=True, charging=False, percent=20)),
        ((7, 5), True, False, Battery(attached=True, charging=False, percent=None)),
        ((0, 0), True, False, Battery(attached=True, charging=False, percent=None)),
        ((3, 5), False, False, Battery(attached=False, charging=None, percent=None)),
    ],
)
def test_a_battery_is_told_in_per_cent(look, steps, attached, charging, battery):
    shown, total = steps
    body = {
        "isAttached": attached,
        "displaySteps": shown,
        "totalSteps": total,
        "isCharging": charging,
    }
    assert look(change=answering("/system/battery", body)).battery == battery


@pytest.mark.parametrize(("flavours", "state"), [((), "ready"), (("storage-idle",), "idle")])
def test_a_slot_is_usable_by_its_name(look, flavours, state):
    slot = used(look(*flavours))
    assert (slot.state, slot.usable, slot.internal) == (state, True, True)


@pytest.mark.parametrize("key", ["status", "staus"])
def test_the_state_of_the_sender_is_read_in_both_spellings(look, key):
    def change(camera):
        answering("/notify/status", {key: "failed"})(camera)
        camera.documents["/notify/cfg"]["iMode"] = 2

    found = look(change=change)
    assert found.push == Push("http", "failed")
    assert found.attention == ("results go to http, and the sender is failed",)


def test_nothing_of_the_secrets_beside_a_mode_is_kept(look, canary):
    token = canary("hook")

    def change(camera):
        camera.documents["/notify/cfg"]["dHttp"]["sToken"] = token

    assert token not in repr(look(change=change))


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (Unreachable("no route"), Unreachable),
        (AuthenticationFailed("rejected", rejected=True), AuthenticationFailed),
    ],
)
def test_a_camera_that_is_not_there_is_asked_one_thing_only(raised, error):
    asked = []

    def gather(paths):
        asked.extend(paths)
        return dict.fromkeys(paths, raised)

    with pytest.raises(error):
        status_of(gather, Watch(lambda: 0.0, lambda: 0.0))
    assert asked == ["/system/device-info"]


def test_reads_that_fail_one_by_one_are_told_one_by_one():
    def gather(paths):
        return {
            path: NotUnderstood("odd", request=f"GET {path}")
            if path == "/system/device-info"
            else Rejected("busy", request=f"GET {path}", code=500)
            for path in paths
        }

    found = status_of(gather, Watch(lambda: 0.0, lambda: 0.0))
    assert found.identity is found.load is found.clock is None
    assert {each.reason.rpartition(": ")[2] for each in found.unknown} == {"odd", "busy"}
    assert len(found.unknown) == 13
    assert found.attention == ()
