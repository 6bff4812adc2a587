"""`firmware …` on the command line: what there is, what is asked, and the version that proves it."""

import json

import pytest

from recamera_gitops.emulator import firmware_image
from tests.fleet.conftest import Yard

CHECK = """\
camera  runs     latest   newer  under way
cam-00  V1.0.10  V1.1.1   yes    no
cam-01  V1.0.10  V1.0.10  no     no
"""
DONE = """\
camera  before   runs     result
cam-00  V1.0.10  V1.1.1   upgraded
cam-01  V1.0.10  V1.0.10  as before
"""


@pytest.fixture
def yard(tmp_path, environment, within):
    def make(**options):
        made = within(Yard(tmp_path, environment, **options))
        made.camera("cam-00").releases = ("V1.1.1",)
        return made

    return make


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "new.tar"
    path.write_bytes(firmware_image("V2.0.0", b"x" * 300_000))
    return path


def flashes(yard):
    return {name: yard.camera(name).actions["firmware-flash"] for name in yard.names}


def results(ended):
    return [each["result"] for each in json.loads(ended.out)["devices"]]


class TestCheck:
    def test_what_runs_and_what_there_is(self, yard, rcg):
        yard = yard(size=2)
        ended = rcg("firmware", "check")
        assert (ended.code, ended.out) == (0, CHECK)
        assert flashes(yard) == {"cam-00": 0, "cam-01": 0}

    def test_json_never_has_the_right_to_confirm(self, yard, rcg):
        yard = yard(size=1)
        ended = rcg("firmware", "check", "--format", "json")
        told = {"serial": "SN-cam-00", "current": "V1.0.10", "latest": "V1.1.1"}
        assert results(ended) == [{**told, "available": True, "under_way": False}]
        (token,) = yard.camera("cam-00").confirmations.issued
        assert token not in ended.out + ended.err

    @pytest.mark.parametrize("url", ["http://github.com/a/b", "https://evil.example/a/b", ""])
    def test_an_address_that_no_camera_takes_is_wrong_usage(self, yard, rcg, url):
        yard = yard(size=1)
        assert rcg("firmware", "check", "--url", url).code == 64
        assert len(yard.camera("cam-00").log) == 0


class TestUpgrade:
    def test_it_is_shown_asked_done_and_proved(self, yard, rcg):
        yard = yard(size=2)
        ended = rcg("firmware", "upgrade", "*", answer="yes")
        assert (ended.code, ended.out) == (0, DONE)
        assert "cam-00  V1.0.10 → V1.1.1\n" in ended.err
        assert "Upgrade cam-00? Each restarts, one after another. Only 'yes'" in ended.err
        assert flashes(yard) == {"cam-00": 1, "cam-01": 0}
        assert yard.camera("cam-00").violations == []

    def test_nothing_is_confirmed_without_a_yes(self, yard, rcg):
        yard = yard(size=1)
        for answer in (None, "no"):
            assert rcg("firmware", "upgrade", "cam-00", answer=answer).code == 5
        assert yard.camera("cam-00").actions["firmware-download"] == 0

    def test_where_there_is_nothing_new_nobody_is_asked(self, yard, rcg):
        yard = yard(size=2)
        ended = rcg("firmware", "upgrade", "cam-01")
        assert (ended.code, ended.out.splitlines()[1]) == (0, "cam-01  V1.0.10  V1.0.10  as before")
        assert yard.writes.get("cam-01") == 1  # the question itself is a POST

    def test_another_version_than_the_latest_is_not_begun(self, yard, rcg):
        yard = yard(size=2)
        ended = rcg("firmware", "upgrade", "*", "--to", "1.1.1", "--yes")
        assert ended.code == 3
        assert ended.out == (
            "camera  before   runs    result\n"
            "cam-00  V1.0.10  V1.1.1  upgraded\n"
            "cam-01  failed: nothing was begun: the latest release is V1.0.10, not 1.1.1\n"
        )
        assert rcg("firmware", "upgrade", "cam-00", "--to", "V9.0.0", "--yes").code == 3
        assert flashes(yard) == {"cam-00": 1, "cam-01": 0}

    def test_an_older_release_is_left_to_the_files(self, yard, rcg):
        yard = yard(size=1)
        yard.camera("cam-00").releases = ("V1.0.3",)
        ended = rcg("firmware", "upgrade", "cam-00", "--yes")
        assert ended.code == 3
        assert "V1.0.3 is older than V1.0.10, which runs" in ended.out

    def test_one_that_is_under_way_is_followed(self, yard, rcg):
        yard = yard(size=1)
        camera = yard.camera("cam-00")
        camera.download_seconds = 30.0
        camera.faults.add("drop-after", "/system/firmware-upgrade", method="POST", nth=3)
        with yard.run() as run:
            client = run._here._client(run._devices[0])
            path = "/system/firmware-upgrade?upload-type=network"
            token = client.send("POST", path)["sConfirmToken"]
            client.send("POST", path, {"sConfirmToken": token})
        camera.faults.clear()
        ended = rcg("firmware", "upgrade", "cam-00", "--yes", "--format", "json")
        assert results(ended) == [
            {
                "serial": "SN-cam-00",
                "before": "V1.0.10",
                "after": "V1.1.1",
                "followed": True,
                "verified": True,
            }
        ]
        assert camera.actions["firmware-download"] == 1

    def test_after_a_camera_that_is_lost_no_other_is_begun(self, yard, rcg):
        yard = yard(size=2, flavours=["upgrade-unchanged"])
        yard.camera("cam-01").releases = ("V1.1.1",)
        ended = rcg("firmware", "upgrade", "*", "--yes")
        assert ended.code == 3
        assert "cam-01  refused: not begun: what became of cam-00 is not known" in ended.out
        assert flashes(yard) == {"cam-00": 1, "cam-01": 0}


