"""People, timers and power cuts around one camera, against a model of what it must be in the end."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.outcome import Verdict
from tests.conftest import Rig, nested

VALUES = {
    "osd.channel_name.text": st.sampled_from(["Gate", "Dock", "Größe"]),
    "osd.font.size": st.sampled_from(["auto", 16, 64]),
    "video.main.gop": st.integers(1, 120),
    "image.rotation": st.sampled_from([0, 90, 180, 270]),
    "image.scenes.night.adjustment.hue": st.integers(0, 100),
    "image.scenes.night.backlight.mode": st.sampled_from(["off", "blc", "hdr", "hlc"]),
    "record.min_interval_ms": st.integers(0, 9000),
}
WEB = [
    (
        "osd.font.size",
        "/osd/cfg",
        "iOSDFontSize",
        lambda v: {"attribute": {"iOSDFontSize": v}},
        [0, 32, 48],
    ),
    ("video.main.gop", "/video/0/encode", "iGOP", lambda v: {"iGOP": v}, [1, 2, 99]),
    (
        "image.scenes.night.adjustment.hue",
        "/image/0",
        "iHue",
        lambda v: {"profile": {"2": {"imageAdjustment": {"iHue": v}}}},
        [0, 7, 100],
    ),
]
FLAVOURS = ["", "no-scene-save", "float-noise", "vendor-fields", "errors-as-200", "image-merge"]


class Yard(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.wish = {}
        self.plan = None
        self.moved = False

    @initialize(flavour=st.sampled_from(FLAVOURS))
    def begin(self, flavour):
        self.rig = Rig(*filter(None, [flavour]))

    @rule(data=st.data())
    def edit_the_file(self, data):
        path = data.draw(st.sampled_from(sorted(VALUES)))
        self.wish = {**self.wish, path: data.draw(VALUES[path])}

    @rule(data=st.data())
    def take_out_of_management(self, data):
        if self.wish:
            gone = data.draw(st.sampled_from(sorted(self.wish)))
            self.wish = {path: value for path, value in self.wish.items() if path != gone}

    @rule()
    def make_a_plan(self):
        writes = self.rig.camera.writes
        self.plan = (dict(self.wish), self.rig.visit(nested(self.wish)).plan())
        assert self.rig.camera.writes == writes
        self.moved = False

    @rule(data=st.data())
    def somebody_uses_the_web_page(self, data):
        _, document, _, merge, options = data.draw(st.sampled_from(WEB))
        self.rig.camera.patch(document, merge(data.draw(st.sampled_from(options))))
        self.moved = True

    @rule()
    def the_camera_reboots(self):
        self.rig.camera.reboot()
        self.rig.clock.now += 5

    @rule()
    def tokens_expire(self):
        self.rig.camera.sessions.expire_all()

    @rule()
    def time_passes(self):
        self.rig.clock.now += 400

    @rule()
    def apply_the_saved_plan(self):
        if self.plan is None:
            return
        wish, planned = self.plan
        visit = self.rig.visit(nested(self.wish))
        outcome = visit.apply(planned)
        if outcome.exit_code is ExitCode.STALE:
            assert self.moved or wish != self.wish
            assert visit.writes == []
        else:
            assert outcome.exit_code is ExitCode.DONE
            assert visit.plan().resources == ()
        self.moved = True

    @rule(stop=st.integers(0, 40))
    def apply_and_stop_somewhere(self, stop):
        visit = self.rig.visit(nested(self.wish))
        planned = visit.plan()
        seen = []

        def note(_number, _request):
            seen.append(1)
            if len(seen) == stop:
                self.rig.clock.stop.request()

        self.rig.camera.on_request = note
        outcome = visit.apply(planned)
        self.rig.camera.on_request = None
        self.rig.clock.stop.event.clear()
        differing = {
            each.resource.address for each in self.rig.visit(nested(self.wish)).look().differing
        }
        for each in outcome.outcomes:
            assert each.verdict is not Verdict.VERIFIED or each.address not in differing
        self.moved = True

    @rule()
    def apply(self):
        self.rig.settle(nested(self.wish))
        again = self.rig.visit(nested(self.wish))
        assert again.plan().resources == ()
        self.moved = True

    @invariant()
    def nothing_improper_was_ever_sent(self):
        if hasattr(self, "rig"):
            assert self.rig.camera.violations == []
            assert self.rig.camera.edit is None
            assert self.rig.camera.failed_logins == 0


TestYard = Yard.TestCase
TestYard.settings = settings(stateful_step_count=20, max_examples=settings.default.max_examples)
