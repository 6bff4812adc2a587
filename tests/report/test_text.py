"""What people read: whole outputs, written out."""

import re

import pytest

from recamera_gitops.reconcile.drift import Drift
from recamera_gitops.reconcile.plan import Status
from recamera_gitops.report.paint import coloured
from recamera_gitops.report.text import drift_text, plan_text, steps_text

NIGHT = "image.scenes.night"


@pytest.fixture
def plan(make):
    mode = make.change(f"{NIGHT}.exposure.mode", "auto", "manual")
    video = make.resource(
        "video.main",
        make.change("video.main.gop", 60, 50, file="profiles/base.yaml", line=4),
        impact=("stream-restart", "recording-gap"),
    )
    key = make.change("notify.mqtt.password", None, None, sensitive=True)
    gate = make.device("gate-north", make.resource(NIGHT, mode), video)
    dock = make.device(
        "dock-east",
        make.resource(NIGHT, mode),
        make.resource(
            "notify", key, make.change("notify.mqtt.topic", None, "a b"), impact=("none",)
        ),
        warnings=("osd.font.size cannot be managed",),
    )
    lobby = make.device("lobby")
    yard = make.device("yard", status=Status.UNREACHABLE, error="no connection", exit_code=4)
    roof = make.device("roof", status=Status.FAILED, error="the password is wrong", exit_code=1)
    return make.plan(gate, dock, lobby, yard, roof)


def test_a_plan_for_people(plan):
    assert plan_text(plan) == (
        "gate-north, dock-east\n"
        "  ~ image.scenes.night.exposure.mode  auto → manual   profiles/outdoor.yaml:12\n"
        "\n"
        "gate-north\n"
        "  ~ video.main.gop  60 → 50   profiles/base.yaml:4\n"
        "    impact: stream-restart, recording-gap\n"
        "\n"
        "dock-east\n"
        "  ~ notify.mqtt.password  (sensitive) → (sensitive)   profiles/outdoor.yaml:12\n"
        "  ~ notify.mqtt.topic  (not set) → a b   profiles/outdoor.yaml:12\n"
        "\n"
        "unreachable: yard: no connection\n"
        "failed: roof: the password is wrong\n"
        "warning: dock-east: osd.font.size cannot be managed\n"
        "\n"
        "Plan: 5 changes on 2 of 5 cameras (1 unchanged, 1 unreachable, 1 failed)."
        " 1 stream restarts. 1 recording has a gap.\n"
    )


def test_nothing_to_do_is_one_line(make):
    assert plan_text(make.plan(make.device("a"))) == "No changes: 1 camera as declared.\n"
    assert drift_text(Drift(make.plan(make.device("a")))) == "No drift: 1 camera as declared.\n"


def test_an_unreachable_camera_is_never_one_without_changes(make):
    away = make.device("b", status=Status.UNREACHABLE, error="gone", exit_code=4)
    text = plan_text(make.plan(make.device("a"), away))
    assert "No changes" not in text
    assert text.endswith("Plan: 0 changes on 0 of 2 cameras (1 unchanged, 1 unreachable).\n")


def test_many_cameras_are_named_by_two_and_counted(make):
    change = make.change("osd.font.size", "auto", "32")
    devices = [make.device(f"c{n}", make.resource("osd", change)) for n in range(16)]
    first, *_ = plan_text(make.plan(*devices)).splitlines()
    assert first == "c0, c1 and 14 more"


def test_long_values_show_what_differs_inside(make):
    before = [
        {"id": "a", "classes": ["person", "bicycle", "motorcycle"], "debounce": n}
        for n in (1, 2, 3)
    ]
    change = make.change("record.trigger.inference", before, before[:2])
    plan = make.plan(make.device("a", make.resource("record.trigger", change)))
    text = plan_text(plan, inner=lambda _b, _a: [("[2]", before[2]["id"], None)])
    assert "      [2]  a → (not set)\n" in text


def test_whole_values_are_bounded_where_nothing_is_known_of_the_inside(make):
    change = make.change("record.trigger.inference", ["x" * 9] * 40, [])
    text = plan_text(make.plan(make.device("a", make.resource("record.trigger", change))))
    assert max(map(len, text.splitlines())) < 160
    assert "…" in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "true"),
        ("true", '"true"'),
        ("50", '"50"'),
        ("(sensitive)", '"(sensitive)"'),
        ("(not set)", '"(not set)"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        (["x"], '["x"]'),
    ],
)
def test_text_cannot_pass_for_another_value(make, value, shown):
    change = make.change("osd.x", 1, value)
    text = plan_text(make.plan(make.device("a", make.resource("osd", change))))
    assert f"  ~ osd.x  1 → {shown}   " in text


HOSTILE = "\x1b[2Jgate\n::error::owned\u202e\x9b31m"


def test_hostile_text_stays_text_in_every_place(make):
    change = make.change(HOSTILE, HOSTILE, [HOSTILE], file=HOSTILE)
    device = make.device(
        HOSTILE,
        make.resource(HOSTILE, change, impact=(HOSTILE,)),
        warnings=(HOSTILE,),
        steps=(make.request("PUT", HOSTILE, HOSTILE, {HOSTILE: 1}),),
    )
    away = make.device("b", status=Status.FAILED, error=HOSTILE)
    plan = make.plan(device, away)
    text = plan_text(plan) + steps_text(plan)
    assert not set(text) & {"\x1b", "\x9b", "\u202e", "\r"}
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_steps_tell_every_request(make):
    steps = (
        make.request("PUT", "/image/0/scene", "enter edit mode: night", {"iProfile": 2}),
        make.request("PUT", "/image/0/scene", "leave edit mode: night"),
    )
    plan = make.plan(
        make.device("gate-north", make.resource("x", make.change("x.y", 1, 2)), steps=steps)
    )
    assert steps_text(plan) == (
        "gate-north\n"
        "  PUT /image/0/scene  enter edit mode: night\n"
        '      {"iProfile": 2}\n'
        "  PUT /image/0/scene  leave edit mode: night\n"
    )
    assert steps_text(make.plan(make.device("a"))) == "No requests.\n"


def test_colour_changes_nothing_but_colour(plan):
    assert re.sub("\x1b\\[[0-9]*m", "", plan_text(plan, coloured)) == plan_text(plan)
