"""A rollout over emulated cameras: the file, the closing table, the journal and the cameras agree."""

import json

import pytest

from recamera_gitops.desired.fleet import load
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet import runs
from recamera_gitops.fleet.deployment import Way
from recamera_gitops.fleet.restoring import observed_in, restored
from recamera_gitops.fleet.sealing import Seal
from recamera_gitops.reconcile.outcome import Verdict

WAVES = '[{select: "ring=canary"}, {select: "site=hq", size: "25%"}, {select: all}]'
CONFIG = "{osd: {font: {size: 16}}}"


def spread(yard, size=40, off=(), broken=(), config=CONFIG, **settings):
    """A yard in waves: 2 canaries, then the first half, then the rest."""
    made = yard(size=size, config=config)
    stated = "".join(f"  {key}: {value}\n" for key, value in {"waves": WAVES, **settings}.items())
    with (made.root / "fleet.yaml").open("a") as file:
        file.write(f"rollout:\n{stated}")
    for number, name in enumerate(made.names):
        ring, site = ("canary" if number < 2 else "rest"), ("hq" if number < size / 2 else "far")
        made.more[name] = f"labels: {{ring: {ring}, site: {site}}}"
        made.declare(name)
    for name in off:
        made.camera(name).power = False
    for name in broken:
        made.camera(name).faults.add("status-500", "/osd/cfg", method="POST", every=True)
    return made


def rolled(made):
    with made.run() as run:
        return run.apply(run.plan(), Way(load(made.root).rollout))


def font(made, name):
    return made.camera(name).documents["/osd/cfg"]["attribute"]["iOSDFontSize"]


def changed(made):
    return {name for name in made.names if font(made, name) == 16}


def ends(applied):
    return {each.device: each.exit_code for each in applied.outcomes}


def on_record(made):
    (past,) = runs.past(made.root)
    return past


def test_everything_well_goes_wave_after_wave(yard):
    made = spread(yard)
    applied = rolled(made)
    assert (applied.exit_code, applied.stopped) == (ExitCode.DONE, None)
    assert changed(made) == set(made.names)
    past = on_record(made)
    assert past.waves == ("1", "2.1", "2.2", "2.3", "2.4", "3")
    assert (past.ended, len(past.devices), past.open) == (ExitCode.DONE, 40, {})
    assert past.plan().checksum == past.checksum


@pytest.mark.parametrize("on_failure", ["stop", "rollback", "continue"])
def test_two_that_reject_and_five_that_are_off(yard, on_failure):
    off = ["cam-05", "cam-15", "cam-25", "cam-26", "cam-27"]
    made = spread(
        yard,
        off=off,
        broken=["cam-08", "cam-09"],
        on_failure=on_failure,
        max_failures=2,
        max_unreachable='"20%"',
        concurrency=1,
    )
    applied = rolled(made)
    outcomes = {each.device: each for each in applied.outcomes}
    verified = {name for name, each in outcomes.items() if each.count(Verdict.VERIFIED)}
    past = on_record(made)
    assert applied.exit_code is past.ended is ExitCode.FAILED
    assert {n for n in past.devices if past.ending(n) is ExitCode.FAILED} == {"cam-08", "cam-09"}
    if on_failure == "continue":
        assert applied.stopped is None
        assert verified == changed(made) == set(made.names) - {*off, "cam-08", "cam-09"}
        return
    assert "max_failures: 2 of 18 cameras of wave 2" in applied.stopped
    assert past.stopped == applied.stopped
    assert verified == {f"cam-0{n}" for n in (0, 1, 2, 3, 4, 6, 7)}
    assert changed(made) == (verified if on_failure == "stop" else set())
    begun = {*past.devices}
    for name in set(made.names) - begun:
        assert outcomes[name].count(Verdict.NOT_ATTEMPTED) == len(outcomes[name].outcomes)
        assert made.camera(name).writes == 0
    assert {n for n in outcomes if outcomes[n].exit_code is ExitCode.UNREACHABLE} == set(off)
    assert {n for n in past.devices if past.ending(n) is ExitCode.UNREACHABLE} == set(off)
    if on_failure == "rollback":
        assert {each.device for each in applied.back if each.outcomes} == verified
        assert all(each.exit_code is ExitCode.DONE for each in applied.back)


def test_too_many_out_of_reach_stop_it_without_a_failure(yard):
    made = spread(yard, off=["cam-00"], max_unreachable=1)
    applied = rolled(made)
    assert applied.exit_code is ExitCode.UNREACHABLE
    assert "max_unreachable" in applied.stopped
    assert changed(made) == {"cam-01"}


def test_who_changes_back_in_the_soak_time_stops_it(yard):
    made = spread(yard, soak="30s", gates="[verify]")

    slept = made.clock.sleep

    def sleep(seconds):
        if seconds == 30:
            made.camera("cam-01").patch("/osd/cfg", {"attribute": {"iOSDFontSize": 64}})
        return slept(seconds)

    made.clock.sleep = sleep
    applied = rolled(made)
    assert applied.exit_code is ExitCode.FAILED
    (outcome,) = [each for each in applied.outcomes if each.device == "cam-01"]
    assert "verify: it differs again: osd.font.size" in outcome.error
    assert changed(made) == {"cam-00"}


