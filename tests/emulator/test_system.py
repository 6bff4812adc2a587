import pytest

from recamera_gitops.emulator import AccessPoint, ConnectionDropped

NTP = {"sAddress": "ntp.example", "sPort": "123"}
ZONE = {"sTimezone": "Europe/Berlin", "sTz": "UTC+1"}
TIME = "/system/time"


def test_the_clock_is_set_by_hand(person):
    admin = person()
    answer = admin.put(TIME, {"sMethod": "manual", "iTimestamp": 1_700_000_000, **ZONE})
    assert answer == {"iTimestamp": 1_700_000_000, **ZONE}
    assert admin.get(TIME)["message"] == "Unauthorized: Token used before issued"
    admin.login()
    shown = admin.get(TIME)
    assert shown["sMethod"] == "manual"
    assert shown["iTimestamp"] in {1_700_000_000, 1_700_000_001}
    assert shown["dNtpConfig"]["sAddress"] == "pool.ntp.org"
    assert admin.violations == []


def test_a_battery_is_shown_and_nothing_can_be_said_of_it(person):
    admin = person()
    shown = admin.get("/system/battery")
    assert shown == {"isAttached": False, "displaySteps": 0, "totalSteps": 5, "isCharging": False}
    assert admin.put("/system/battery", {**shown, "isAttached": True})["code"] == 405


def test_the_clock_follows_a_server_and_the_status_is_its_own(person):
    admin = person()
    admin.put(TIME, {"sMethod": "ntp", "dNtpConfig": NTP, **ZONE})
    assert admin.get(TIME)["dNtpConfig"] == {**NTP, "status": 0}
    assert admin.violations == []


@pytest.mark.parametrize(
    "body",
    [
        {"sMethod": "manual", **ZONE},
        {"sMethod": "manual", "iTimestamp": "1700000000", **ZONE},
        {"sMethod": "ntp", **ZONE},
        {"sMethod": "ntp", "dNtpConfig": {"sAddress": "a", "sPort": 123}, **ZONE},
        {"sMethod": "gps", "dNtpConfig": NTP, **ZONE},
        {"sMethod": "ntp", "dNtpConfig": NTP, "sTimezone": "UTC", "sTz": "+1"},
    ],
)
def test_a_clock_setting_that_is_refused(person, body):
    assert person().put(TIME, body)["code"] == 400


def test_a_zone_left_out_is_lost_and_a_breach(person):
    admin = person()
    admin.put(TIME, {"sMethod": "ntp", "dNtpConfig": NTP, **ZONE})
    admin.put(TIME, {"sMethod": "ntp", "dNtpConfig": NTP})
    assert admin.get(TIME)["sTimezone"] == "UTC"
    assert admin.violations[0] == "partial: /system/time sTimezone left out"


def test_setting_the_clock_can_cost_the_session(person):
    admin = person("time-costs-session")
    admin.put(TIME, {"sMethod": "manual", "iTimestamp": int(admin.camera.time()), **ZONE})
    assert admin.get(TIME)["message"] == "Unauthorized: Token expired"


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (-60, "Unauthorized: Token used before issued"),
        (86401, "Unauthorized: Token expired"),
        (3600, None),
    ],
)
def test_a_jump_of_the_clock_ends_sessions(person, seconds, message):
    admin = person()
    admin.put(TIME, manual(admin, seconds))
    assert admin.get("/osd/cfg").get("message") == message


def manual(admin, seconds):
    return {"sMethod": "manual", "iTimestamp": int(admin.camera.time()) + seconds, **ZONE}


def test_following_a_server_sets_the_clock_right(person):
    for flavours, status in (((), 0), (("ntp-unsynced",), 1)):
        admin = person(*flavours)
        admin.put(TIME, manual(admin, 3600))
        admin.login()
        admin.put(TIME, {"sMethod": "ntp", "dNtpConfig": NTP, **ZONE})
        if status == 0:
            assert admin.get(TIME)["message"].endswith("used before issued")
            admin.login()
        shown = admin.get(TIME)
        ahead = shown["iTimestamp"] - admin.camera.wall()
        assert (shown["dNtpConfig"]["status"], round(ahead / 3600)) == (status, status)


def test_the_offset_may_be_computed(person):
    admin = person("tz-computed")
    admin.camera.wall = lambda: 1_784_000_000.0  # July 2026
    admin.camera.patch(TIME, ZONE)
    assert admin.get(TIME)["sTz"] == "UTC+2"
    for zone, shown in (("Asia/Kolkata", "UTC+5:30"), ("America/New_York", "UTC-4")):
        admin.camera.patch(TIME, {"sTimezone": zone})
        assert admin.get(TIME)["sTz"] == shown
    admin.camera.patch(TIME, {"sTimezone": "Mars/Base"})
    assert admin.get(TIME)["sTz"] == "UTC+1"


