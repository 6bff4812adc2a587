import io
import tarfile

import pytest

from recamera_gitops.emulator import ConnectionDropped, firmware_image
from recamera_gitops.emulator.sessions import digest

UPGRADE = "/system/firmware-upgrade"
NETWORK = f"{UPGRADE}?upload-type=network"
PROGRESS = "/system/firmware-download-progress"
RESET = "/system/factory-reset"
SOURCE = {"sReleaseURL": "https://github.com/Seeed-Studio/reCamera-Pro-OTA"}


def offered(person, *flavours):
    admin = person(*flavours)
    admin.camera.releases = ("V1.1.0", "V1.1.1")
    return admin


def confirmed(admin):
    token = admin.post(NETWORK)["sConfirmToken"]
    return admin.post(NETWORK, {"sConfirmToken": token})


def test_without_a_release_there_is_nothing(person):
    admin = person()
    assert admin.post(NETWORK, SOURCE) == {
        "code": 0,
        "iUpdateAvailable": 0,
        "sCurrentVersion": "V1.0.10",
        "sLatestVersion": "V1.0.10",
        "sUpdating": False,
    }


def test_an_upgrade_from_the_check_to_the_new_version(person):
    admin = offered(person)
    check = admin.post(NETWORK)
    assert (check["iUpdateAvailable"], check["sLatestVersion"]) == (1, "V1.1.1")
    answer = admin.post(NETWORK, {"sConfirmToken": check["sConfirmToken"]})
    assert answer == {"code": 0, "message": "Download started"}
    admin.clock.now += 1
    half = {"iCurrent": 48.0, "iTotal": 96.0, "iPercent": 50, "sStatus": "downloading"}
    assert admin.get(UPGRADE) == admin.get(PROGRESS) == half
    assert admin.post(NETWORK)["sUpdating"] is True
    admin.clock.now += 1
    assert admin.get(UPGRADE)["sStatus"] == "success"
    admin.clock.now += 1
    with pytest.raises(ConnectionDropped):
        admin.get("/system/key")
    admin.clock.now += 2
    assert admin.get("/system/device-info")["message"] == "Unauthorized"
    admin.login()
    assert admin.get("/system/device-info")["sFirmwareVersion"] == "V1.1.1"
    assert admin.get(UPGRADE)["sStatus"] == "success"
    assert admin.camera.actions == {"firmware-download": 1, "firmware-flash": 1}
    assert admin.violations == []


def test_a_new_firmware_may_bring_settings(person):
    admin = offered(person, "upgrade-brings-settings")
    image = admin.get("/image/0")
    assert "iDarkBoostLevel" not in image["profile"][1]["BLC"]
    assert admin.get("/api/v1/device/serial-port")["code"] == 404
    admin.put("/image/0/video-adjustment", {**image["videoAdjustment"], "iImageRotation": 90})
    confirmed(admin)
    admin.clock.now += 2
    admin.get(UPGRADE)
    admin.clock.now += 10
    admin.login()
    image = admin.get("/image/0")
    assert image["profile"][1]["BLC"]["iDarkBoostLevel"] == 50
    assert image["videoAdjustment"]["iImageRotation"] == 90
    assert admin.get("/api/v1/device/serial-port")["sParity"] == "N"


def test_a_token_counts_once_in_its_time_and_its_session(person):
    admin = offered(person)
    token = admin.post(NETWORK)["sConfirmToken"]
    admin.clock.now += 60
    assert admin.post(NETWORK, {"sConfirmToken": token})["code"] == 10002
    assert admin.violations == []
    token = admin.post(NETWORK)["sConfirmToken"]
    first = admin.headers.pop("Cookie")
    admin.login()
    assert admin.post(NETWORK, {"sConfirmToken": token})["code"] == 10002
    admin.headers["Cookie"] = first
    assert admin.post(NETWORK, {"sConfirmToken": token})["code"] == 0
    assert admin.post(NETWORK, {"sConfirmToken": token})["code"] == 10002
    assert admin.post(NETWORK, {"sConfirmToken": 1})["code"] == 10002
    assert [each.partition(":")[0] for each in admin.violations] == [
        "confirm-token",
        "repeated",
        "confirm-token",
    ]
    assert not any(token in each for each in admin.violations)


def test_two_downloads_at_once_are_refused(person):
    admin = offered(person)
    tokens = [admin.post(NETWORK)["sConfirmToken"] for _ in range(2)]
    assert admin.post(NETWORK, {"sConfirmToken": tokens[0]})["code"] == 0
    assert admin.post(NETWORK, {"sConfirmToken": tokens[1]})["code"] == 10003


