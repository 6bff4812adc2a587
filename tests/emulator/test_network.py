import pytest

from recamera_gitops.emulator import ConnectionDropped, EmulatedCamera
from recamera_gitops.exchange import Request

LAN = "/network/lan"
WLAN = "/network/wlan"
HOME = "192.168.10.21"
FIXED = {
    "sV4Method": "static",
    "sV4Address": "192.168.10.50",
    "sV4Gateway": "192.168.10.254",
    "sV4Netmask": "255.255.255.0",
}


def fix(admin, path=LAN, *, dns=True, **change):
    shown = admin.get(path)
    shown["dIpv4"] |= FIXED | change
    shown["dLink"]["bEnableMethod"] = dns
    return admin.put(path, shown)


def test_a_fixed_address_moves_the_camera(person):
    admin = person()
    assert admin.camera.host == HOME
    assert fix(admin) == {"code": 0, "message": "SUCCESS TO SET IP"}
    assert admin.camera.host == "192.168.10.50"
    assert admin.camera.actions["move"] == 1
    assert admin.get(LAN)["dIpv4"] == FIXED
    assert admin.violations == []


def test_back_at_dhcp_it_has_what_the_server_gives(person):
    admin = person()
    fix(admin)
    admin.camera.leases[LAN]["sV4Address"] = "192.168.10.77"
    fix(admin, sV4Method="dhcp", sV4Address="1.2.3.4")
    assert admin.get(LAN)["dIpv4"]["sV4Address"] == admin.camera.host == "192.168.10.77"


def test_the_other_interface_does_not_move_the_conversation(person):
    admin = person()
    assert fix(admin, WLAN)["code"] == 0
    assert (admin.camera.host, admin.camera.actions["move"]) == (HOME, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"sV4Address": "192.168.10"},
        {"sV4Address": "192.168.10.0"},
        {"sV4Address": "192.168.10.255"},
        {"sV4Address": "192.168.10.1"},
        {"sV4Address": "192.168.10.254"},
        {"sV4Address": "192.168.11.5"},
        {"sV4Address": ".".join("0000")},
        {"sV4Address": "127.0.0.5", "sV4Gateway": "127.0.0.9"},
        {"sV4Gateway": "192.168.10.256"},
        {"sV4Netmask": "255.0.255.0"},
        {"sV4Netmask": "0.0.0.255"},
        {"sV4Method": "manual"},
        {"dns": False},
    ],
)
def test_an_address_that_cannot_be_is_refused(person, change):
    admin = person()
    before = admin.get(LAN)
    assert fix(admin, **change)["code"] == 400
    assert admin.get(LAN) == before


@pytest.mark.parametrize(
    "link",
    [{"sDNS1": "", "sDNS2": ""}, {"sDNS1": "dns.example"}, {"bEnableMethod": 1}],
)
def test_a_link_that_is_refused(person, link):
    admin = person()
    shown = admin.get(LAN)
    shown["dLink"] |= link
    assert admin.put(LAN, shown)["code"] == 400


@pytest.mark.parametrize("missing", ["dIpv4", "dLink"])
def test_both_halves_are_needed(person, missing):
    admin = person()
    shown = admin.get(LAN)
    del shown[missing]
    answer = admin.put(LAN, shown)
    assert answer["code"] == 400
    assert missing in answer["message"]


def test_what_the_hardware_is_cannot_be_written(person):
    admin = person()
    shown = admin.get(LAN)
    shown["dLink"]["sAddress"] = "00:00:00:00:00:01"
    admin.put(LAN, shown)
    assert admin.violations == ["read-only: /network/lan dLink.sAddress changed"]
    assert admin.get(LAN)["dLink"]["sAddress"] == "2c:f7:f1:00:00:01"


def test_a_camera_on_loopback_may_move_there(person):
    admin = person()
    admin.camera.home = {"sV4Address": "127.11.0.1", "sV4Netmask": "255.0.0.0"}
    admin.camera.home["sV4Gateway"] = "127.255.255.254"
    admin.camera.reset()
    admin.login()
    assert admin.camera.host == "127.11.0.1"
    assert fix(admin, **admin.camera.home | {"sV4Address": "127.11.0.9"})["code"] == 0
    assert admin.camera.host == "127.11.0.9"