class TestUpload:
    def test_it_is_brought_and_proved(self, yard, rcg, image):
        yard = yard(size=2)
        ended = rcg("firmware", "upload", image, "cam-*", "--version", "V2.0.0", answer="yes")
        assert (ended.code, ended.out) == (
            0,
            (
                "camera  before   runs    result\n"
                "cam-00  V1.0.10  V2.0.0  upgraded\n"
                "cam-01  V1.0.10  V2.0.0  upgraded\n"
            ),
        )
        assert "cam-00  V1.0.10 → V2.0.0\n" in ended.err
        assert flashes(yard) == {"cam-00": 1, "cam-01": 1}
        assert [each.violations for each in yard.cameras.values()] == [[], []]

    def test_without_a_yes_nothing_is_sent(self, yard, rcg, image):
        yard = yard(size=1)
        assert rcg("firmware", "upload", image).code == 64
        assert rcg("firmware", "upload", image, "cam-00").code == 5
        assert yard.writes == {}

    def test_the_version_that_ran_before_proves_nothing(self, yard, rcg, tmp_path):
        yard = yard(size=1)
        path = tmp_path / "same.tar"
        path.write_bytes(firmware_image("V1.0.10"))
        ended = rcg("firmware", "upload", path, "cam-00", "--yes")
        assert (ended.code, ended.out.splitlines()[1]) == (
            3,
            "cam-00  V1.0.10  V1.0.10  not proved: it runs what it ran",
        )
        assert flashes(yard) == {"cam-00": 1}

    def test_a_file_that_is_no_image_is_told_whole_before_any_contact(self, yard, rcg, tmp_path):
        yard = yard(size=1)
        path = tmp_path / "new.tar"
        path.write_bytes(firmware_image("V2.0.0").replace(b"rootfs.img", b"rootfs.bad"))
        ended = rcg("firmware", "upload", path, "cam-00", "--yes")
        assert ended.code == 1
        assert rcg("firmware", "upload", tmp_path / "none", "cam-00").code == 1
        assert rcg("firmware", "upload").code == 64
        assert len(yard.camera("cam-00").log) == 0

    def test_a_lost_chunk_begins_anew_and_is_flashed_once(self, yard, rcg, image):
        yard = yard(size=1)
        path = "/system/firmware-upgrade?id=*"
        yard.camera("cam-00").faults.add("drop-after", path, nth=2)
        assert rcg("firmware", "upload", image, "cam-00", "--yes").code == 0
        assert yard.camera("cam-00").violations == []
        assert flashes(yard) == {"cam-00": 1}