def test_a_write_may_be_answered_with_a_code(person):
    answer = person("time-answers-code").put(TIME, {"sMethod": "ntp", "dNtpConfig": NTP, **ZONE})
    assert answer == {"code": 0, "message": "Time set successfully"}


def test_the_timestamp_is_written_with_its_right_name(person):
    admin = person("time-typos")
    assert "iTimstamp" in admin.get(TIME)
    admin.put(TIME, {"sMethod": "manual", "iTimestamp": 5, **ZONE})
    admin.login()
    assert admin.get(TIME)["iTimstamp"] in {5, 6}
    assert admin.violations == []


def test_a_reboot_takes_a_while_and_ends_edit_mode(person):
    admin = person()
    admin.put("/image/0/scene", {"iProfile": 1})
    assert admin.post("/system/reboot")["code"] == 0
    with pytest.raises(ConnectionDropped):
        admin.get(TIME)
    admin.clock.now += 2
    assert admin.get("/image/0")["nightToDay"]["iProfileCur"] == 0
    assert admin.camera.boots == 1


def test_the_firmware_can_be_set(person):
    admin = person()
    admin.camera.firmware = "V1.1.1"
    assert admin.get("/system/device-info")["sFirmwareVersion"] == admin.camera.firmware == "V1.1.1"


def test_a_notify_write_takes_the_media_process_down_for_a_while(person):
    admin = person()
    assert admin.edit("/notify/cfg", {})["code"] == 0
    admin.clock.now += 0.9
    for path in (
        "/video/0/encode",
        "/osd/cfg",
        "/image/0",
        "/record/rule/info",
        "/model/inference?id=0",
        "/notify/cfg",
    ):
        assert admin.get(path) == {"code": 500, "message": "Backend connection failed: -1"}
    for path in ("/network/lan", "/model/list", "/system/time", "/audio/0"):
        admin.get(path)
        assert admin.status == 200
    admin.clock.now += 0.1
    assert admin.get("/osd/cfg")["attribute"]


def test_the_notify_status_follows_the_mode(person):
    admin = person()
    assert admin.get("/notify/status") == {"status": "stopped"}
    admin.edit("/notify/cfg", {"iMode": 3})
    admin.clock.now += 5
    assert admin.get("/notify/status") == {"status": "running"}


def test_inference_settles_after_a_while(person):
    admin = person()
    path = "/model/inference?id=0"
    admin.edit(path, {"iEnable": 0})
    assert (admin.get(path)["sStatus"], admin.get(path)["iActualFPS"]) == ("stopping", 0)
    admin.clock.now += 1
    assert admin.get(path)["sStatus"] == "stopped"
    admin.edit(path, {"iEnable": 1, "iFPS": 7})
    assert admin.get(path)["sStatus"] == "starting"
    admin.clock.now += 1
    assert (admin.get(path)["sStatus"], admin.get(path)["iActualFPS"]) == ("running", 7)


@pytest.mark.parametrize("path", ["/model/inference", "/model/inference?id=1", "/model/info"])
def test_inference_and_cards_need_their_parameter(person, path):
    assert person().get(path)["code"] == 400


def test_a_card_must_be_whole(person):
    admin = person()
    path = "/model/info?File-name=yolo11n.rknn"
    card = admin.get(path)
    assert admin.post(path, {"name": "mine"})["code"] == 400
    assert admin.post(path, card | {"metrics": {"iou": 0.5}})["code"] == 400
    assert admin.post(path, card | {"name": "mine"})["code"] == 0
    assert admin.get(path)["name"] == "mine"
    assert admin.get("/model/list")[0]["modelInfo"]["name"] == "mine"
    assert admin.get("/model/info?File-name=other.rknn")["message"] == "Model info not found"


