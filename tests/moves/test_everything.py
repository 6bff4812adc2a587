"""One file that sets everything, on a camera of every flavour: once, and then there is nothing to do."""

import pytest

from recamera_gitops.emulator.flavours import FLAVOURS
from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.plan import Status
from recamera_gitops.resources.catalog import LEAVES, resource_at
from tests.conftest import nested
from tests.moves.conftest import PASSWORD
from tests.reconcile.test_contract import OF_FAMILY, whole

MODEL = "models/mine.rknn"
INFO = {"category": "Detection", "algorithm": "YOLO11", "classes": ["person", "car", "dog"]}
INFO["metrics"] = {"iou": 0.45, "confidence": 0.25, "max_obj": 50}
# What speaks about the values of others, so that all of it makes sense at once.
TOGETHER = {
    "record.trigger.type": "inference",
    "record.trigger.inference": [{"id": "door", "classes": ["person"], "confidence": [0.5, 1]}],
    "record.storage.slot": {"device": "/dev/mmcblk1p1"},
    "record.schedule.windows": [{"start": "Mon 09:00:00", "end": "Mon 18:00:00"}],
    "inference.enabled": True,
    "inference.model": "mine.rknn",
    "notify.mode": "mqtt",
    "network.wifi.ssid": "plant",
    "network.wifi.password": "plant-wifi-pass",
    "network.wifi.enabled": True,
    "network.wifi.bssid": "5c:e9:31:00:00:02",
    "stream.main.rtsp.enabled": True,
    "stream.main.rtmp.enabled": False,
    "stream.main.onvif.enabled": False,
    "stream.sub.rtsp.enabled": False,
    "stream.sub.rtmp.enabled": True,
    "system.time.method": "ntp",
    "system.time.timezone": "Europe/Berlin",
    "image.day_night.mode": "fixed",
}
LEFT_OUT = {"system.time.utc_offset": "of a zone with summer time"}
# The camera cannot be made so, and that is told.
ENDS_OTHERWISE = {
    "login-plain": (ExitCode.ERROR, "wrong"),
    "first-use": (ExitCode.ERROR, "factory password"),
    "upgrade-brings-settings": (ExitCode.FAILED, "serial-port"),
    "upload-bad-md5": (ExitCode.FAILED, "MD5"),
}


def everything():
    """Every setting of every family, as YAML says it; secrets as references."""
    wish = {}
    for family in OF_FAMILY:
        wish |= whole(family)
    wish |= TOGETHER
    for path in LEFT_OUT:
        wish.pop(path, None)
    return wish


def as_files(street, wish):
    config = {}
    for number, (path, value) in enumerate(wish.items()):
        if LEAVES[path].wire.codec.sensitive:
            street.variables[f"SECRET_{number}"] = value
            config[path] = f"${{env:SECRET_{number}}}"
        else:
            config[path] = value
    tree = nested(config)
    tree["models"] = {"mine.rknn": {"source": MODEL, "info": INFO}, "mobilenet.rknn": "absent"}
    tree["wire"] = {"/osd/cfg": {"inferenceOverlay": {"iEnabled": 0}}}
    del tree["osd"]["inference"]
    return tree


@pytest.fixture
def camera_with_everything(street):
    def make(flavour):
        (street.root / "models").mkdir()
        (street.root / MODEL).write_bytes(b"RKNN" * 200_000)
        config = as_files(street, everything())
        return street.camera(config, flavours=[flavour] if flavour else [], password=PASSWORD)

    return make


@pytest.mark.parametrize("flavour", ["", *FLAVOURS])
def test_everything_once_and_then_nothing(street, camera_with_everything, flavour):
    camera = camera_with_everything(flavour)
    plan, (outcome,) = street.apply()
    if flavour in ENDS_OTHERWISE:
        code, words = ENDS_OTHERWISE[flavour]
        assert outcome.exit_code is code
        assert words in (outcome.error or "")
        return
    assert plan.devices[0].status is Status.CHANGED, plan.devices[0].error
    assert outcome.exit_code is ExitCode.DONE, (outcome.error, outcome.outcomes)
    assert camera.violations == []
    assert camera.edit is None
    street.sent.clear()
    again, (second,) = street.apply()
    assert again.devices[0].status is Status.UNCHANGED, again.devices[0].changes
    assert street.writes() == []
    assert second.exit_code is ExitCode.DONE


def test_everything_is_everything():
    said = set(everything())
    missing = {
        path
        for path in LEAVES
        if path not in said
        and path not in LEFT_OUT
        and resource_at(path).address
        not in {"firmware", "network.lan", "system.https", "system.admin_password"}
    }
    assert missing == set()
