"""A model from a repository onto several cameras: measured once, brought to each, and then left alone."""

import hashlib

import pytest

from recamera_gitops.errors import ExitCode, InvalidInput
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.reconcile.planfile import load, save

CONTENT = bytes(range(256)) * 3000
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
CONFIG = "{models: {yolo11n.rknn: {source: models/new.rknn}}}"


@pytest.fixture
def cameras(yard, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models/new.rknn").write_bytes(CONTENT)
    return yard(size=2, config=CONFIG)


def test_every_camera_gets_it_once(cameras):
    for _ in range(2):
        with cameras.run() as run:
            outcomes = run.apply(run.plan()).outcomes
        assert {each.exit_code for each in outcomes} == {ExitCode.DONE}
    for name in cameras.names:
        camera = cameras.camera(name)
        assert camera.models["yolo11n.rknn"].md5 == MD5
        assert camera.actions["upload"] == 1
        assert camera.violations == []


def test_a_saved_plan_holds_for_the_file_that_it_saw(cameras, tmp_path):
    with cameras.run() as run:
        plan = run.plan()
    assert isinstance(plan, Plan)
    save(plan, tmp_path / "plan.json")
    (tmp_path / "models/new.rknn").write_bytes(CONTENT[1:])
    with cameras.run() as run:
        outcomes = run.apply(load(tmp_path / "plan.json")).outcomes
    assert {each.exit_code for each in outcomes} == {ExitCode.STALE}
    assert not cameras.camera("cam-00").actions["upload"]


def test_a_saved_plan_is_applied(cameras, tmp_path):
    with cameras.run() as run:
        save(run.plan(), tmp_path / "plan.json")
    with cameras.run() as run:
        outcomes = run.apply(load(tmp_path / "plan.json")).outcomes
    assert {each.exit_code for each in outcomes} == {ExitCode.DONE}


def test_a_file_that_is_gone_stops_the_run_before_any_contact(cameras, tmp_path):
    with cameras.run() as run:
        (tmp_path / "models/new.rknn").unlink()
        with pytest.raises(InvalidInput, match="there is no file"):
            run.plan()
    assert cameras.camera("cam-00").requests == 0
