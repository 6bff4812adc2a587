"""The API key, rotated or closed while it is the way in."""

import pytest

from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.plan import Status

OLD, NEW = "0123456789abcdefghijklmnopqrstuv", "vutsrqponmlkjihgfedcba9876543210"
BY_KEY = '{token: "${env:KEY}"}'
ROTATE = {"system": {"api": {"key": "${env:NEW}"}}}


@pytest.fixture
def camera_of(street):
    street.variables |= {"KEY": OLD, "NEW": NEW}

    def make(config, connection=BY_KEY):
        camera = street.camera(config, connection=connection)
        camera.documents["/web/setting"] |= {"sEnable": True, "sApiKey": OLD}
        return camera

    return make


def test_the_new_key_is_used_at_once(street, camera_of):
    camera = camera_of(ROTATE)
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.documents["/web/setting"]["sApiKey"] == NEW
    assert len(street.writes()) == 1
    assert all(each.status != 401 for each in camera.log)


def test_a_lost_answer_is_seen_through_with_either_key(street, camera_of):
    camera = camera_of(ROTATE)
    camera.faults.add("drop-after", "/web/setting", method="POST")
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert len(street.writes()) == 1


def test_the_next_run_finds_its_way_with_the_old_variable(street, camera_of):
    camera_of(ROTATE)
    street.apply()
    assert street.plan().devices[0].status is Status.UNCHANGED


def test_closing_the_only_way_in_is_refused(street, camera_of):
    camera = camera_of({"system": {"api": {"enabled": False}}})
    plan = street.plan()
    assert "only way in" in plan.devices[0].error
    assert camera.writes == 0


def test_closing_it_goes_on_with_the_password(street, camera_of):
    both = '{token: "${env:KEY}", password: "${env:CAMERA}"}'
    camera = camera_of({"system": {"api": {"enabled": False}}}, both)
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.logins == 1
