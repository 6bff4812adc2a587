"""Each flavour shows; the ones with rules of their own are in the tests of their domain."""

from pathlib import Path

import pytest

from recamera_gitops.emulator import FLAVOURS, EmulatedCamera
from recamera_gitops.errors import InvalidInput

TRIGGER = "/record/rule/record-rule-config"


def audio_floor(admin):
    assert admin.get("/audio/storage")["iBitRate"] == 16000
    assert admin.edit("/audio/storage", {})["code"] == 400
    assert admin.edit("/audio/storage", {"iBitRate": 32000})["code"] == 0


def audio_strings(admin):
    assert admin.get("/audio/storage")["iBitRate"] == "64000"
    admin.edit("/audio/storage", {"iBitRate": 32000})
    assert admin.violations == ["type: /audio/storage iBitRate sent in another JSON type"]


def class_filter_ints(admin):
    rule = admin.get(TRIGGER)["lInferenceSet"][0]
    assert rule["lClassFilter"] == [0]
    admin.edit(TRIGGER, {"lInferenceSet": [rule | {"lClassFilter": ["dog", 1]}]})
    assert admin.get(TRIGGER)["lInferenceSet"][0]["lClassFilter"] == [7, 1]
    unknown = rule | {"lClassFilter": ["dragon"]}
    assert admin.edit(TRIGGER, {"lInferenceSet": [unknown]})["code"] == 400


def code_200(admin):
    assert admin.edit("/audio/0", {})["code"] == 200


def dark_boost_zero(admin):
    shown = admin.get("/image/0")["profile"][0]["BLC"]
    assert shown["iDarkBoostLevel"] == 0
    admin.put("/image/0/scene", {"iProfile": 0})
    assert admin.put("/image/0/0/blc", shown)["code"] == 0


def echo_writes(admin):
    encode = admin.get("/video/0/encode")
    assert admin.edit("/video/0/encode", {"iGOP": 25}, method="PUT") == encode | {"iGOP": 25}


def errors_as_200(admin):
    assert admin.edit("/audio/0", {"iEnable": 2})["code"] == 400
    assert admin.status == 200
    admin.headers = {}
    assert (admin.get("/audio/0")["code"], admin.status) == (401, 200)


def float_noise(admin):
    position = admin.get("/osd/cfg")["channelNameOverlay"]["iPositionX"]
    assert position != 0.05
    assert abs(position - 0.05) < 1e-7


def ftp_typo(admin):
    assert "sEnabel" in admin.get("/ftp/setting")
    assert admin.edit("/ftp/setting", {"sEnabel": True})["code"] == 0
    assert admin.get("/ftp/setting")["sEnabel"] is True


def pin(*names):
    def check(admin):
        shown = admin.get(TRIGGER)["dGPIO"]
        assert shown.keys() & {"sName", "iNum"} == set(names)
        change = {"sCurrentSelected": "GPIO"}
        assert admin.edit(TRIGGER, change)["code"] == 0
        wrong = {"sName": "GPIO_09"} if "sName" in names else {"iNum": 9}
        assert admin.edit(TRIGGER, change | {"dGPIO": shown | wrong})["code"] == 400

    return check


def lan_manual(admin):
    assert admin.get("/network/lan")["dIpv4"]["sV4Method"] == "manual"


def legacy_trigger_names(admin):
    assert admin.get(TRIGGER)["sCurrentSelected"] == "InferenceSet"
    assert admin.edit(TRIGGER, {"sCurrentSelected": "Timer"})["code"] == 0
    assert admin.edit(TRIGGER, {"sCurrentSelected": "TIMER"})["code"] == 400


def lists_shuffled(admin):
    windows = [
        {"sStart": f"{day} 08:00:00", "sEnd": f"{day} 09:00:00"} for day in ("Mon", "Tue", "Wed")
    ]
    admin.post("/record/rule/schedule-rule-config", {"bEnabled": True, "lActiveWeekdays": windows})
    shown = admin.get("/record/rule/schedule-rule-config")["lActiveWeekdays"]
    assert shown == windows[::-1]
    polygon = admin.get(TRIGGER)["lInferenceSet"][0]["lRegionFilter"][0]["lPolygon"]
    assert polygon == [[0, 0], [1, 0], [1, 1], [0, 1]]


