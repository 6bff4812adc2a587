"""The slot by either name, the quota of the slot in use, and when the camera is done."""

import pytest

from recamera_gitops.resources.base import decode, patch
from recamera_gitops.resources.catalog import (
    LEAVES,
    complaints,
    confirmation,
    needs_confirmation,
    resource_at,
)
from recamera_gitops.resources.values import MISSING
from recamera_gitops.slots import busy, is_usable

SLOT, LIMIT, ROTATE = (
    LEAVES[f"record.storage.{each}"] for each in ("slot", "quota.limit_bytes", "quota.rotate")
)
CODEC = SLOT.wire.codec


def slot(**fields):
    return {
        "sDevPath": "/dev/mmcblk0p8",
        "sUUID": None,
        "sState": "READY",
        "eState": 8,
        "bInternal": True,
        "bSelected": True,
        "bEnabled": True,
        "bSyncing": False,
        "bQuotaRotate": False,
        "iQuotaLimitBytes": -1,
        **fields,
    }


CARD = slot(
    sDevPath="/dev/mmcblk1p1", sUUID="6A1B-2C3D", bInternal=False, bSelected=False, bEnabled=False
)


def document(*slots):
    return {"config": {"dSelectSlotToEnable": None, "x": 1}, "status": {"lSlots": list(slots)}}


@pytest.mark.parametrize("state", ["READY", "ready", "IDLE", "Writing", "Whatever"])
def test_a_slot_is_usable_by_the_name_of_its_state(state):
    assert is_usable(slot(sState=state, eState=8))


@pytest.mark.parametrize(
    "fields",
    [
        {"sState": "INDEXING", "eState": 9},
        {"sState": "Formatting", "eState": 3},
        {"sState": "new", "eState": 7},
        {"sState": "READY", "bEnabled": False},
    ],
)
def test_a_slot_that_is_not_usable(fields):
    assert not is_usable(slot(**fields))


def test_a_slot_in_transition_is_pending():
    assert busy([slot(), CARD]) is None
    assert busy([slot(sState="INDEXING", eState=7)]) == "slot /dev/mmcblk0p8 is indexing"
    assert busy([CARD | {"bSyncing": True, "sState": "CONFIGURED"}])
    pending = resource_at("record.storage").pending
    assert pending(document(slot(bSyncing=True))) == "slot /dev/mmcblk0p8 is ready"


@pytest.mark.parametrize(
    ("slots", "live"),
    [
        ([slot(), CARD], {"device": "/dev/mmcblk0p8", "uuid": None}),
        (
            [CARD | {"bSelected": True, "bEnabled": True}],
            {"device": "/dev/mmcblk1p1", "uuid": "6A1B-2C3D"},
        ),
        (
            [CARD | {"bSelected": True, "bSyncing": True}],
            {"device": "/dev/mmcblk1p1", "uuid": "6A1B-2C3D"},
        ),
        ([CARD | {"bSelected": True}], "none"),
        ([CARD], "none"),
        ([], "none"),
    ],
)
def test_the_slot_in_use(slots, live):
    assert decode(document(*slots), SLOT) == live


def test_either_name_is_the_same_slot():
    live = {"device": "/dev/mmcblk1p1", "uuid": "6A1B-2C3D"}
    assert CODEC.equal({"device": "/dev/mmcblk1p1"}, live)
    assert CODEC.equal({"uuid": "6a1b-2c3d"}, live)
    assert not CODEC.equal({"device": "/dev/mmcblk0p8"}, live)
    assert not CODEC.equal({"uuid": "x"}, {"device": "/dev/mmcblk0p8", "uuid": None})
    assert not CODEC.equal("none", live)
    assert CODEC.before(live, {"uuid": "X"}) == {"uuid": "6A1B-2C3D"}
    assert CODEC.before(live, "none") == {"device": "/dev/mmcblk1p1"}
    assert CODEC.canonical({"uuid": "6A1B-2C3D"}) == {"uuid": "6a1b-2c3d"}


@pytest.mark.parametrize(
    ("value", "selection"),
    [
        ({"device": "/dev/mmcblk0p8"}, {"sByDevPath": "/dev/mmcblk0p8", "sByUUID": ""}),
        ({"device": "/dev/mmcblk1p1"}, {"sByDevPath": "", "sByUUID": "6A1B-2C3D"}),
        ({"uuid": "6a1b-2c3d"}, {"sByDevPath": "", "sByUUID": "6A1B-2C3D"}),
        ("none", None),
    ],
)
def test_an_internal_slot_is_selected_by_path_and_a_removable_one_by_uuid(value, selection):
    raw = document(slot(sUUID="some"), CARD)
    written = patch(raw, [(SLOT, value)])
    assert written["config"] == {"dSelectSlotToEnable": selection, "x": 1}
    assert written["status"] == raw["status"]


def test_the_quota_is_that_of_the_slot_in_use():
    raw = document(CARD | {"iQuotaLimitBytes": 5}, slot(iQuotaLimitBytes="7", bQuotaRotate="true"))
    assert decode(raw, LIMIT) == 7
    assert decode(raw, ROTATE) is True
    assert decode(document(slot()), LIMIT) == "unlimited"
    assert decode(document(CARD), LIMIT) is MISSING
    written = patch(raw, [(LIMIT, "unlimited"), (ROTATE, False)])
    assert written["quota"] == {"iQuotaLimitBytes": "-1", "bQuotaRotate": "false"}


def test_a_quota_needs_a_slot():
    values = {"record.storage.slot": "none", "record.storage.quota.rotate": True}
    (complaint,) = complaints(values)
    assert complaint.paths == ("record.storage.quota.rotate",)


def test_a_slot_that_is_not_there():
    wish = {"record.storage.slot": {"device": "/dev/sda1"}}
    (complaint,) = complaints(wish, {"slots": [slot(), CARD]})
    assert complaint.rule == "unknown-slot"
    assert complaint.hint == "it has: /dev/mmcblk0p8, /dev/mmcblk1p1"
    assert not complaints(wish)


def test_only_switching_a_slot_on_needs_confirmation():
    assert confirmation("record.storage.slot", {"uuid": "x"}) == "record.storage"
    assert confirmation("record.storage.slot", "none") is None
    assert confirmation("record.storage.quota.rotate", after=True) is None
    assert confirmation("osd.font.size", 16) is None
    assert confirmation("nowhere") is None
    changes = [("record.storage.slot", {"uuid": "x"}), ("record.storage.quota.rotate", True)]
    assert needs_confirmation(changes) == ("record.storage",)
