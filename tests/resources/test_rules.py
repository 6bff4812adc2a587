"""Every rule across settings, on both sides of its boundary."""

import pytest

from recamera_gitops.resources.catalog import _ACROSS, RESOURCES, complaints

NIGHT = "image.scenes.night"
TRIGGER = "record.trigger.inference"
CORNERS = [[0, 0], [1, 0], [1, 1]]


def mask(**size):
    return {
        "osd.privacy_masks.regions": [{"x": 0.5, "y": 0.5, "width": 0.1, "height": 0.1, **size}]
    }


def rule(**stated):
    return {TRIGGER: [{"id": "a", **stated}]}


def shutter(time, rate=25, mode="manual"):
    values = {f"{NIGHT}.exposure.time": time, f"{NIGHT}.exposure.mode": mode}
    return values if rate is None else {**values, "video.main.frame_rate": rate}


def wifi(ssid, *forget):
    return {"network.wifi.ssid": ssid, "network.wifi.forget": list(forget)}


def twilight(dawn, dusk):
    return {"image.day_night.dawn": dawn, "image.day_night.dusk": dusk}


def denoise(level, value, *, enabled):
    return {f"{NIGHT}.denoise.enabled": enabled, f"{NIGHT}.denoise.{level}": value}


def resolution(size):
    return {"video.sub.resolution": size}


def quality(control):
    values = {"video.main.quality": "high"}
    return values if control is None else {**values, "video.main.rate_control": control}


MODEL = {"model": "m.rknn", "classes": ("person", "car"), "detects": True, "classifies": False}
SORTER = {**MODEL, "detects": False, "classifies": True}
PORTS = {"gpios": {"GPIO_01": 106}, "ttys": ("Console",)}
PIN, PORT = "record.trigger.gpio.name", "record.trigger.tty.name"

# rule, values that pass, values that break it, what stands around
CASES = [
    ("out-of-range", resolution("384x384"), resolution("383x384"), {}),
    ("out-of-range", resolution("3840x2160"), resolution("3840x2161"), {}),
    ("out-of-range", resolution("384x2160"), resolution("3841x2160"), {}),
    ("quality-needs-vbr", quality("VBR"), quality("CBR"), {}),
    ("mask-outside-frame", mask(width=0.5), mask(width=0.51), {}),
    ("mask-outside-frame", mask(height=0.5), mask(height=0.51), {}),
    ("dusk-after-dawn", twilight("06:00:00", "06:00:01"), twilight("06:00:00", "06:00:00"), {}),
    ("dusk-after-dawn", twilight("23:59:59", "24:00:00"), twilight("24:00:00", "00:00:00"), {}),
    (
        "denoise-forced",
        denoise("spatial", 50, enabled=False),
        denoise("spatial", 49, enabled=False),
        {},
    ),
    (
        "denoise-forced",
        denoise("temporal", 49, enabled=True),
        denoise("temporal", 51, enabled=False),
        {},
    ),
    ("shutter-longer-than-frame", shutter("1/25"), shutter("1/24"), {}),
    ("shutter-longer-than-frame", shutter("1/24", mode="auto"), shutter("2/49"), {}),
    ("shutter-longer-than-frame", shutter("1/30", None), shutter("1/29", None), {"frame_rate": 30}),
    ("polygon-too-small", rule(regions=[CORNERS]), rule(regions=[CORNERS[:2]]), {}),
    ("confidence-range", rule(confidence=[0.5, 0.5]), rule(confidence=[0.5, 0.4]), {}),
    ("duplicate-rule", {TRIGGER: [{"id": "a"}, {"id": "b"}]}, {TRIGGER: [{"id": "a"}] * 2}, {}),
    ("unknown-class", rule(classes=["car"]), rule(classes=["car", "dog"]), MODEL),
    ("regions-and-model", rule(regions=[CORNERS]), rule(regions=[]), MODEL),
    ("regions-and-model", rule(regions=[]), rule(regions=[CORNERS]), SORTER),
    ("unknown-port", {PIN: "GPIO_01"}, {PIN: "GPIO_03"}, PORTS),
    ("unknown-port", {PORT: "Console"}, {PORT: "ttyS9"}, PORTS),
    ("notify-target", {"notify.mode": "off"}, {"notify.mode": "mqtt", "notify.mqtt.host": ""}, {}),
    (
        "notify-target",
        {"notify.mode": "http", "notify.http.url": "http://a"},
        {"notify.mode": "http", "notify.http.url": ""},
        {},
    ),
    ("joined-and-forgotten", wifi("plant", "guest"), wifi("plant", "guest", "plant"), {}),
]


@pytest.mark.parametrize(("name", "good", "bad", "around"), CASES)
def test_a_rule_speaks_exactly_beyond_its_boundary(name, good, bad, around):
    assert complaints(good, around) == ()
    (only,) = complaints(bad, around)
    assert only.rule == name
    assert only.message
    assert all(path.partition("[")[0] in bad for path in only.paths[:1])


@pytest.mark.parametrize(("name", "_good", "bad", "around"), CASES)
def test_a_rule_is_silent_while_it_does_not_know_enough(name, _good, bad, around):
    for path in bad:
        known = {key: value for key, value in bad.items() if key != path}
        assert name not in {each.rule for each in complaints(known, {})}


def test_nothing_declared_breaks_nothing():
    assert complaints({}, {**MODEL, **PORTS, "frame_rate": 30}) == ()


def test_every_rule_of_the_first_families_has_a_case_here():
    ours = {"osd", "video.main", "image.day_night", "record.trigger", "notify", "network.wifi"}
    rules = sum(len(each.section.rules) for each in RESOURCES if each.path in ours)
    assert rules == 9
    assert len(_ACROSS) >= 4


def test_an_unknown_class_is_told_with_those_there_are():
    (only,) = complaints(rule(classes=["dog"]), MODEL)
    assert only.paths == (f"{TRIGGER}[0].classes",)
    assert "person, car" in only.hint
