"""Another version: confirmed once, waited for, proved by the version that runs."""

import pytest

from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.reconcile.plan import Status, plan_from_json, plan_json
from recamera_gitops.report.text import plan_text

UPGRADE = "/system/firmware-upgrade?upload-type=network"
CONFIG = {"firmware": {"version": "V1.1.0"}}


def confirmed(street):
    return [body for _, _, body in street.writes(UPGRADE) if body and "sConfirmToken" in body]


@pytest.fixture
def camera_of(street):
    def make(config=CONFIG, flavours=()):
        camera = street.camera(config, flavours=flavours)
        camera.releases = ("V1.1.0",)
        return camera

    return make


@pytest.mark.parametrize("flavours", [(), ("progress-web",), ("progress-seed",), ("update-bool",)])
def test_an_upgrade(street, camera_of, flavours):
    camera = camera_of({**CONFIG, "image": {"rotation": 180}}, flavours)
    plan, (outcome,) = street.apply()
    (first, _) = plan.devices[0].resources
    assert (first.address, first.impact) == ("firmware", ("reboot",))
    assert [step.path for step in plan.devices[0].steps][:2] == [UPGRADE, UPGRADE]
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.firmware == "V1.1.0"
    assert len(confirmed(street)) == 1
    assert camera.violations == []
    assert street.plan().devices[0].status is Status.UNCHANGED


def test_the_release_page_is_told(street, camera_of):
    url = "https://github.com/acme/cameras"
    camera_of({"firmware": {"version": "1.1.0", "url": url}})
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert street.writes(UPGRADE)[0][2] == {"sReleaseURL": url}


@pytest.mark.parametrize("executed", [True, False])
def test_a_lost_confirmation_is_never_repeated(street, camera_of, executed):
    camera = camera_of()
    camera.faults.add("drop-after" if executed else "drop-before", UPGRADE, method="POST", nth=2)
    _, (outcome,) = street.apply()
    assert len(confirmed(street)) == 1
    assert outcome.outcomes[0].verdict is (Verdict.VERIFIED if executed else Verdict.FAILED)


@pytest.mark.parametrize(
    ("flavour", "verdict", "words"),
    [
        ("upgrade-sha256-error", Verdict.FAILED, "sha256_error"),
        ("upgrade-unchanged", Verdict.UNKNOWN, "does not run"),
        ("no-internet", Verdict.FAILED, "rate limit"),
    ],
)
def test_what_goes_wrong(street, camera_of, flavour, verdict, words):
    camera_of({**CONFIG, "image": {"rotation": 180}}, [flavour])
    _, (outcome,) = street.apply()
    assert outcome.outcomes[0].verdict is verdict
    assert outcome.outcomes[1].verdict is Verdict.NOT_ATTEMPTED
    assert words in outcome.error


def test_another_release_is_not_confirmed(street, camera_of):
    camera = camera_of()
    camera.releases = ("V1.2.0",)
    _, (outcome,) = street.apply()
    assert "V1.2.0, not V1.1.0" in outcome.error
    assert confirmed(street) == []
    assert camera.firmware == "V1.0.10"


def test_older_only_when_allowed(street, camera_of):
    camera = camera_of({"firmware": {"version": "V1.0.2"}})
    camera.releases = ("V1.0.2",)
    assert "older than V1.0.10" in street.plan().devices[0].error
    allowed = {"firmware": {"version": "V1.0.2", "allow_downgrade": True}}
    street.declare("gate1", camera.host, allowed)
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome


def test_settings_that_the_upgrade_reset_stop_the_run(street, camera_of):
    camera = camera_of(
        {**CONFIG, "osd": {"date_time": {"enabled": False}}}, ["upgrade-resets-config"]
    )
    camera.patch("/video/0/encode", {"iGOP": 7})
    street.declare(
        "gate1",
        camera.host,
        {**CONFIG, "video": {"main": {"gop": 7}}, "osd": {"date_time": {"enabled": False}}},
    )
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.STALE
    assert "video.main.gop" in outcome.error
    assert [each.verdict for each in outcome.outcomes] == [Verdict.VERIFIED, Verdict.NOT_ATTEMPTED]
    assert all(path == UPGRADE for _, path, _ in street.writes())


BROUGHT = {
    **CONFIG,
    "image": {"scenes": {"night": {"backlight": {"dark_boost": 70, "blc_strength": 30}}}},
    "system": {"serial": {"baudrate": 9600}},
}


def test_what_only_the_new_firmware_has_is_planned_as_known_after_it(street, camera_of):
    camera = camera_of(BROUGHT, ["upgrade-brings-settings"])
    plan, (outcome,) = street.apply()
    (device,) = plan.devices
    known_after = {change.path: change.known_after for change in device.changes}
    assert known_after == {
        "firmware.version": "",
        "image.scenes.night.backlight.blc_strength": "",
        "image.scenes.night.backlight.dark_boost": "firmware",
        "system.serial.baudrate": "firmware",
    }
    assert not any("dark" in each or "serial" in each for each in device.warnings)
    line = "  ? image.scenes.night.backlight.dark_boost  (known after firmware) → 70"
    assert line in plan_text(plan)
    assert plan_from_json(plan_json(plan)) == plan
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert [str(each.verdict) for each in outcome.outcomes] == ["verified"] * 3
    assert camera.violations == []
    assert street.plan().devices[0].status is Status.UNCHANGED


def test_what_turns_out_to_be_right_already_is_no_difference(street, camera_of):
    camera_of({**CONFIG, "system": {"serial": {"parity": "N"}}}, ["upgrade-brings-settings"])
    _, (outcome,) = street.apply()
    assert [str(each.verdict) for each in outcome.outcomes] == ["verified"] * 2
    assert street.writes("/api/v1/device/serial-port") == []


def test_what_the_new_firmware_has_not_either_is_said(street, camera_of):
    camera_of({**CONFIG, "image": BROUGHT["image"]}, ["no-dark-boost"])
    plan, (outcome,) = street.apply()
    assert plan.devices[0].changes[-1].known_after == "firmware"
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert outcome.warnings[-1].endswith("this firmware does not have the setting; left alone")
    after = street.plan().devices[0]
    assert (after.status, len(after.warnings)) == (Status.UNCHANGED, 1)


def test_an_endpoint_that_the_new_firmware_has_not_either_ends_the_work_there(street, camera_of):
    camera = camera_of({**CONFIG, "system": {"serial": {"parity": "E"}}})
    camera.routes = {path: each for path, each in camera.routes.items() if "serial" not in path}
    _, (outcome,) = street.apply()
    assert [str(each.verdict) for each in outcome.outcomes] == ["verified", "not attempted"]
    assert outcome.exit_code is ExitCode.FAILED
    assert "serial-port" in outcome.error


def test_without_an_upgrade_a_missing_endpoint_fails_the_camera(street, camera_of):
    camera_of({"system": {"serial": {"parity": "E"}}}, ["upgrade-brings-settings"])
    (device,) = street.plan().devices
    assert device.status is Status.FAILED
    assert "serial-port" in device.error


def test_a_session_that_ends_before_the_upgrade_does_not_cost_the_proof(street, camera_of):
    camera = camera_of()
    camera.faults.add("unauthorized", "/system/device-info", nth=2)
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert len(confirmed(street)) == 1
