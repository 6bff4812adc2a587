"""A camera that claims what it did not do is found out, by path; and another camera is never written."""

import pytest

from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.outcome import Verdict
from tests.reconcile.golden_apply import Golden

ROUTES = [
    ("POST", "/osd/cfg", "osd", "osd.channel_name.text"),
    ("PUT", "/video/0/encode", "video.main", "video.main.frame_rate"),
    ("PUT", "/image/0/video-adjustment", "image", "image.rotation"),
    ("PUT", "/image/0/night-to-day", "image.day_night", "image.day_night.mode"),
    ("PUT", "/image/0/2/exposure", "image.scenes.night", "image.scenes.night.exposure.mode"),
    ("POST", "/image/0/scene-save", "image.scenes.night", "image.scenes.night.backlight.mode"),
    ("POST", "/record/rule/config", "record", "record.enabled"),
    ("POST", "/record/rule/schedule-rule-config", "record.schedule", "record.schedule.enabled"),
    ("POST", "/record/rule/record-rule-config", "record.trigger", "record.trigger.inference"),
    ("POST", "/notify/cfg", "notify", "notify.mode"),
    ("POST", "/network/wifi", "network.wifi", "network.wifi.ssid"),
]


def verdict_at(outcome, address):
    (only,) = [each for each in outcome.outcomes if each.address == address]
    return only


@pytest.mark.parametrize(("method", "route", "address", "path"), ROUTES)
def test_a_write_that_is_ignored_is_unverified_and_named(rig, method, route, address, path):
    golden = Golden(rig)
    golden.camera.faults.add("ignore", route, method=method, every=True)
    outcome = golden.visit().apply(golden.planned)
    found = verdict_at(outcome, address)
    assert found.verdict is Verdict.UNVERIFIED, found
    assert path in {each.path for each in found.differences}
    assert outcome.exit_code is ExitCode.FAILED
    golden.check(outcome)
    golden.converge()


@pytest.mark.parametrize(("method", "route", "address", "path"), ROUTES)
def test_a_write_that_takes_effect_later_is_waited_for(rig, method, route, address, path):
    golden = Golden(rig)
    seconds = 0 if "image/0/2" in route or "save" in route else 2
    if seconds:
        golden.camera.faults.add("late", route, method=method, seconds=seconds)
    outcome = golden.visit().apply(golden.planned)
    assert verdict_at(outcome, address).verdict is Verdict.VERIFIED, path
    golden.check(outcome)


CLAMPED = [
    (
        "POST",
        "/osd/cfg",
        "",
        {"channelNameOverlay": {"sChannelName": "GATE"}},
        "osd.channel_name.text",
    ),
    ("PUT", "/video/0/encode", "", {"sFrameRate": "20"}, "video.main.frame_rate"),
    (
        "PUT",
        "/image/0/video-adjustment",
        "/image/0",
        {"videoAdjustment": {"iImageRotation": 90}},
        "image.rotation",
    ),
    ("POST", "/notify/cfg", "", {"dMqtt": {"sURL": "other"}}, "notify.mqtt.host"),
]


@pytest.mark.parametrize(("method", "route", "document", "merge", "path"), CLAMPED)
def test_a_value_that_is_stored_otherwise_is_told_as_desired_sent_and_observed(
    rig, method, route, document, merge, path
):
    golden = Golden(rig)
    golden.camera.faults.add(
        "alter", route, method=method, every=True, document=document, merge=merge
    )
    outcome = golden.visit().apply(golden.planned)
    wrong = {d.path: d for each in outcome.outcomes for d in each.differences}
    assert wrong[path].desired == wrong[path].sent != wrong[path].observed
    golden.check(outcome)
    golden.converge()


