"""Slots of a camera in process: what they are, which one is in use, and its quota."""

import pytest

from recamera_gitops.errors import CameraError, NotSettled, NotUnderstood, Rejected, Unsettled
from recamera_gitops.operations.storage import (
    UNLIMITED,
    Slot,
    enabled,
    quota,
    storage_status,
)
from tests.operations.footage import CARD, INTERNAL, UUID, Post, drive

CONFIG, STATUS, CONTROL = (f"/record/storage/{name}" for name in ("config", "status", "control"))


def test_every_slot_is_told():
    status = Post().converse(storage_status())
    assert status.data_directory == "reCamera"
    assert status.slots == (
        Slot(
            device_path=INTERNAL,
            mount_path="/mnt/mmcblk0p8",
            label=None,
            uuid=None,
            file_system="ext4",
            state="ready",
            internal=True,
            selected=True,
            enabled=True,
            usable=True,
            syncing=False,
            writing=False,
            rotating=False,
            size_bytes=16 << 30,
            free_bytes=(16 << 30) - 3113,
            quota_used_bytes=3113,
            quota_limit_bytes=None,
            quota_rotate=False,
        ),
        status.slots[1],
    )
    assert (status.slots[1].uuid, status.slots[1].usable) == (UUID, False)


def shown(**change):
    slot = {"sDevPath": CARD, "sState": "Formatting", "sUUID": UUID, **change}
    return {"sDataDirName": "DCIM", "lSlots": [slot]}


def test_what_older_firmware_leaves_out_is_unknown():
    _, status = drive(storage_status(), [shown()])
    slot = status.slots[0]
    assert (slot.state, slot.size_bytes, slot.quota_limit_bytes) == ("formatting", None, None)


@pytest.mark.parametrize(
    "status",
    [
        {"sDataDirName": "DCIM"},
        {"sDataDirName": "DCIM", "lSlots": {}},
        {"lSlots": []},
        [],
        shown(sState=3),
        shown(iStatsSizeBytes="large"),
        shown(iStatsSizeBytes=1.5),
    ],
)
def test_a_status_of_another_form_is_not_understood(status):
    with pytest.raises(NotUnderstood, match="GET /record/storage/status"):
        drive(storage_status(), [status])


class TestEnable:
    @pytest.mark.parametrize("name", [UUID, UUID.lower(), CARD])
    @pytest.mark.parametrize("flavours", [(), ("storage-slow", "storage-idle")])
    def test_recordings_go_to_the_card_once_it_is_in_use(self, name, flavours):
        post = Post(*flavours)
        chosen = post.converse(enabled(name))
        assert (chosen.changed, chosen.slot.device_path, chosen.slot.usable) == (True, CARD, True)
        assert post.camera.documents[CONFIG]["dSelectSlotToEnable"] == {
            "sByDevPath": "",
            "sByUUID": UUID,
        }
        assert post.camera.violations == []

    def test_the_internal_slot_is_known_by_its_path(self):
        post = Post()
        post.converse(enabled(CARD))
        assert post.converse(enabled(INTERNAL)).slot.device_path == INTERNAL
        assert post.camera.documents[CONFIG]["dSelectSlotToEnable"]["sByUUID"] == ""

    def test_none_may_be_wanted(self):
        post = Post()
        chosen = post.converse(enabled("none"))
        assert (chosen.changed, chosen.slot) == (True, None)
        assert post.converse(enabled("none")).changed is False
        assert post.actions("storage-select") == 1

    def test_a_slot_in_use_is_not_written_again(self):
        post = Post()
        chosen = post.converse(enabled(INTERNAL))
        assert (chosen.changed, chosen.slot.device_path) == (False, INTERNAL)
        assert post.sent("POST", CONFIG) == 0

    @pytest.mark.parametrize(
        ("name", "state", "why"),
        [
            ("/dev/sdz1", "MOUNTED", "it has no slot /dev/sdz1; it has: /dev/mmcblk0p8, /dev/mm"),
            (CARD, "NOT_FORMATTED_OR_FORMAT_UNSUPPORTED", "no file system .*; format it first"),
            (CARD, "NOT_MOUNTED", "take it out and put it in again"),
            (CARD, "FORMATTING", "it is being formatted"),
            (CARD, "ERROR", "it reports an error"),
        ],
    )
    def test_a_slot_that_cannot_be_used_is_told_why(self, name, state, why):
        post = Post()
        post.slot(CARD).state = state
        with pytest.raises(Rejected, match=why):
            post.converse(enabled(name))
        assert post.sent("POST", CONFIG) == 0

    def test_a_card_without_a_uuid_cannot_be_named(self):
        post = Post()
        post.slot(CARD).uuid = None
        with pytest.raises(Rejected, match="no UUID to be known by"):
            post.converse(enabled(CARD))

    def test_a_lost_answer_is_looked_at(self):
        post = Post()
        post.camera.faults.add("drop-after", CONFIG, method="POST")
        assert post.converse(enabled(CARD)).slot.usable
        assert post.actions("storage-select") == 1

    def test_a_slot_that_does_not_come_into_use_is_no_success(self):
        post = Post()
        post.camera.storage.enable_seconds = 100.0
        with pytest.raises(NotSettled, match="after 45 s slot /dev/mmcblk"):
            post.converse(enabled(CARD))


