"""What a fleet says against a plan: apply refuses with the rule and its place, plan warns of the same."""

from datetime import UTC, datetime

import pytest

from recamera_gitops.fleet.environment import Environment
from tests.cli.importing import Hall
from tests.conftest import InProcess

THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)
FLEET = """\
fleet: acme
defaults:
  connection: {scheme: http, username: admin, password: "${env:PW}"}
"""
RULES = f"""\
{FLEET}policy:
  max_changed_devices: 1
  confirm: [osd, image]
  forbid:
    - record
    - system.ftp.enabled=false
"""
WINDOW = """\
rollout:
  window: {days: [Tue], start: "01:00", duration: 3h, timezone: Europe/Berlin}
"""
DEVICE = "device: {0}\nhost: {0}.test\nconfig:\n  osd: {{font: {{size: 32}}}}\n"


class Ruled(Hall):
    """Cameras `gate`, `dock` and `lobby` of a fleet with rules, on a Thursday at noon."""

    def add_all(self):
        for name in ("gate", "dock", "lobby"):
            self.add(name)
            self.write(f"devices/{name}.yaml", DEVICE.format(name))
        return self

    def connected(self, monkeypatch):
        def transport(connection):
            return InProcess(self.cameras[connection.host])

        def real(_cls, **_):
            stop = self.clock.stop
            return Environment(self.variables, self.clock, stop, transport, lambda: THURSDAY)

        monkeypatch.setattr(Environment, "real", classmethod(real))


@pytest.fixture
def hall(tmp_path, monkeypatch, rcg):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
    made = Ruled(tmp_path, rcg).add_all()
    made.connected(monkeypatch)
    return made


REMARK = """\
fleet.yaml:3:24 connection.scheme: warning: connections over http are neither encrypted nor verified\
 [plain-http]
    hint: on dock and 2 more
"""


def without_remark(text):
    """What is said after the remark about these files that every command makes."""
    assert text.startswith(REMARK)
    return text.removeprefix(REMARK)


BROKEN = """\
fleet.yaml:5:24 policy.max_changed_devices: {0}1 may change at a time, this plan changes 3 of 3 cameras
fleet.yaml:9:7 policy.forbid system.ftp.enabled=false: {0}gate would get system.ftp.enabled
    hint: declared at devices/gate.yaml:5:27
fleet.yaml:6:13 policy.confirm osd: {0}osd.font.size changed on dock, gate, lobby
    hint: say --confirm osd if that is meant
"""


def test_a_refusal_names_every_rule_with_its_place_and_writes_nothing(hall):
    hall.write("fleet.yaml", RULES)
    hall.write("devices/gate.yaml", DEVICE.format("gate") + "  system: {ftp: {enabled: false}}\n")
    hall.cameras["gate.test"].documents["/ftp/setting"]["sEnable"] = True
    planned = hall.rcg("plan")
    assert planned.code == 0
    assert without_remark(planned.err) == BROKEN.format("warning: ")
    ended = hall.rcg("apply", "--auto-approve")
    assert ended.code == 5
    refused = BROKEN.format("") + "error: the plan is refused; nothing was written\n"
    assert without_remark(ended.err) == refused
    assert hall.writes == 0


def test_what_is_confirmed_and_small_enough_is_applied(hall):
    hall.write("fleet.yaml", RULES)
    ended = hall.rcg("apply", "gate", "--auto-approve", "--confirm", "osd.font")
    assert ended.code == 0
    assert without_remark(ended.err) == "gate: writing\ngate: done verified\n"
    assert hall.rcg("plan", "gate").err == hall.rcg("plan", "gate", "--detailed-exitcode").err


OPENS = "the window opens on Tue 2026-12-01 at 01:00 Europe/Berlin (2026-12-01 00:00 UTC)"
CLOSED = (
    f"fleet.yaml:5:11 rollout.window: {{}}nothing may be written now: {OPENS}\n    hint: {{}}\n"
)
EMERGENCY = "say --outside-window if it cannot wait"


def test_outside_the_window_nothing_is_written(hall):
    hall.write("fleet.yaml", FLEET + WINDOW)
    planned = hall.rcg("plan", "gate")
    assert (planned.code, without_remark(planned.err)) == (
        0,
        CLOSED.format("warning: ", EMERGENCY),
    )
    ended = hall.rcg("apply", "gate", "--auto-approve")
    assert (ended.code, hall.writes) == (5, 0)
    assert without_remark(ended.err) == (
        CLOSED.format("", EMERGENCY) + "error: the plan is refused; nothing was written\n"
    )


def test_an_emergency_lifts_the_window_and_nothing_else_and_says_so(hall):
    hall.write("fleet.yaml", RULES + WINDOW)
    ended = hall.rcg("apply", "gate", "--auto-approve", "--outside-window")
    assert (ended.code, hall.writes) == (5, 0)
    said = CLOSED.replace(":5:", ":11:").format(
        "warning: ", "done all the same, as --outside-window says"
    )
    assert without_remark(ended.err) == said + (
        "fleet.yaml:6:13 policy.confirm osd: osd.font.size changed on gate\n"
        "    hint: say --confirm osd if that is meant\n"
        "error: the plan is refused; nothing was written\n"
    )
    ended = hall.rcg("apply", "gate", "--auto-approve", "--outside-window", "--confirm", "osd")
    assert ended.code == 0
    assert without_remark(ended.err) == f"{said}gate: writing\ngate: done verified\n"


def test_a_gate_that_is_a_program_is_allowed_before_anybody_is_asked_anything(hall):
    hall.write("fleet.yaml", f"{FLEET}rollout:\n  gates: [verify, command: ./check.sh]\n")
    ended = hall.rcg("apply", "gate", "--auto-approve")
    assert (ended.code, hall.logins()) == (1, (0, 0))
    assert ended.err.endswith(
        "fleet.yaml:5:28 rollout.gates[1].command: './check.sh' is not run without --allow-cmd\n"
        "    hint: allow it where you trust everybody who may change the files\n"
    )


def test_a_protected_camera_is_refused_with_the_place_and_the_others_are_written(hall):
    hall.write("fleet.yaml", FLEET)
    protected = DEVICE.format("gate").replace("config:", "protected: true\nconfig:")
    hall.write("devices/gate.yaml", protected)
    assert without_remark(hall.rcg("plan", "gate", "dock").err) == (
        "devices/gate.yaml:3:12 protected: warning: gate is planned, and never written\n"
    )
    ended = hall.rcg("apply", "gate", "dock", "--auto-approve")
    assert ended.code == 5
    assert (
        "gate: protected: true at devices/gate.yaml:3:12; planned, and never written" in ended.out
    )
    assert (hall.cameras["gate.test"].writes, hall.cameras["dock.test"].writes) == (0, 1)