def live_exposure(admin):
    seen = [admin.get("/image/0")["profile"][0]["exposure"]["iExposureGain"] for _ in range(3)]
    assert len(set(seen)) > 1


def login_plain(admin):
    assert admin.login(encrypt=True)["iStatus"] == -1
    assert admin.login(encrypt=False)["iAuth"] == 1


def loopback_open(admin):
    admin.headers = {}
    assert admin.get("/osd/cfg")["attribute"]
    admin.client = "10.0.0.7"
    assert admin.get("/osd/cfg")["code"] == 401


def max_rate(admin):
    assert admin.get("/video/0/encode")["iMaxRate"] == 100000
    assert admin.edit("/video/0/encode", {"iMaxRate": 200000})["code"] == 0


def metrics_percent(admin):
    path = "/model/info?File-name=yolo11n.rknn"
    card = admin.get(path)
    assert card["metrics"] == {"iou": 45, "confidence": 25, "max_obj": 100}
    assert admin.post(path, card | {"metrics": card["metrics"] | {"iou": 0.5}})["code"] == 400


def models_object(admin):
    assert len(admin.get("/model/list")["lModels"]) == 2


def no_dark_boost(admin):
    assert "iDarkBoostLevel" not in admin.get("/image/0")["profile"][0]["BLC"]


def no_profile_cur(admin):
    assert "iProfileCur" not in admin.get("/image/0")["nightToDay"]


def noise_reduce_s(admin):
    shown = admin.get("/image/0")["profile"][0]["imageEnhancement"]
    assert list(shown) == ["sNoiseReduceMode", "iSpatialDenoiseLevel", "iTemporalDenoiseLevel"]
    admin.put("/image/0/scene", {"iProfile": 0})
    off = shown | {"sNoiseReduceMode": 0, "iSpatialDenoiseLevel": 9}
    assert admin.put("/image/0/0/enhancement", off)["code"] == 0
    assert admin.get("/image/0")["profile"][0]["imageEnhancement"]["iSpatialDenoiseLevel"] == 50


def post_only_encode(admin):
    assert admin.edit("/video/1/encode", {}, method="PUT")["code"] == 405
    assert admin.edit("/video/1/encode", {}, method="POST")["code"] == 0
    assert admin.violations == []


def rtsp_url_stored(admin):
    assert admin.get("/video/0/stream")["rtsp"]["sURL"] == "rtsp://192.168.42.1:554/live"


def image_post_modifies(admin):
    shown = admin.get("/image/0")
    shown["videoAdjustment"]["iImageRotation"] = 180
    assert admin.post("/image/0", shown)["code"] == 0
    assert admin.get("/image/0") == shown


def resource_flat(admin):
    assert all(isinstance(value, int) for value in admin.get("/system/resource-info").values())


def resource_strings(admin):
    assert admin.get("/system/resource-info")["sMem"]["iMemUsage"] == "50"


def rule_seconds(admin):
    assert admin.get("/record/rule/info")["dLastRuleEvent"]["iTimestamp"] < 10**11


def sed(admin):
    shown = admin.get(TRIGGER)
    assert shown["sCurrentSelected"] == "SED"
    assert shown["dSED"]["lClassFilter"] == ["glass"]
    without = {key: value for key, value in shown.items() if key != "dSED"}
    admin.post(TRIGGER, without | {"sCurrentSelected": "TIMER"})
    assert admin.violations == [f"partial: {TRIGGER} dSED left out"]


def source_filter(admin):
    rule = admin.get(TRIGGER)["lInferenceSet"][0]
    assert rule["lSourceFilter"] == ["builtin"]
    wrong = rule | {"lSourceFilter": [1]}
    assert admin.edit(TRIGGER, {"lInferenceSet": [wrong]})["code"] == 400