def test_a_write_in_the_meantime_is_a_breach(person):
    admin = offered(person)
    confirmed(admin)
    admin.edit("/audio/0", {"iEnable": 0})
    assert admin.violations == ["during-upgrade: POST /audio/0"]


def test_a_download_is_cancelled(person):
    admin = offered(person)
    confirmed(admin)
    assert admin.post("/system/firmware-download-cancel")["code"] == 0
    assert admin.get(UPGRADE)["sStatus"] == "idle"
    admin.clock.now += 10
    assert admin.get("/system/device-info")["sFirmwareVersion"] == "V1.0.10"
    assert admin.post("/system/firmware-download-cancel")["code"] == 0


@pytest.mark.parametrize("url", ["http://github.com/a/b", "https://github.com.evil.example/a/b", 1])
def test_a_source_must_be_a_github_repository(person, url):
    assert person().post(NETWORK, {"sReleaseURL": url})["code"] == 400


def test_releases_may_not_be_found(person):
    assert person("no-internet").post(NETWORK)["code"] == 500


def test_availability_may_be_a_boolean(person):
    assert person("update-bool").post(NETWORK)["iUpdateAvailable"] is False


def test_the_checksum_may_be_wrong(person):
    admin = offered(person, "upgrade-sha256-error")
    confirmed(admin)
    admin.clock.now += 60
    assert admin.get(UPGRADE)["sStatus"] == "sha256_error"
    assert admin.get("/system/device-info")["sFirmwareVersion"] == "V1.0.10"
    assert confirmed(admin)["code"] == 0


def test_the_version_may_be_what_it_was(person):
    admin = offered(person, "upgrade-unchanged")
    confirmed(admin)
    admin.clock.now += 60
    admin.login()
    assert admin.get("/system/device-info")["sFirmwareVersion"] == "V1.0.10"
    assert admin.camera.boots == 1


def test_the_settings_may_be_lost(person):
    for flavours, kept in (((), 0), (("upgrade-resets-config",), 1)):
        admin = offered(person, *flavours)
        admin.edit("/audio/0", {"iEnable": 0})
        confirmed(admin)
        admin.clock.now += 60
        admin.login()
        assert admin.get("/audio/0")["iEnable"] == kept
        assert admin.get("/system/device-info")["sFirmwareVersion"] == "V1.1.1"


@pytest.mark.parametrize(
    ("flavour", "gone"), [("progress-seed", PROGRESS), ("progress-web", UPGRADE)]
)
def test_only_one_path_may_tell_the_progress(person, flavour, gone):
    admin = person(flavour)
    for path in (UPGRADE, PROGRESS):
        assert ("sStatus" in admin.get(path)) is (path != gone)


def test_a_reboot_may_take_half_a_minute(person):
    admin = person("reboot-slow")
    admin.post("/system/reboot")
    admin.clock.now += 29
    with pytest.raises(ConnectionDropped):
        admin.get("/system/key")
    admin.clock.now += 1
    assert admin.get("/osd/cfg")["attribute"]


class TestImages:
    def test_an_image_is_uploaded(self, person):
        admin = person()
        assert admin.upload(UPGRADE, firmware_image("V2.0.0"))["code"] == 0
        assert admin.upload(UPGRADE, firmware_image("V2.0.0"))["code"] == 10003
        admin.clock.now += 3
        admin.login()
        assert admin.get("/system/device-info")["sFirmwareVersion"] == "V2.0.0"

    def test_an_image_without_a_version_changes_none(self, person):
        admin = person()
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as tar:
            for name in ("boot.img", "rootfs.img", "RK_OTA_update.sh"):
                tar.addfile(tarfile.TarInfo(name))
        assert admin.upload(UPGRADE, stream.getvalue())["code"] == 0
        admin.clock.now += 3
        assert admin.camera.firmware == "V1.0.10"

    def test_something_else_is_refused(self, person):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("boot.img"))
        for content in (b"no tar at all", stream.getvalue()):
            answer = person().upload(UPGRADE, content)
            assert answer["message"] == "Invalid firmware package"