def test_the_answer_may_be_lost(person):
    admin = person("lan-reply-lost")
    with pytest.raises(ConnectionDropped) as dropped:
        fix(admin)
    assert dropped.value.executed
    assert admin.camera.host == "192.168.10.50"
    assert admin.put(LAN, admin.get(LAN))["code"] == 0


def test_the_address_may_not_be_had(person):
    admin = person("lan-unobtainable")
    assert fix(admin) == {"code": 500, "message": "Unable to Obtain IP address"}
    assert admin.camera.host == HOME


def test_the_answer_may_tell_the_address(person):
    assert fix(person("lan-expected-ip"))["sExpectedIp"] == "192.168.10.50"


def test_dns_by_hand_may_be_the_other_way_round(person):
    admin = person("dns-method-inverted")
    assert admin.get(LAN)["dLink"]["bEnableMethod"] is True
    assert fix(admin)["code"] == 400
    assert fix(admin, dns=False)["code"] == 0


def test_elsewhere_nobody_answers():
    camera = EmulatedCamera()
    request = Request("GET", "/cgi-bin/entry.cgi/system/key")
    assert camera.handle(request, host=HOME).status == 200
    with pytest.raises(ConnectionDropped):
        camera.handle(request, host="192.168.10.50")
    camera.move("192.168.10.50")
    assert camera.handle(request, host="192.168.10.50").status == 200
    assert camera.in_flight == 0


def test_over_the_air_it_vanishes_with_the_network(person):
    admin = person()
    admin.camera.radio.at = admin.camera.radio.air[3]
    admin.camera.interface = WLAN
    assert admin.camera.host == "192.168.10.22"
    assert admin.send("DELETE", "/network/wifi?disconnect=cafe")["code"] == 0
    with pytest.raises(ConnectionDropped):
        admin.get(LAN)


class TestOverTheAir:
    GUEST, PLANT = "5c:e9:31:00:00:03", "5c:e9:31:00:00:01"

    def admin(self, person, *flavours):
        admin = person(*flavours)
        admin.camera.radio.at = admin.camera.radio.air[2]
        admin.camera.interface = WLAN
        return admin

    def join(self, admin, key="plant-wifi-pass"):
        return admin.post("/network/wifi", {"sSsid": self.PLANT, "sPassword": key})

    def test_the_association_shows_the_address(self, person):
        admin = self.admin(person)
        assert admin.get("/network/wifi")["dIpv4"]["sV4Address"] == admin.camera.host
        self.join(admin)
        assert admin.camera.host == "192.168.10.22"

    def test_another_network_may_mean_another_address(self, person):
        admin = self.admin(person, "wifi-other-address")
        self.join(admin)
        assert admin.camera.host == "192.168.10.122"
        assert admin.get("/network/wifi")["dIpv4"]["sV4Address"] == "192.168.10.122"

    def test_the_answer_may_be_lost(self, person):
        admin = self.admin(person, "wifi-reply-lost")
        with pytest.raises(ConnectionDropped) as dropped:
            self.join(admin)
        assert dropped.value.executed
        assert admin.camera.radio.at.ssid == "plant"

    def test_a_failure_may_cost_the_old_network(self, person):
        admin = self.admin(person, "wifi-leaves-first")
        assert self.join(admin, "wrong-password")["status"] == -2
        with pytest.raises(ConnectionDropped):
            admin.get(LAN)

    def test_with_a_cable_it_is_reached_the_other_way(self, person):
        admin = self.admin(person, "wifi-cable")
        admin.post("/network/wifi-status?power=off")
        assert admin.camera.host == "192.168.10.21"
        assert admin.get("/network/wifi")["dIpv4"]["sV4Address"] == ""