def streams_not_exclusive(admin):
    stream = admin.get("/video/0/stream")
    stream["onvif"]["iEnabled"] = 1
    assert admin.post("/video/0/stream", stream)["code"] == 0


def template_obb(admin):
    assert admin.get("/notify/cfg")["dTemplate"]["sOBB"] == ""
    assert "sOBB" not in EmulatedCamera().documents["/notify/cfg"]["dTemplate"]


def uart_ref(admin):
    assert admin.get("/notify/cfg")["dUart"] == {"sPort": "/dev/ttyS0"}


def vendor_fields(admin):
    shown = admin.get("/osd/cfg")
    assert shown["sVendorNote"] == shown["attribute"]["sVendorNote"] == "kept"
    assert admin.get("/image/0")["profile"][2]["exposure"]["sVendorNote"] == "kept"
    assert admin.get("/network/wifi-list")[0]["sVendorNote"] == "kept"
    audio = admin.get("/audio/0")
    admin.post("/audio/0", audio | {"sVendorNote": "mine"})
    assert admin.violations == ["unknown-field: /audio/0 sVendorNote changed"]
    del audio["sVendorNote"]
    admin.post("/audio/0", audio)
    assert admin.get("/audio/0")["sVendorNote"] == ""
    assert admin.violations[1] == "partial: /audio/0 sVendorNote left out"


def wifi_strings(admin):
    assert {cell["sReserved"] for cell in admin.get("/network/wifi-list")} == {"true", "false"}
    assert "iId" in admin.get("/network/wifi-status")


SHOWN = {
    "audio-floor": audio_floor,
    "audio-strings": audio_strings,
    "class-filter-ints": class_filter_ints,
    "code-200": code_200,
    "dark-boost-zero": dark_boost_zero,
    "echo-writes": echo_writes,
    "errors-as-200": errors_as_200,
    "float-noise": float_noise,
    "ftp-sEnabel": ftp_typo,
    "gpio-both": pin("sName", "iNum"),
    "gpio-number": pin("iNum"),
    "image-post-modifies": image_post_modifies,
    "lan-manual": lan_manual,
    "legacy-trigger-names": legacy_trigger_names,
    "lists-shuffled": lists_shuffled,
    "live-exposure": live_exposure,
    "login-plain": login_plain,
    "loopback-open": loopback_open,
    "max-rate-200000": max_rate,
    "metrics-percent": metrics_percent,
    "models-object": models_object,
    "no-dark-boost": no_dark_boost,
    "no-profile-cur": no_profile_cur,
    "noise-reduce-s": noise_reduce_s,
    "post-only-encode": post_only_encode,
    "resource-flat": resource_flat,
    "resource-strings": resource_strings,
    "rtsp-url-stored": rtsp_url_stored,
    "rule-seconds": rule_seconds,
    "sed": sed,
    "source-filter": source_filter,
    "streams-not-exclusive": streams_not_exclusive,
    "template-obb": template_obb,
    "uart-ref": uart_ref,
    "vendor-fields": vendor_fields,
    "wifi-strings": wifi_strings,
}


@pytest.mark.parametrize("flavour", sorted(SHOWN))
def test_a_flavour_shows(person, flavour):
    SHOWN[flavour](person(flavour))


def test_every_flavour_is_tested():
    assert SHOWN.keys() <= FLAVOURS.keys()
    here = Path(__file__)
    others = "".join(path.read_text() for path in here.parent.glob("test_*.py") if path != here)
    assert [name for name in FLAVOURS.keys() - SHOWN.keys() if f'"{name}"' not in others] == []


def test_an_unknown_flavour_is_invalid_input():
    with pytest.raises(InvalidInput) as refused:
        EmulatedCamera(flavours=frozenset({"sweet"}))
    assert refused.value.diagnostics[0].rule == "unknown-flavour"


def test_without_a_flavour_a_pin_has_a_name(person):
    admin = person()
    pin("sName")(admin)
    assert admin.get("/ftp/setting")["sEnable"] is False
    assert admin.get("/network/lan")["dIpv4"]["sV4Method"] == "dhcp"