def test_a_neighbour_that_moves_with_our_write_is_noticed(rig):
    golden = Golden(rig)
    golden.camera.faults.add(
        "alter", "/osd/cfg", method="POST", merge={"SNOverlay": {"iEnabled": 1}}
    )
    outcome = golden.visit().apply(golden.planned)
    found = verdict_at(outcome, "osd")
    assert found.verdict is Verdict.UNVERIFIED
    assert [each.path for each in found.differences] == ["osd.serial_number.enabled"]
    assert outcome.count(Verdict.NOT_ATTEMPTED) == len(golden.planned.resources) - 1


def test_what_a_later_write_undoes_is_found_at_the_end(rig):
    golden = Golden(rig)
    golden.camera.faults.add(
        "alter",
        "/notify/cfg",
        method="POST",
        document="/osd/cfg",
        merge={"channelNameOverlay": {"sChannelName": "undone"}},
    )
    outcome = golden.visit().apply(golden.planned)
    assert verdict_at(outcome, "osd").verdict is Verdict.UNVERIFIED
    assert verdict_at(outcome, "notify").verdict is Verdict.VERIFIED
    golden.check(outcome)


@pytest.mark.parametrize("moment", [0, 3, 12, 20])
def test_another_camera_at_the_address_is_never_written(rig, moment):
    golden = Golden(rig)
    camera, seen = golden.camera, []
    stranger = []

    def swap(_number, _request):
        seen.append(1)
        if len(seen) == moment + 1:
            camera.documents["/system/device-info"]["sSerialNumber"] = "RC-STRANGER"
            stranger.append(camera.writes)

    camera.on_request = swap
    visit = golden.visit()
    outcome = visit.apply(golden.planned)
    assert outcome.exit_code is ExitCode.FAILED
    assert "RC-STRANGER" in outcome.error
    # At most the write whose own look came just before the swap.
    assert camera.writes - stranger[0] <= (0 if moment < 10 else 5)


MOVED = [
    ("/osd/cfg", {"channelNameOverlay": {"sChannelName": "by hand"}}),
    ("/video/0/encode", {"sFrameRate": "12"}),
    ("/image/0", {"profile": {"2": {"BLC": {"sHDR": "open"}}}}),
    ("/record/rule/config", {"bRuleEnabled": True}),
    ("/notify/cfg", {"iMode": 3}),
]


@pytest.mark.parametrize(("document", "merge"), MOVED)
def test_a_managed_setting_that_moved_since_makes_the_plan_stale(rig, document, merge):
    golden = Golden(rig)
    golden.camera.patch(document, merge)
    visit = golden.visit()
    outcome = visit.apply(golden.planned)
    assert outcome.exit_code is ExitCode.STALE
    assert visit.writes == []
    assert outcome.count(Verdict.NOT_ATTEMPTED) == len(golden.planned.resources)
    golden.converge()


UNMANAGED = [
    ("/osd/cfg", {"SNOverlay": {"iEnabled": 1}}),
    ("/video/0/encode", {"iGOP": 17}),
    ("/image/0", {"profile": {"2": {"exposure": {"iExposureGain": 9}}}}),
    ("/record/rule/config", {"dWriterConfig": {"iIntervalMs": 77}}),
    ("/notify/cfg", {"dMqtt": {"sTopic": "by/hand"}}),
]


@pytest.mark.parametrize(("document", "merge"), UNMANAGED)
def test_an_unmanaged_setting_that_moved_since_is_kept(rig, document, merge):
    golden = Golden(rig)
    golden.camera.patch(document, merge)
    kept = golden.camera.documents[document]
    outcome = golden.visit().apply(golden.planned)
    assert outcome.exit_code is ExitCode.DONE, outcome
    now = golden.camera.documents[document]
    for key, value in merge.items():
        expected = kept[key] if not isinstance(value, dict) else None
        assert expected is None or now[key] == expected
    assert _inside(now, merge)
    golden.check(outcome)


def _inside(document, merge):
    if isinstance(merge, dict):
        return all(
            _inside(document[int(key)] if isinstance(document, list) else document[key], value)
            for key, value in merge.items()
        )
    return document == merge