class TestHttps:
    KEY = Request("GET", "/cgi-bin/entry.cgi/system/key?x=1", {"Host": "10.0.0.9:8180"})

    def test_the_switch_turns_the_ports_round(self, person):
        admin = person()
        assert admin.camera.handle(self.KEY, scheme="http").status == 200
        assert admin.edit("/system/secure", {"sEnable": True})["code"] == 0
        assert admin.camera.scheme == "https"
        answer = admin.camera.handle(self.KEY, scheme="http")
        assert answer.status == 307
        assert answer.headers["location"] == "https://10.0.0.9/cgi-bin/entry.cgi/system/key?x=1"
        assert admin.camera.handle(self.KEY, scheme="https").status == 200
        admin.edit("/system/secure", {"sEnable": False})
        assert admin.camera.handle(self.KEY, scheme="https").status == 307
        assert admin.camera.actions["https-switch"] == 2
        assert admin.violations == []

    def test_another_port_is_named(self, person):
        admin = person()
        admin.camera.ports = {"http": 8180, "https": 8543}
        answer = admin.camera.handle(self.KEY, scheme="https")
        assert answer.headers["location"].startswith("http://10.0.0.9:8180/")

    def test_a_cookie_in_clear_is_a_breach(self, person):
        admin = person()
        admin.camera.patch("/system/secure", {"sEnable": True})
        request = Request("GET", "/cgi-bin/entry.cgi/osd/cfg", admin.headers)
        assert admin.camera.handle(request, scheme="http").status == 307
        assert admin.violations[0].startswith("downgrade:")

    def test_the_other_port_may_be_closed(self, person):
        admin = person("no-redirect")
        with pytest.raises(ConnectionDropped):
            admin.camera.handle(self.KEY, scheme="https")

    @pytest.mark.parametrize("value", [1, "true", None])
    def test_the_switch_is_a_boolean(self, person, value):
        assert person().post("/system/secure", {"sEnable": value})["code"] == 400


class TestServices:
    def test_rotating_the_key_ends_the_one_in_use(self, person):
        admin = person()
        admin.edit("/web/setting", {"sEnable": True})
        key = admin.get("/web/setting")["sApiKey"]
        admin.headers = {"Authorization": f"Bearer {key}"}
        assert admin.edit("/web/setting", {"sApiKey": "n" * 32})["code"] == 0
        assert admin.get("/web/setting")["code"] == 401

    def test_a_key_has_32_characters(self, person):
        admin = person()
        for key in ("k" * 31, "k" * 33):
            answer = admin.edit("/web/setting", {"sApiKey": key})
            assert answer["message"] == "Password Must Be 32 Characters Long"

    def test_what_is_outside_the_cgi_is_not_inside(self, person):
        admin = person()
        admin.send("GET", "/cgi-bin/entry.cgi/api/v1/device/serial-port")
        assert admin.status == 404
        assert admin.get("/api/v1/device/serial-port")["iBaudrate"] == 115200

    def test_low_rates_may_be_taken(self, person):
        assert person().edit("/audio/storage", {"iBitRate": 8000})["code"] == 400
        assert person("audio-low-rates").edit("/audio/storage", {"iBitRate": 8000})["code"] == 0

    def test_streams_may_keep_what_is_left_out(self, person):
        push = {"rtmp": {"iEnabled": 0, "sURL": "rtmp://push.example/live"}}
        for flavours, kept in (((), "224.1.1.1"), (("stream-merge",), "224.9.9.9")):
            admin = person(*flavours)
            change = {"iEnabled": 0, "sAddress": "224.9.9.9", "sPort": "5000"}
            admin.edit("/video/0/stream", {"muticast": change})
            assert admin.post("/video/0/stream", push)["code"] == 0
            shown = admin.get("/video/0/stream")
            assert shown["muticast"]["sAddress"] == kept
            assert shown["rtmp"] == push["rtmp"]

    def test_with_merging_exclusion_is_of_the_result(self, person):
        admin = person("stream-merge")
        push = {"rtmp": {"iEnabled": 1, "sURL": "rtmp://push.example/live"}}
        assert admin.post("/video/0/stream", push)["code"] == 400