class TestFactoryReset:
    def test_it_takes_two_calls_and_forgets_everything(self, person):
        admin = person()
        admin.edit("/audio/0", {"iEnable": 0})
        admin.upload("/model/upload", b"x", "&File-name=mine.rknn")
        admin.camera.sessions.password = digest("S0mething-else")
        token = admin.post(RESET)["sConfirmToken"]
        assert admin.post(RESET, {"sConfirmToken": token})["code"] == 0
        assert admin.get("/audio/0")["iEnable"] == 0
        admin.clock.now += 1
        with pytest.raises(ConnectionDropped):
            admin.get("/system/check")
        admin.clock.now += 2
        assert admin.get("/system/check") == {"bFirst": True}
        assert admin.get("/audio/0")["message"] == "Unauthorized"
        assert admin.login()["iAuth"] == 2
        assert admin.camera.documents["/audio/0"]["iEnable"] == 1
        assert "mine.rknn" not in admin.camera.models
        assert admin.camera.actions["factory-reset"] == 1
        assert admin.camera.logins == 2
        assert admin.violations == []

    def test_the_address_goes_back_to_dhcp(self, person):
        admin = person()
        admin.camera.patch("/network/lan", {"dIpv4": {"sV4Address": "192.168.10.99"}})
        token = admin.post(RESET)["sConfirmToken"]
        admin.post(RESET, {"sConfirmToken": token})
        admin.clock.now += 5
        admin.get("/system/check")
        assert admin.camera.host == "192.168.10.21"

    @pytest.mark.parametrize(("flavours", "code"), [((), 401), (("reset-10002",), 10002)])
    def test_a_token_lapses(self, person, flavours, code):
        admin = person(*flavours)
        token = admin.post(RESET)["sConfirmToken"]
        admin.clock.now += 60
        answer = admin.post(RESET, {"sConfirmToken": token})
        assert answer == {"code": code, "message": "Confirm token expired"}
        assert admin.post(RESET, {"sConfirmToken": "made up"})["code"] == code
        assert admin.violations == ["confirm-token: factory-reset with a token that is not for it"]

    def test_a_token_is_for_one_purpose(self, person):
        admin = offered(person)
        token = admin.post(NETWORK)["sConfirmToken"]
        assert admin.post(RESET, {"sConfirmToken": token})["code"] == 401

    def test_there_may_be_a_new_certificate(self, person):
        for flavours, identity in (((), 0), (("reset-new-certificate",), 1)):
            admin = person(*flavours)
            admin.camera.factory_reset(admin.clock.now)
            assert admin.camera.identity == identity


class TestConfiguration:
    def exported(self, admin):
        told = admin.get("/config/export")
        content = admin.send("GET", told["url"])
        assert len(content) == told["size"]
        return content

    def test_it_is_there_for_a_minute(self, person):
        admin = person()
        assert admin.send("GET", "/download/config.tar").startswith(b"<!doctype")
        self.exported(admin)
        admin.clock.now += 60
        admin.send("GET", "/download/config.tar")
        assert admin.status == 404
        admin.headers = {}
        assert admin.send("GET", "/download/config.tar")["code"] == 401

    def test_it_comes_in_ranges_or_whatever_was_asked_for_whole(self, person):
        for flavours, status, length in (((), 206, 8), (("download-whole",), 200, 0)):
            admin = person(*flavours)
            whole = self.exported(admin)
            part = admin.send("GET", "/download/config.tar", headers={"Range": "bytes=4-11"})
            assert admin.status == status
            assert part == (whole[4 : 4 + length] or whole)

    def test_it_takes_effect_after_a_reboot(self, person):
        admin = person()
        saved = self.exported(admin)
        admin.edit("/audio/0", {"iEnable": 0})
        admin.camera.firmware = "V1.1.1"
        answer = admin.upload("/config/upload", saved)
        assert answer == {"code": 0, "message": "success to import config"}
        assert admin.get("/audio/0")["iEnable"] == 0
        admin.post("/system/reboot")
        admin.clock.now += 2
        assert admin.get("/audio/0")["iEnable"] == 1
        assert admin.camera.firmware == "V1.1.1"
        assert admin.camera.actions["reboot"] == admin.camera.actions["config-import"] == 1

    def test_it_may_reboot_by_itself(self, person):
        admin = person("import-reboots")
        admin.upload("/config/upload", self.exported(admin))
        assert admin.camera.boots == 1

    def test_something_else_is_refused(self, person):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("other"))
        for content in (b"no tar at all", stream.getvalue()):
            assert person().upload("/config/upload", content)["code"] == 400


def test_releases_are_offered_and_the_address_moved_by_people(person):
    admin = person()
    assert admin.post("/emulator/releases", ["V1.1.1"]) == {"releases": ["V1.1.1"]}
    assert admin.post(NETWORK)["iUpdateAvailable"] == 1
    assert admin.post("/emulator/move", {"host": "192.168.10.30"}) == {"host": "192.168.10.30"}
    assert admin.get("/network/lan")["dIpv4"]["sV4Address"] == "192.168.10.30"
    assert admin.get("/emulator/state")["origin"]["host"] == "192.168.10.30"