def test_a_protected_camera_does_not_stop_a_rollout(yard):
    made = spread(yard, size=4)
    made.more["cam-00"] += "\nprotected: true"
    made.declare("cam-00")
    applied = rolled(made)
    assert ends(applied)["cam-00"] is ExitCode.REFUSED
    assert changed(made) == set(made.names) - {"cam-00"}


def test_a_camera_that_no_wave_selects_is_refused_and_said(yard):
    made = spread(yard, size=4)
    made.more["cam-03"] = "labels: {site: elsewhere}"
    made.declare("cam-03")
    text = (made.root / "fleet.yaml").read_text()
    (made.root / "fleet.yaml").write_text(text.replace("select: all", "select: site=far"))
    applied = rolled(made)
    assert ends(applied)["cam-03"] is ExitCode.REFUSED
    assert "no wave" in applied.outcomes[3].error
    assert made.camera("cam-03").writes == 0


def test_with_nothing_to_do_there_is_no_run(yard):
    made = spread(yard, size=3)
    rolled(made)
    assert rolled(made).run is None
    assert len(runs.past(made.root)) == 1


def test_every_write_of_a_camera_is_in_the_journal(yard):
    made = spread(yard, size=3)
    rolled(made)
    folder = on_record(made).folder
    lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    for name in made.names:
        told = [e["request"] for e in lines if e["event"] == "intent" and e["device"] == name]
        assert len(told) == made.camera(name).writes > 0


NIGHT = (
    "{image: {scenes: {night: {exposure: {mode: manual, time: 1/60, gain_mode: manual, gain: 9}}}}}"
)


def test_a_rollback_brings_back_what_stopped_counting(yard):
    """While the shutter is automatic its time is the camera's own, and gone when it is manual again."""
    made = yard(size=1, config=NIGHT)
    with made.run() as run:
        run.apply(run.plan())
    before = made.camera("cam-00").documents["/image/0"]["profile"][2]["exposure"].copy()
    made.declare("cam-00", "{image: {scenes: {night: {exposure: {mode: auto, gain_mode: auto}}}}}")
    with made.run() as run:
        run.apply(run.plan())
    made.camera("cam-00").documents["/image/0"]["profile"][2]["exposure"]["sExposureTime"] = "1/999"
    applied = taken_back(made)
    assert applied.exit_code is ExitCode.DONE, applied
    assert made.camera("cam-00").documents["/image/0"]["profile"][2]["exposure"] == before


def taken_back(made, key=None):
    past = runs.find(made.root, "latest")
    told = ((name, each["outcomes"]) for name, each in past.devices.items())
    found = restored(runs.snapshots(past.folder, Seal(key)), observed_in(told), past.run)
    with made.run() as run:
        return run.apply(run.plan_back(found), kind="rollback")


def test_a_rollback_refuses_what_changed_since(yard):
    made = spread(yard, size=3)
    rolled(made)
    made.camera("cam-01").patch("/osd/cfg", {"attribute": {"iOSDFontSize": 64}})
    applied = taken_back(made)
    assert ends(applied) == {"cam-00": 0, "cam-01": ExitCode.STALE, "cam-02": 0}
    assert "changed since that run: osd.font.size" in applied.outcomes[1].error
    assert font(made, "cam-01") == 64
    assert changed(made) == set()


def test_a_rollback_does_not_write_to_another_camera(yard):
    made = spread(yard, size=2)
    rolled(made)
    made.camera("cam-00").documents["/system/device-info"]["sSerialNumber"] = "SN-OTHER"
    writes = made.camera("cam-00").writes
    applied = taken_back(made)
    assert applied.outcomes[0].exit_code is not ExitCode.DONE
    assert made.camera("cam-00").writes == writes


KEY = "k" * 43 + "="
STREAM = '{stream: {main: {rtsp: {enabled: true, auth: password, username: ann, password: "${env:PW}"}}}}'


@pytest.mark.parametrize("key", [None, KEY])
def test_secrets_are_restored_only_under_a_key_and_never_lie_in_the_clear(yard, key):
    made = yard(size=1, config=STREAM)
    old = "Before-1-secret"
    made.camera("cam-00").patch(
        "/video/0/stream", {"rtsp": {"sPassword": old, "sUserName": "bob", "iEnable": 1}}
    )
    if key is not None:
        made.environment.variables["RECAMERA_GITOPS_KEY"] = key
    with made.run() as run:
        assert run.apply(run.plan()).exit_code is ExitCode.DONE
    for file in (made.root / ".recamera").rglob("*"):
        if file.is_file():
            assert old not in file.read_text()
            assert made.password not in file.read_text()
    applied = taken_back(made, key)
    assert applied.exit_code is ExitCode.DONE, applied
    stream = made.camera("cam-00").documents["/video/0/stream"]["rtsp"]
    assert stream["sUserName"] == "bob"
    assert (stream["sPassword"] == old) is (key is not None)
    lost = "not restored: stream.main.rtsp.password"
    assert any(lost in each for each in applied.outcomes[0].warnings) is (key is None)
