"""One apply that touches every family, and what must hold of it whatever goes wrong."""

import copy
import json

from recamera_gitops.reconcile.outcome import Verdict
from tests.conftest import CGI, canary

SERIAL = "RC1126B-EMU-0001"
CONNECT = ("POST", "/network/wifi")


def golden_wish():
    return {
        "osd": {"channel_name": {"enabled": True, "text": "Gate N"}},
        "video": {"main": {"frame_rate": 25}},
        "image": {
            "rotation": 180,
            "day_night": {"mode": "scheduled", "dawn": "06:30:00"},
            "scenes": {
                "night": {
                    "exposure": {"mode": "manual", "time": "1/25"},
                    "backlight": {"mode": "hlc", "hlc_level": 40},
                }
            },
        },
        "record": {
            "enabled": True,
            "schedule": {"enabled": True},
            "trigger": {"inference": [{"id": "cars", "classes": ["car"]}]},
        },
        "notify": {"mode": "mqtt", "mqtt": {"host": "broker.test", "password": canary("mqtt")}},
        "network": {"wifi": {"ssid": "plant", "enabled": True, "password": "plant-wifi-pass"}},
    }


class Golden:
    """The golden wish on a camera; the plan is made, and kept, before anything is spoilt."""

    def __init__(self, rig, *flavours, wish=None):
        self.rig = rig(*flavours)
        self.camera = self.rig.camera
        self.wish = wish or golden_wish()
        self.planned = self.rig.visit(self.wish).plan()
        self.before = copy.deepcopy(self.camera.documents)
        self.start = len(self.camera.log)

    def visit(self):
        return self.rig.visit(self.wish)

    @property
    def seen(self):
        return [
            (each.method, each.path.removeprefix(CGI))
            for each in list(self.camera.log)[self.start :]
        ]

    def truly(self):
        """The addresses at which the camera differs from the wish, by a look of our own."""
        return {each.resource.address for each in self.visit().look().differing}

    def check(self, outcome, *, edit_may_stay=False):
        """Safe, and truthful; called before anything else is asked of the camera."""
        seen = list(self.seen)
        assert self.camera.violations == []
        left_open = "edit mode" in json.dumps([each.reason for each in outcome.outcomes])
        assert self.camera.edit is None or (edit_may_stay and left_open)
        assert seen.count(("POST", "/system/login")) <= 2
        assert seen.count(CONNECT) <= 1
        self.camera.faults.clear()
        wrong = self.truly()
        for each in outcome.outcomes:
            assert each.verdict is not Verdict.VERIFIED or each.address not in wrong, each
        verified = all(each.verdict is Verdict.VERIFIED for each in outcome.outcomes)
        planned = {each.address for each in self.planned.resources}
        assert {each.address for each in outcome.outcomes} >= planned
        assert (outcome.exit_code == 0) is verified, outcome

    def converge(self):
        """A clean apply repairs whatever was left, and another one has nothing to do."""
        self.rig.clock.now += self.camera.reboot_seconds + self.camera.restart_seconds
        self.rig.settle(self.wish)
        again = self.visit()
        assert again.apply(again.plan()).exit_code == 0
        assert again.writes == []


def length(rig):
    """How many requests an undisturbed apply takes."""
    golden = Golden(rig)
    visit = golden.visit()
    outcome = visit.apply(golden.planned)
    assert outcome.exit_code == 0, outcome
    assert len(outcome.outcomes) == len(golden.planned.resources)
    return len(visit.transport.requests)
