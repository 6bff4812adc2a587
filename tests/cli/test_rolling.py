"""apply in waves, runs, resume and rollback: what a person types and sees, over emulated cameras."""

import json
import re

import pytest

from recamera_gitops.emulator import EmulatedCamera
from tests.conftest import Timeless, canary

FLEET = """\
fleet: acme
defaults: {connection: {scheme: http, username: admin, password: "${env:PW}"}}
rollout:
  waves: [{select: ring=canary}, {select: all}]
"""


class Site:
    """Four cameras, a to d, of which a is the canary; each is to have a font of 32."""

    def __init__(self, root, environment, rcg):
        self.root, self.rcg = root, rcg
        self.password, self.clock = canary("camera"), Timeless()
        self.cameras = {
            f"{name}.test": EmulatedCamera(f"SN-{name}", password=self.password, clock=self.clock)
            for name in "abcd"
        }
        self.environment = environment(self.cameras, {"PW": self.password}, self.clock)
        (root / "devices").mkdir()
        self.fleet("")
        self.declare(32)

    def fleet(self, more):
        (self.root / "fleet.yaml").write_text(FLEET + more)

    def declare(self, size, names="abcd"):
        for name in names:
            ring = "canary" if name == "a" else "rest"
            (self.root / "devices" / f"{name}.yaml").write_text(
                f"device: {name}\nhost: {name}.test\nlabels: {{ring: {ring}}}\n"
                f"config: {{osd: {{font: {{size: {size}}}}}}}\n"
            )

    def camera(self, name):
        return self.cameras[f"{name}.test"]

    def breaks(self, name):
        self.camera(name).faults.add("status-500", "/osd/cfg", method="POST", every=True)

    @property
    def fonts(self):
        found = (self.camera(n).documents["/osd/cfg"]["attribute"]["iOSDFontSize"] for n in "abcd")
        return "".join({0: "-", 32: "x", 48: "y"}.get(each, "?") for each in found)


@pytest.fixture
def site(tmp_path, environment, rcg, within):
    return within(Site(tmp_path, environment, rcg))


def told(text):
    """Without what differs from run to run."""
    text = re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{4}", "RUN", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "TIME", text)
    text = re.sub(r"sha256:[0-9a-f]{64}", "SUM", text)
    return re.sub(r"by \S+@[^,\s]+", "by ME", text)


def test_waves_are_told_and_a_failed_canary_spares_the_others(site):
    site.breaks("a")
    ended = site.rcg("apply", "--auto-approve")
    assert ended.code == 3
    assert site.fonts == "----"
    assert "wave 1 of 2: 1 camera" in ended.err
    assert "wave 2" not in ended.err
    assert told(ended.out).endswith(
        """\
camera  verified  unverified  failed  unknown  not attempted  result
a              0           0       1        0              0  failed
b              0           0       0        0              1  not begun
c              0           0       0        0              1  not begun
d              0           0       0        0              1  not begun

a: osd failed: POST /cgi-bin/entry.cgi/osd/cfg: Internal Server Error

b: not begun: rollout.max_failures: 1 of 1 cameras of wave 1 failed, the limit is 1

c: not begun: rollout.max_failures: 1 of 1 cameras of wave 1 failed, the limit is 1

d: not begun: rollout.max_failures: 1 of 1 cameras of wave 1 failed, the limit is 1

Apply: 1 failed, 3 not attempted on 4 cameras.
Stopped: rollout.max_failures: 1 of 1 cameras of wave 1 failed, the limit is 1.
"""
    )
    assert "runs show" in ended.err


def test_one_wave_or_no_waves(site):
    assert site.rcg("apply", "--auto-approve", "--wave", "2").code == 0
    assert site.fonts == "-xxx"
    site.declare(48)
    site.breaks("a")
    assert site.rcg("apply", "--auto-approve", "--no-waves").code == 3
    assert site.fonts == "-yyy"
    missing = site.rcg("apply", "--auto-approve", "--wave", "3")
    assert missing.code == 1
    assert "--wave: there is no wave 3" in missing.err
    assert site.rcg("apply", "--wave", "2", "--no-waves").code == 64


def test_runs_are_listed_and_shown(site):
    assert "Nothing has been applied" in site.rcg("runs").out
    site.breaks("c")
    site.rcg("apply", "--auto-approve")
    listed = site.rcg("runs")
    _, line = told(listed.out).splitlines()
    run, kind, *_, result, done, failed, unreachable, unknown = line.split()
    assert (run, kind, result) == ("RUN", "apply", "failed")
    assert (done, failed, unreachable, unknown) == ("3", "1", "0", "0")
    shown = site.rcg("runs", "show", "latest")
    assert shown.code == 0
    assert told(shown.out).splitlines() == [
        "RUN: apply by ME, failed",
        "began TIME, ended TIME, waves 1, 2",
        "plan SUM",
        "stopped: rollout.max_failures: 1 of 3 cameras of wave 2 failed, the limit is 1",
        "",
        *told(shown.out).splitlines()[5:],
    ]
    as_json = json.loads(site.rcg("runs", "show", "latest", "--format", "json").out)
    assert as_json["format_version"] == "1.0"
    ends = {each["device"]: each["result"] for each in as_json["devices"]}
    assert (ends["a"], ends["c"]) == ("done", "failed")
    assert all(each["open_writes"] == [] for each in as_json["devices"])


