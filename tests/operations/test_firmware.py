"""Another firmware: asked for, brought, and proved by the version that runs."""

import pytest

from recamera_gitops.artifact import measured
from recamera_gitops.emulator import firmware_image
from recamera_gitops.errors import Rejected, Unsettled
from recamera_gitops.operations.firmware import Check, Upgrade, check, upgrade, uploaded

SERIAL = "RC1126B-EMU-0001"
UPGRADE = "/system/firmware-upgrade"


@pytest.fixture
def image(tmp_path):
    def make(version="V2.0.0"):
        path = tmp_path / "new.tar"
        path.write_bytes(firmware_image(version, b"x" * 300_000))
        return measured("new.tar", path)

    return make


class TestCheck:
    @pytest.mark.parametrize("flavours", [(), ("update-bool",)])
    def test_what_there_is(self, visit, flavours):
        visit = visit(*flavours)
        assert visit.converse(check()) == Check(SERIAL, "V1.0.10", "V1.0.10", False, False)
        visit.camera.releases = ("V1.1.1",)
        found = visit.converse(check(url="https://github.com/acme/cameras"))
        assert found == Check(SERIAL, "V1.0.10", "V1.1.1", True, False)
        assert visit.camera.actions == {}

    def test_releases_that_cannot_be_looked_up(self, visit):
        with pytest.raises(Rejected, match="rate limit"):
            visit("no-internet").converse(check())


class TestUpgrade:
    def test_the_version_proves_it(self, visit):
        visit = visit()
        visit.camera.releases = ("V1.1.1",)
        assert visit.converse(upgrade(version="V1.1.1")) == Upgrade(SERIAL, "V1.0.10", "V1.1.1")
        assert visit.camera.actions["firmware-download"] == 1

    def test_one_that_somebody_else_began_is_followed(self, visit):
        visit = visit()
        visit.camera.releases = ("V1.1.1",)
        client = visit.client
        token = client.send("POST", f"{UPGRADE}?upload-type=network")["sConfirmToken"]
        client.send("POST", f"{UPGRADE}?upload-type=network", {"sConfirmToken": token})
        found = visit.converse(upgrade(version="V1.1.1"))
        assert found == Upgrade(SERIAL, "V1.0.10", "V1.1.1", followed=True)
        assert visit.camera.actions["firmware-download"] == 1
        assert "followed" in visit.told[0].text

    def test_another_release_is_not_taken(self, visit):
        visit = visit()
        visit.camera.releases = ("V1.2.0",)
        with pytest.raises(Rejected, match=r"V1\.2\.0, not V1\.1\.1; nothing was confirmed"):
            visit.converse(upgrade(version="V1.1.1"))


class TestImage:
    def test_it_is_brought_and_runs(self, visit, image):
        visit = visit()
        found = visit.converse(uploaded(image(), version="2.0.0"))
        assert found == Upgrade(SERIAL, "V1.0.10", "V2.0.0")
        assert visit.camera.actions["firmware-flash"] == 1
        assert visit.camera.violations == []
        assert [each.percent for each in visit.told[:2]] == [57, 100]

    def test_without_a_version_any_other_than_before_proves_it(self, visit, image):
        assert visit().converse(uploaded(image())).verified

    def test_the_same_version_again_proves_nothing_unless_it_was_meant(self, visit, image):
        same = image("V1.0.10")
        found = visit().converse(uploaded(same))
        assert (found.after, found.verified) == ("V1.0.10", False)
        assert visit().converse(uploaded(same, version="V1.0.10")).verified

    def test_another_version_than_was_meant_is_not_done(self, visit, image):
        with pytest.raises(Unsettled, match=r"V3\.0\.0 does not run, V2\.0\.0 does"):
            visit().converse(uploaded(image(), version="V3.0.0"))

    def test_a_lost_end_is_looked_at_and_never_repeated(self, visit, image):
        made = visit()
        made.camera.faults.add("drop-after", f"{UPGRADE}?start=*")
        assert made.converse(uploaded(image())).after == "V2.0.0"
        assert made.camera.actions["firmware-flash"] == 1
        made = visit()
        made.camera.faults.add("drop-before", f"{UPGRADE}?start=*")
        with pytest.raises(Unsettled, match=r"answer was lost .* not seen to restart"):
            made.converse(uploaded(image()))
        assert sum("start=" in each for each in made.writes(UPGRADE)) == 1

    def test_a_camera_that_refuses_it_runs_what_it_ran(self, visit, image):
        visit = visit("upload-bad-md5")
        with pytest.raises(Rejected, match="MD5 checksum mismatch"):
            visit.converse(uploaded(image()))
        assert visit.camera.boots == 0

    def test_one_that_does_not_come_back_is_unknown(self, visit, image):
        visit = visit()
        visit.camera.reboot_seconds = 10_000
        with pytest.raises(Unsettled, match=r"the image was taken; .* does not answer"):
            visit.converse(uploaded(image()))
