"""Whatever goes wrong with any request: nothing is done twice, and what is said of it is true."""

from itertools import product

import pytest

from recamera_gitops.artifact import measured
from recamera_gitops.emulator import firmware_image
from recamera_gitops.emulator.maintenance import snapshot
from recamera_gitops.errors import CameraError, NotSettled, Rejected, Unsettled
from recamera_gitops.operations.access import change_password
from recamera_gitops.operations.configuration import exported, restored
from recamera_gitops.operations.firmware import upgrade, uploaded
from recamera_gitops.operations.inference import started, stopped
from recamera_gitops.operations.models import deleted as model_deleted
from recamera_gitops.operations.restarts import factory_reset, reboot
from recamera_gitops.operations.storage import quota
from recamera_gitops.secret import Secret
from tests.operations.footage import INTERNAL, Post

# Of the kinds that spoil an answer one is enough here: they are all told apart in one place.
FAULTS = (
    *("drop-before", "drop-after", "truncate", "garbage", "html", "redirect", "ignore"),
    *("status-500", "unavailable", "unauthorized"),
    "late-500",  # carried out, and an error all the same: the camera gives up waiting for itself
)
MOST = 40


def spoil(camera, kind, number):
    """The camera, with this going wrong at the request with this number."""
    if kind == "late-500":
        return camera.faults.add("status-500", "*", nth=number, executed=True)
    return camera.faults.add(kind, "*", nth=number)


# Parts of a file that are said to have arrived, and have not, nobody can see; the camera compares digests.
BLIND = {("restore", "ignore"), ("upload", "ignore")}


def image(tmp_path):
    path = tmp_path / "new.tar"
    if not path.exists():
        path.write_bytes(firmware_image("V2.0.0", b"x" * 300_000))
    return measured("new.tar", path)


def configuration(visit, tmp_path):
    path = tmp_path / "config.tar"
    if not path.exists():
        path.write_bytes(snapshot(visit.camera))
    return measured("config.tar", path)


# What is done, what the camera counts of it, and what has to be so where it is said to be done.
DOES = {
    "reboot": (
        lambda visit, _: visit.converse(reboot()),
        "reboot",
        lambda visit: visit.camera.boots == 1,
    ),
    "factory reset": (
        lambda visit, _: visit.converse(factory_reset()),
        "factory-reset",
        lambda visit: visit.camera.sessions.first_use,
    ),
    "restore": (
        lambda visit, tmp: visit.converse(restored(configuration(visit, tmp), restart=True)),
        "config-import",
        lambda visit: visit.camera.boots == 1 and visit.camera.imported is None,
    ),
    "upload": (
        lambda visit, tmp: visit.converse(uploaded(image(tmp))),
        "firmware-flash",
        lambda visit: visit.camera.firmware == "V2.0.0",
    ),
    "upgrade": (
        lambda visit, _: visit.converse(upgrade(version="V1.1.1")),
        "firmware-flash",
        lambda visit: visit.camera.firmware == "V1.1.1",
    ),
    "password": (
        lambda visit, _: change_password(visit.client, Secret("An0ther-one")),
        "password-change",
        lambda visit: not visit.camera.sessions.first_use,
    ),
}


@pytest.mark.parametrize(
    ("name", "kind"), [each for each in product(DOES, FAULTS) if each not in BLIND]
)
def test_one_request_that_goes_wrong(visit, tmp_path, name, kind):
    do, action, holds = DOES[name]
    for number in range(1, MOST):
        made = visit()
        made.camera.releases = ("V1.1.1",)
        fault = spoil(made.camera, kind, number)
        try:
            do(made, tmp_path)
        except CameraError as error:
            if isinstance(error, Rejected) and "nothing was" in str(error):
                assert made.camera.actions[action] == 0
        else:
            assert made.camera.actions[action] == 1, (number, kind)
            assert holds(made), (number, kind)
        assert made.camera.actions[action] <= 1
        assert made.camera.violations == [], (number, kind)
        # Whether a password was changed, only a login tells.
        assert made.camera.failed_logins <= (name == "password")
        if fault.seen < number:
            return
    raise AssertionError("it has no end")


# What is done by one write, and where that goes to.
WRITES = {
    "storage quota": (
        lambda post: post.converse(quota(INTERNAL, limit=1 << 30, rotate=None)).changed,
        "/record/storage/control",
    ),
    "model delete": (
        lambda post: post.converse(model_deleted("mobilenet.rknn", stop=False)).file,
        "/model/delete*",
    ),
    "inference start": (
        lambda post: post.converse(started("mobilenet.rknn", 5)).changed,
        "/model/inference*",
    ),
    "inference stop": (lambda post: post.converse(stopped()).changed, "/model/inference*"),
}


@pytest.mark.parametrize("executed", [True, False])
@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_is_answered_by_a_server_that_gave_up(name, executed):
    do, path = WRITES[name]
    post = Post()
    method = "DELETE" if "delete" in path else "POST"
    fault = post.camera.faults.add("status-500", path, method=method, executed=executed)
    repeated = not executed and name.startswith("inference")
    if executed or repeated:
        assert do(post)
    else:
        with pytest.raises((Unsettled, NotSettled), match=r"not (told|deleted) again: "):
            do(post)
    assert fault.seen == 1 + repeated


@pytest.mark.parametrize("kind", FAULTS)
def test_a_backup_is_whole_or_none(visit, kind):
    for number in range(1, MOST):
        made = visit()
        fault = spoil(made.camera, kind, number)
        try:
            content = made.converse(exported()).content
        except CameraError:
            content = None
        assert content in (None, snapshot(made.camera)), (number, kind)
        assert made.camera.writes == 0
        if fault.seen < number:
            return
    raise AssertionError("it has no end")