class TestQuota:
    def test_a_part_is_set_and_the_rest_kept(self):
        post = Post()
        post.slot().rotates = True
        limited = post.converse(quota(INTERNAL, limit=10 << 30, rotate=None))
        assert (limited.changed, limited.slot.quota_limit_bytes) == (True, 10 << 30)
        assert (post.slot().quota, post.slot().rotates) == (10 << 30, True)
        assert post.converse(quota(INTERNAL, limit=UNLIMITED, rotate=False)).changed
        assert (post.slot().quota, post.slot().rotates) == (-1, False)
        assert post.camera.violations == []

    def test_what_is_so_already_is_not_written(self):
        post = Post()
        assert post.converse(quota(INTERNAL, limit=UNLIMITED, rotate=False)).changed is False
        assert post.sent("POST", CONTROL) == 0

    @pytest.mark.parametrize(
        ("slot", "limit", "why"),
        [
            (CARD, 1 << 30, r"is mounted; for that it has to be in use \(storage enable\)"),
            (INTERNAL, 17 << 30, "/dev/mmcblk0p8 has 17179869184 bytes; its quota cannot be"),
            ("/dev/none", 1, "it has no slot /dev/none"),
        ],
    )
    def test_what_cannot_be_is_refused_before_it_is_sent(self, slot, limit, why):
        post = Post()
        with pytest.raises(Rejected, match=why):
            post.converse(quota(slot, limit=limit, rotate=None))
        assert post.sent("POST", CONTROL) == 0

    def test_a_state_is_told_by_its_name_not_by_its_number(self):
        found = shown(sState="Mounted", eState=9)
        with pytest.raises(Rejected, match="is mounted"):
            drive(quota(CARD, limit=1, rotate=None), [found])

    @pytest.mark.parametrize(
        ("kind", "error"), [("ignore", NotSettled), ("drop-before", Unsettled)]
    )
    def test_a_quota_that_the_camera_does_not_keep_is_no_success(self, kind, error):
        post = Post()
        post.client.get("/system/device-info")
        post.camera.faults.add(kind, CONTROL, executed=False)
        with pytest.raises(error):
            post.converse(quota(INTERNAL, limit=1 << 30, rotate=None))
        assert post.sent("POST", CONTROL) == 1

    def test_a_lost_answer_is_read_back(self):
        post = Post()
        post.camera.faults.add("drop-after", CONTROL)
        assert post.converse(quota(INTERNAL, limit=1 << 30, rotate=None)).changed
        assert post.sent("POST", CONTROL) == 1

    def test_a_refusal_is_a_refusal(self):
        post = Post()
        post.camera.faults.add("status-500", CONTROL)
        with pytest.raises(CameraError, match="Internal Server Error"):
            post.converse(quota(INTERNAL, limit=1 << 30, rotate=None))