def test_a_run_that_is_not_there_is_named(site):
    ended = site.rcg("runs", "show", "2020")
    assert (ended.code, ended.err.splitlines()[0]) == (1, "error: there is no run '2020'")


def test_resume_does_what_is_left_and_nothing_else(site):
    site.breaks("b")
    site.rcg("apply", "--auto-approve")
    site.camera("b").faults.clear()
    site.camera("a").patch(
        "/osd/cfg", {"attribute": {"iOSDFontSize": 48}}
    )  # verified once, its own since
    ended = site.rcg("apply", "--resume", "latest", "--auto-approve")
    assert ended.code == 0, ended
    assert site.fonts == "yxxx"
    kinds = [r["kind"] for r in json.loads(site.rcg("runs", "--format", "json").out)["runs"]]
    assert kinds == ["resume", "apply"]
    again = site.rcg("apply", "--resume", "latest", "--auto-approve")
    assert (again.code, "nothing to do" in again.err) == (0, True)


def test_resume_refuses_files_that_ask_for_something_else(site):
    site.breaks("a")
    site.rcg("apply", "--auto-approve")
    site.camera("a").faults.clear()
    site.declare(48, "b")
    writes = [site.camera(n).writes for n in "abcd"]
    ended = site.rcg("apply", "--resume", "latest", "--auto-approve")
    assert ended.code == 6
    assert "the files ask for something else than that run: b osd.font.size" in ended.err
    assert [site.camera(n).writes for n in "abcd"] == writes


def test_resume_asks_and_takes_no_other_plan(site):
    site.breaks("a")
    site.rcg("apply", "--auto-approve")
    assert site.rcg("apply", "--resume", "latest").code == 5
    assert site.rcg("apply", "--resume", "latest", "--target", "osd").code == 64


def test_rollback_restores_and_tells_where_it_has_it_from(site):
    site.rcg("apply", "--auto-approve")
    assert site.fonts == "xxxx"
    asked = site.rcg("rollback", "latest")
    assert asked.code == 5
    assert site.fonts == "xxxx"
    ended = site.rcg("rollback", "latest", "--auto-approve", "a", "b")
    assert ended.code == 0, ended
    assert site.fonts == "--xx"
    assert "~ osd.font.size  32 → auto   run RUN" in told(ended.out)
    assert "Rollback: 2 verified on 2 cameras." in ended.out
    assert site.rcg("rollback").code == 64


def test_a_rollback_is_gone_on_with_by_rolling_back_again(site):
    site.rcg("apply", "--auto-approve")
    (first,) = json.loads(site.rcg("runs", "--format", "json").out)["runs"]
    site.breaks("b")
    assert site.rcg("rollback", "latest", "--auto-approve").code == 3
    assert site.fonts == "-x--"
    resumed = site.rcg("apply", "--resume", "latest", "--auto-approve")
    assert resumed.code == 1
    assert f"recamera-gitops rollback {first['run']}" in resumed.err
    site.camera("b").faults.clear()
    assert site.rcg("rollback", first["run"], "--auto-approve").code == 0
    assert site.fonts == "----"


def test_limit_means_those_that_ended_so(site):
    site.breaks("b")
    site.camera("c").power = False
    site.fleet("  on_failure: continue\n")
    assert site.rcg("apply", "--auto-approve").code == 3
    assert site.fonts == "x--x"
    failed = json.loads(site.rcg("plan", "--limit", "@failed", "--format", "json").out)
    assert [each["device"] for each in failed["devices"]] == ["b"]
    site.camera("c").power = True
    assert site.rcg("apply", "--auto-approve", "--limit", "@unreachable").code == 0
    assert site.fonts == "x-xx"
    nobody = site.rcg("plan", "--limit", "@failed")
    assert (nobody.code, "no camera that is meant ended so" in nobody.err) == (1, True)
    assert site.rcg("plan", "--limit", "failed").code == 1


def test_shards_are_disjoint_and_have_everybody(site):
    found = []
    for number in (1, 2, 3):
        ended = site.rcg("plan", "--shard", f"{number}/3", "--format", "json")
        found += [each["device"] for each in json.loads(ended.out or '{"devices": []}')["devices"]]
    assert sorted(found) == list("abcd")
    assert site.rcg("plan", "--shard", "4/3").code == 1


def test_what_failed_too_often_is_restored(site):
    site.breaks("c")
    site.fleet("  on_failure: rollback\n  concurrency: 1\n")
    ended = site.rcg("apply", "--auto-approve", "--format", "json")
    assert ended.code == 3
    assert site.fonts == "----"
    result = json.loads(ended.out)
    assert {each["device"] for each in result["rollback"] if each["outcomes"]} == {"a", "b"}
    assert "max_failures" in result["stopped"]
    shown = json.loads(site.rcg("runs", "show", result["run"], "--format", "json").out)
    assert shown["result"] == "failed"


def test_the_command_line_says_otherwise_than_the_file(site):
    site.breaks("c")
    assert site.rcg("apply", "--auto-approve", "--on-error", "rollback").code == 3
    assert site.fonts == "----"
    assert site.rcg("apply", "--auto-approve", "--on-error", "continue").code == 3
    assert site.fonts == "xx-x"
