"""A site that drifts: two cameras at two places, whose time goes on only when a test says so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from recamera_gitops.emulator import EmulatedCamera
from tests.conftest import Timeless, canary

FLEET = """\
fleet: acme
defaults: {connection: {scheme: http, username: admin, password: "${env:PW}"}}
"""
CONFIG = "{osd: {font: {size: 32}}, image: {rotation: 0, flip: none}}"
PLACES = {"gate": "hq", "dock": "far"}


class Site:
    """Cameras as they come, declared to have a font of 32 and a picture that is not turned."""

    def __init__(self, root, environment, rcg):
        self.root, self.rcg = root, rcg
        self.password, self.clock = canary("camera"), Timeless()
        self.now = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
        self.cameras = {
            f"{name}.test": EmulatedCamera(f"SN-{name}", password=self.password, clock=self.clock)
            for name in PLACES
        }
        made = environment(self.cameras, {"PW": self.password}, self.clock)
        self.environment = replace(made, now=lambda: self.now)
        (root / "devices").mkdir()
        self.fleet("")
        for name in PLACES:
            self.declare(name)
            self.turn(name, 180)  # so that an apply has something to prove

    def fleet(self, more):
        (self.root / "fleet.yaml").write_text(FLEET + more)

    def declare(self, name, config=CONFIG):
        (self.root / "devices" / f"{name}.yaml").write_text(
            f"device: {name}\nhost: {name}.test\nlabels: {{site: {PLACES[name]}}}\n"
            f"config: {config}\n"
        )

    def camera(self, name):
        return self.cameras[f"{name}.test"]

    def turn(self, name, degrees):
        """Somebody turns the picture on the camera's own page."""
        self.camera(name).documents["/image/0"]["videoAdjustment"]["iImageRotation"] = degrees

    def out_of_reach(self, *names):
        for name in PLACES:
            self.camera(name).power = name not in names

    def later(self, **span):
        self.now += timedelta(**span)