class TestWiFi:
    def at(self, admin):
        return [cell["sBssid"] for cell in admin.get("/network/wifi-list") if cell["sConnected"]]

    def cell(self, admin, ssid):
        cells = [cell for cell in admin.get("/network/wifi-list") if cell["sSsid"] == ssid]
        return max(cells, key=lambda cell: cell["iRssi"])["sBssid"]

    def connect(self, admin, bssid, **secret):
        return admin.post("/network/wifi", {"sSsid": bssid, **secret})

    def test_a_network_is_joined_by_its_bssid(self, person):
        admin = person()
        assert admin.get("/network/wifi")["dIpv4"]["sV4Address"] == ""
        bssid = self.cell(admin, "plant")
        assert self.connect(admin, bssid, sPassword="plant-wifi-pass")["status"] == 0
        assert self.at(admin) == [bssid]
        assert admin.get("/network/wifi")["dIpv4"]["sV4Address"]
        assert admin.violations == []

    def test_an_ssid_in_its_place_finds_nothing_and_is_a_breach(self, person):
        admin = person()
        assert self.connect(admin, "plant", sPassword="plant-wifi-pass")["status"] == -1
        assert admin.violations[0].startswith("wifi-name:")

    def test_a_wrong_password_is_told_only_by_the_status(self, person):
        admin = person()
        answer = self.connect(admin, self.cell(admin, "plant"), sPassword="wrong")
        assert (answer["code"], answer["status"], self.at(admin)) == (0, -2, [])

    @pytest.mark.parametrize(("ssid", "status"), [("guest", 0), ("cafe", 0), ("plant", -2)])
    def test_without_a_password_saved_and_open_networks_are_joined(self, person, ssid, status):
        admin = person()
        assert self.connect(admin, self.cell(admin, ssid))["status"] == status

    def test_a_network_is_forgotten_or_only_left(self, person):
        admin = person()
        bssid = self.cell(admin, "guest")
        self.connect(admin, bssid)
        assert admin.send("DELETE", "/network/wifi?disconnect=guest")["status"] == 0
        assert self.at(admin) == []
        assert self.connect(admin, bssid)["status"] == 0
        assert admin.send("DELETE", "/network/wifi?Ignore=guest")["status"] == 0
        assert self.connect(admin, bssid)["status"] == -2
        assert admin.send("DELETE", "/network/wifi?Ignore=guest")["status"] == -1
        assert admin.send("DELETE", "/network/wifi")["code"] == 400

    def test_switched_off_there_is_nothing_in_the_air(self, person):
        admin = person()
        bssid = self.cell(admin, "cafe")
        self.connect(admin, bssid)
        assert admin.post("/network/wifi-status?power=off")["code"] == 0
        assert admin.get("/network/wifi-status")["iPower"] == 0
        assert admin.get("/network/wifi-list") == []
        assert self.connect(admin, bssid)["status"] == -1
        assert admin.post("/network/wifi-status?power=on")["code"] == 0
        assert self.at(admin) == []
        assert admin.post("/network/wifi-status?power=maybe")["code"] == 400
        assert admin.post("/network/wifi", {})["code"] == 400

    def test_connecting_again_is_a_breach(self, person):
        admin = person()
        bssid = self.cell(admin, "plant")
        self.connect(admin, bssid, sPassword="wrong")
        for password in ("plant-wifi-pass", "plant-wifi-pass", "other"):
            self.connect(admin, bssid, sPassword=password)
        assert admin.violations == [
            "repeated: a connect to the network that the camera is already on"
        ]
        assert admin.camera.actions["wifi-connect"] == 4

    def test_joining_may_take_a_while(self, person):
        admin = person("wifi-slow")
        self.connect(admin, self.cell(admin, "cafe"))
        assert admin.response.delay == 8
        assert self.at(admin)

    def test_joining_may_happen_later(self, person):
        admin = person("wifi-async")
        for password, joined in (("wrong", 0), ("plant-wifi-pass", 1)):
            answer = self.connect(admin, self.cell(admin, "plant"), sPassword=password)
            assert (answer["status"], self.at(admin)) == (0, [])
            admin.clock.now += 8
            assert len(self.at(admin)) == joined
        self.connect(admin, self.cell(admin, "cafe"))
        admin.post("/network/wifi-status?power=off")
        admin.clock.now += 8
        admin.post("/network/wifi-status?power=on")
        assert self.at(admin) == []

    def test_the_air_can_be_another(self, person):
        admin = person()
        admin.camera.radio.air = (AccessPoint("yard", "aa:bb:cc:00:00:01", -50),)
        assert self.connect(admin, "aa:bb:cc:00:00:01")["status"] == 0


def test_the_ssh_server_has_a_switch_and_the_disk_room(person):
    admin = person()
    assert admin.get("/system/ssh") == {"bRunning": False}
    assert admin.edit("/system/ssh", {"bRunning": True})["code"] == 0
    assert admin.get("/system/ssh") == {"bRunning": True}
    assert admin.edit("/system/ssh", {"bRunning": 1})["code"] == 400
    assert admin.get("/system/remain-space") == {"availableDisk": 20480}
    assert admin.violations == ["type: /system/ssh bRunning sent in another JSON type"]


def test_an_older_firmware_knows_neither(person):
    admin = person("system-bare")
    assert {admin.get(path)["code"] for path in ("/system/ssh", "/system/remain-space")} == {404}
