"""Declared over live: what a plan says, in which order, and when it is no longer true."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.reconcile.plan import Plan, device_json, plan_from_json, plan_json
from recamera_gitops.reconcile.planner import (
    Unfit,
    precondition,
    resource_plans,
    shown,
    still_as_planned,
)
from recamera_gitops.reconcile.steps import Session, calls, steps
from recamera_gitops.resources.values import MISSING, Unknown
from recamera_gitops.secret import Secret
from tests.conftest import ROOT, canary
from tests.reconcile.golden_apply import golden_wish


def manual(time="1/25"):
    return {"scenes": {"night": {"exposure": {"mode": "manual", "time": time}}}}


def order(planned):
    return [each.address for each in planned.resources]


def test_only_what_differs_is_planned_with_its_place(rig):
    planned = rig().visit({"osd": {"font": {"size": "auto", "color": "00ff00"}}}).plan()
    (resource,) = planned.resources
    (change,) = resource.changes
    assert (change.path, change.before, change.after) == ("osd.font.color", "fff799", "00ff00")
    assert str(change.source) == "devices/gate.yaml:4:5"


def test_case_and_float_noise_are_no_difference(rig):
    wish = {"osd": {"font": {"color": "FFF799"}, "channel_name": {"position": [0.05, 0.05]}}}
    assert rig("float-noise").visit(wish).plan().resources == ()


def test_nothing_declared_is_nothing_read_but_the_identity(rig):
    visit = rig().visit({})
    assert visit.plan().resources == ()
    assert [each.path.rpartition("cgi")[2] for each in visit.transport.requests] == [
        "/system/key",
        "/system/login",
        "/system/device-info",
    ]


@pytest.mark.parametrize(("rate", "first"), [(60, "image.scenes.night"), (15, "video.main")])
def test_a_shutter_never_outlasts_a_frame_between_two_writes(rig, rate, first):
    found = rig()
    found.settle({"video": {"main": {"frame_rate": 25}}, "image": manual()})
    wish = {"video": {"main": {"frame_rate": rate}}, "image": manual(f"1/{rate}")}
    visit = found.visit(wish)
    planned = visit.plan()
    assert order(planned)[0] == first
    assert visit.apply(planned).exit_code == 0
    assert found.camera.violations == []


def test_families_are_written_in_the_order_of_their_stages(rig):
    planned = rig().visit(golden_wish()).plan()
    assert order(planned) == [
        *("osd", "video.main", "image", "image.day_night", "image.scenes.night"),
        *("record", "record.schedule", "record.trigger", "notify", "network.wifi"),
    ]
    assert planned.resources[-1].impact == ("connectivity",)
    assert planned.resources[1].impact == ("stream-restart", "recording-gap")
    assert planned.resources[2].impact == ("stream-restart", "recording-gap")  # a rotation
    assert planned.resources[3].impact == ("none",)


def test_one_edit_session_per_scene_with_backlight_last(rig):
    scenes = {
        name: {"backlight": {"mode": "hdr"}, "adjustment": {"hue": 51}} for name in ("day", "night")
    }
    found = steps(rig().visit({"image": {"scenes": scenes}}).look())
    assert [type(step) for _, step in found] == [Session, Session]
    for _, step in found:
        names = [call.path.rpartition("/")[2] for call in calls(step)]
        assert names == ["scene", "adjustment", "blc", "scene-save", "scene"]
        assert (step.enter.body["iProfile"], step.leave.body) == (
            {"day": 1, "night": 2}[step.scene],
            {"iProfile": -1},
        )


def test_secrets_show_that_they_change_and_nothing_else(rig):
    token = canary("planned")
    visit = rig().visit({"notify": {"mqtt": {"password": token}}})
    planned = visit.plan()
    (change,) = planned.changes
    assert (change.before, change.after, change.sensitive) == (None, None, True)
    masked = json.dumps([each.body for each in planned.steps])
    assert token not in masked + repr(planned)
    assert "admin" not in json.dumps([e.body["dMqtt"]["sPassword"] for e in planned.steps])


def test_a_value_that_does_not_count_now_is_said_and_left_alone(rig):
    visit = rig().visit({"image": {"scenes": {"day": {"exposure": {"mode": "auto", "gain": 9}}}}})
    planned = visit.plan()
    assert planned.resources == ()
    assert "image.scenes.day.exposure.gain" in planned.warnings[0]
    assert "gain_mode is manual" in planned.warnings[0]


def test_a_setting_that_this_firmware_lacks_is_said_and_left_alone(rig):
    wish = {"image": {"scenes": {"day": {"backlight": {"dark_boost": 60, "mode": "hdr"}}}}}
    found = rig("no-dark-boost")
    visit = found.visit(wish)
    planned = visit.plan()
    assert [each.path for each in planned.changes] == ["image.scenes.day.backlight.mode"]
    assert "this firmware does not have" in planned.warnings[0]
    found.settle(wish)


def test_a_value_that_nobody_knows_is_shown_and_replaced_only_if_wished(rig):
    found = rig()
    found.camera.patch("/notify/cfg", {"iMode": 9})
    planned = found.visit({"notify": {"mode": "off"}}).plan()
    assert [(each.before, each.after) for each in planned.changes] == [(9, "off")]
    assert found.visit({"notify": {"mqtt": {"port": 1883}}}).plan().resources == ()


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"image": manual("1/2")}, "image.scenes.night.exposure.time"),
        ({"image": {"day_night": {"dusk": "07:00:00"}}}, "image.day_night.dusk"),
        (
            {"record": {"trigger": {"inference": [{"id": "a", "classes": ["yeti"]}]}}},
            "record.trigger.inference[0].classes",
        ),
        ({"record": {"trigger": {"gpio": {"name": "GPIO_77"}}}}, "record.trigger.gpio.name"),
        ({"notify": {"mode": "http"}}, "notify.mode"),
    ],
)
def test_a_wish_that_breaks_a_rule_with_what_the_camera_has_is_refused_in_the_plan(
    rig, config, path
):
    found = rig()
    with pytest.raises(Unfit, match=r"devices/gate\.yaml:") as caught:
        found.visit(config).plan()
    assert path in str(caught.value)
    assert found.camera.writes == 0


def test_a_constant_bit_rate_can_be_wished(rig):
    rig().settle({"video": {"main": {"rate_control": "CBR"}}})


def test_a_manual_mode_whose_shutter_is_too_long_is_refused_in_the_plan(rig):
    with pytest.raises(Unfit):
        rig().visit({"image": {"scenes": {"night": {"exposure": {"mode": "manual"}}}}}).plan()


def test_a_frame_rate_is_not_raised_past_a_manual_shutter_that_is_there(rig):
    found = rig()
    found.settle({"video": {"main": {"frame_rate": 25}}, "image": manual("1/25")})
    with pytest.raises(Unfit, match="scene night"):
        found.visit({"video": {"main": {"frame_rate": 60}}}).plan()
    assert found.camera.violations == []


def shuffled(value, rng):
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    return value


@given(st.randoms(use_true_random=False))
def test_a_plan_does_not_depend_on_the_order_of_keys(rng):
    from tests.conftest import Rig  # noqa: PLC0415 - a fixture would be shared by all examples

    plain, mixed = Rig(), Rig()
    mixed.camera.documents = {k: shuffled(v, rng) for k, v in mixed.camera.documents.items()}
    wish = golden_wish()
    one, other = plain.visit(wish).plan(), mixed.visit(shuffled(wish, rng)).plan()
    assert [each.precondition for each in one.resources] == [
        each.precondition for each in other.resources
    ]
    assert [(c.path, c.before, c.after) for c in one.changes] == [
        (c.path, c.before, c.after) for c in other.changes
    ]


SCRIPT = """
import sys; sys.path.insert(0, {root!r})
from tests.conftest import Rig
from recamera_gitops.reconcile.plan import Plan
wish = {{"osd": {{"font": {{"size": 16}}}}, "network": {{"wifi": {{"forget": ["guest", "a", "b"]}}}},
        "record": {{"trigger": {{"inference": [{{"id": "z", "classes": ["car", "dog", "person"]}}]}}}}}}
