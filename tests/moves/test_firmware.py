"""Another version: confirmed once, waited for, proved by the version that runs."""

import pytest

from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.reconcile.plan import Status

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