print(Plan("f", "t", "v", (Rig().visit(wish).plan(),)).checksum)
"""


def test_a_checksum_does_not_depend_on_the_process():
    found = set()
    for seed, language in (("0", "C"), ("1", "C.UTF-8"), ("4711", "tr_TR.UTF-8")):
        variables = {**os.environ, "PYTHONHASHSEED": seed, "LANG": language, "TZ": "Asia/Kathmandu"}
        ended = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-c", SCRIPT.format(root=str(ROOT))],
            env=variables,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        found.add(ended.stdout)
    assert len(found) == 1


def test_a_plan_survives_its_json_form(rig):
    planned = rig().visit(golden_wish()).plan()
    plan = Plan("acme", "2026-11-22T10:00:00Z", "0.1.0", (planned,))
    again = plan_from_json(json.loads(json.dumps(plan_json(plan))))
    assert again.checksum == plan.checksum
    assert device_json(again.devices[0]) == device_json(planned)


def test_a_digest_says_nothing_of_a_secret(rig):
    found = rig()
    wish = {"notify": {"mqtt": {"password": canary("digest"), "port": 1884}}}
    before = precondition(found.visit(wish).look(), "notify")
    found.camera.patch("/notify/cfg", {"dMqtt": {"sPassword": "another"}})
    assert precondition(found.visit(wish).look(), "notify") == before


def test_a_plan_is_stale_when_what_it_saw_has_moved_even_to_the_target(rig):
    found = rig()
    wish = {"osd": {"font": {"size": 16}, "channel_name": {"text": "Gate"}}}
    planned = resource_plans(found.visit(wish).look())
    assert still_as_planned(found.visit(wish).look(), planned)
    found.camera.patch("/osd/cfg", {"attribute": {"iOSDFontSize": 16}})
    assert not still_as_planned(found.visit(wish).look(), planned)


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (MISSING, None),
        (Secret("s"), None),
        (Unknown((3,)), 3),
        (Unknown((3, MISSING)), [3, None]),
        ([{"a": Secret("s"), "b": MISSING}], [{"a": None, "b": None}]),
    ],
)
def test_a_plan_shows_plain_data(value, seen):
    assert shown(value) == seen
