"""What each field accepts, as [cgi], [ref] and [sdk] give it."""

import pytest

ENCODE = "/video/0/encode"
STREAM = "/video/0/stream"
OSD = "/osd/cfg"
RULE = "/record/rule/config"
WINDOWS = "/record/rule/schedule-rule-config"
TRIGGER = "/record/rule/record-rule-config"
NOTIFY = "/notify/cfg"
SERIAL = "/api/v1/device/serial-port"
KEY = "k" * 32
MASK = {"id": 0, "iMaskWidth": 0.1, "iMaskHeight": 0.1, "iPositionX": 0, "iPositionY": 1}
SQUARE = [[0, 0], [1, 0], [1, 1]]

ACCEPTED = [
    (ENCODE, {"sResolution": "384*384"}),
    (ENCODE, {"sResolution": "1080*1080"}),
    (ENCODE, {"sFrameRate": "120"}),
    (ENCODE, {"iMaxRate": 3}),
    (ENCODE, {"iMaxRate": 65536}),
    (ENCODE, {"sRCMode": "CBR"}),
    (STREAM, {"muticast": {"iEnabled": 1, "sAddress": "239.255.255.255", "sPort": "1"}}),
    (OSD, {"maskOverlay": {"iEnabled": 1, "privacyMask": [MASK] * 6}}),
    (RULE, {"dWriterConfig": {"sFormat": "RAW", "iIntervalMs": 5000}}),
    (WINDOWS, {"lActiveWeekdays": [{"sStart": "Sun 23:59:59", "sEnd": "Sat 24:00:00"}]}),
    (TRIGGER, {"sCurrentSelected": "ALWAYS_ON"}),
    (NOTIFY, {"iMode": 3}),
    (SERIAL, {"iBaudrate": 921600}),
    ("/web/setting", {"sEnable": True, "sApiKey": KEY}),
    ("/audio/storage", {"iBitRate": 32000}),
    ("/audio/storage", {"iBitRate": 128000}),
    ("/audio/1", {"sEncodeType": "G711U"}),
    ("/ftp/setting", {"sFtpPort": "2121"}),
    ("/model/inference?id=0", {"iEnable": 0, "iFPS": 0}),
]
REFUSED = [
    (ENCODE, {"sResolution": "3840x2160"}),
    (ENCODE, {"sResolution": "383*384"}),
    (ENCODE, {"sResolution": "3840*3840"}),
    (ENCODE, {"sResolution": 1080}),
    (ENCODE, {"sFrameRate": 30}),
    (ENCODE, {"sFrameRate": "121"}),
    (ENCODE, {"sFrameRate": "0"}),
    (ENCODE, {"iMaxRate": 2}),
    (ENCODE, {"iMaxRate": 65537}),
    (ENCODE, {"iMaxRate": 4096.0}),
    (ENCODE, {"iGOP": 121}),
    (ENCODE, {"iEnabled": True}),
    (ENCODE, {"sOutputDataType": "H265"}),
    (ENCODE, {"sRCQuality": "best"}),
    (STREAM, {"muticast": {"iEnabled": 1, "sAddress": "223.0.0.1", "sPort": "1"}}),
    (STREAM, {"muticast": {"iEnabled": 1, "sAddress": "224.1.1.1", "sPort": 8868}}),
    (STREAM, {"muticast": {"iEnabled": 1, "sAddress": "224.1.1.1", "sPort": "65536"}}),
    (STREAM, {"rtmp": {"iEnabled": 0, "sURL": "http://push.example"}}),
    (OSD, {"attribute": {"iOSDFontSize": 20, "sOSDFrontColor": "fff", "sOSDFrontColorMode": 0}}),
    (OSD, {"SNOverlay": {"iEnabled": 1, "iPositionX": 1.01, "iPositionY": 0}}),
    (OSD, {"maskOverlay": {"iEnabled": 1, "privacyMask": [MASK] * 7}}),
    (OSD, {"maskOverlay": {"iEnabled": 1, "privacyMask": [{"id": 0}]}}),
    (OSD, {"maskOverlay": {"iEnabled": 1, "privacyMask": {}}}),
    (OSD, {"maskOverlay": []}),
    (RULE, {"bRuleEnabled": 1}),
    (RULE, {"dWriterConfig": {"sFormat": "mp4", "iIntervalMs": 0}}),
    (RULE, {"dWriterConfig": {"sFormat": "MP4", "iIntervalMs": -1}}),
    (WINDOWS, {"lActiveWeekdays": [{"sStart": "Mon 24:00:00", "sEnd": "Tue 01:00:00"}]}),
    (WINDOWS, {"lActiveWeekdays": [{"sStart": "Monday 01:00:00", "sEnd": "Tue 01:00:00"}]}),
    (TRIGGER, {"sCurrentSelected": "SED"}),
    (TRIGGER, {"dTimer": {"iIntervalSeconds": 0}}),
    (TRIGGER, {"sCurrentSelected": "TTY", "dTTY": {"sName": "ttyS9", "sCommand": "GO"}}),
    (TRIGGER, {"dTTY": {"sName": "Console", "sCommand": "größer"}}),
    (NOTIFY, {"iMode": 4}),
    (NOTIFY, {"iMode": 1}),
    (NOTIFY, {"iMode": 2}),
    (SERIAL, {"iBaudrate": 1200}),
    (SERIAL, {"sParity": "X"}),
    ("/web/setting", {"sApiKey": "short"}),
    ("/audio/storage", {"iBitRate": 31999}),
    ("/audio/storage", {"iBitRate": 128001}),
    ("/audio/storage", {"sEncodeType": "AAC"}),
    ("/audio/0", {"iBitRate": 32000}),
    ("/audio/0", {"iEnable": True}),
    ("/ftp/setting", {"sFtpUser": "root"}),
    ("/model/inference?id=0", {"sModel": "missing.rknn"}),
    ("/model/inference?id=0", {"iFPS": -1}),
]


@pytest.mark.parametrize(("path", "change"), ACCEPTED)
def test_within_the_range_it_is_kept(person, path, change):
    admin = person()
    assert admin.edit(path, change)["code"] == 0
    admin.clock.now += 5
    assert change.items() <= admin.get(path).items()
    assert admin.violations == []


@pytest.mark.parametrize(("path", "change"), REFUSED)
def test_outside_the_range_it_is_refused_and_nothing_changes(person, path, change):
    admin = person()
    before = admin.get(path)
    assert admin.edit(path, change)["code"] == 400
    assert admin.status == 400
    assert admin.get(path) == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sFtpPassword": "weak"}, 10001),
        ({"sFtpPort": "70000"}, 10004),
        ({"sFtpPort": "22"}, 10005),
    ],
)
def test_a_domain_error_travels_in_a_200(person, change, code):
    admin = person()
    assert admin.edit("/ftp/setting", change)["code"] == code
    assert admin.status == 200


@pytest.mark.parametrize(
    ("rule", "accepted"),
    [
        ({}, True),
        ({"lConfidenceFilter": [0.5, 0.5]}, True),
        ({"lConfidenceFilter": [0.6, 0.5]}, False),
        ({"lConfidenceFilter": [0.5]}, False),
        ({"lConfidenceFilter": [0.5, 1.1]}, False),
        ({"lClassFilter": [0]}, False),
        ({"lRegionFilter": [{"lPolygon": SQUARE}]}, True),
        ({"lRegionFilter": [{"lPolygon": SQUARE[:2]}]}, False),
        ({"lRegionFilter": [{"lPolygon": [[0, 0], [1, 0], [1, 2]]}]}, False),
        ({"lRegionFilter": []}, False),
        ({"iDebounceTimes": -1}, False),
    ],
)
def test_inference_rules(person, rule, accepted):
    admin = person()
    standing = admin.get(TRIGGER)["lInferenceSet"][0]
    answer = admin.edit(TRIGGER, {"lInferenceSet": [standing | rule]})
    assert (answer["code"] == 0) is accepted


def test_a_classification_model_wants_no_region(person):
    admin = person()
    admin.camera.patch("/model/inference", {"sModel": "mobilenet.rknn"})
    standing = admin.get(TRIGGER)["lInferenceSet"][0]
    assert admin.edit(TRIGGER, {"lInferenceSet": [standing]})["code"] == 400
    bare = standing | {"lRegionFilter": []}
    assert admin.edit(TRIGGER, {"lInferenceSet": [bare]})["code"] == 0


@pytest.mark.parametrize(
    ("stream", "on", "code"),
    [
        (0, ("rtsp", "rtmp"), 400),
        (0, ("rtsp", "onvif"), 400),
        (0, ("onvif",), 0),
        (0, (), 0),
        (1, ("rtsp", "rtmp"), 400),
        (1, ("rtsp", "onvif"), 0),
    ],
)
def test_protocols_of_a_stream_exclude_each_other(person, stream, on, code):
    admin = person()
    path = f"/video/{stream}/stream"
    shown = admin.get(path)
    for protocol in ("rtsp", "rtmp", "onvif"):
        shown[protocol]["iEnabled"] = int(protocol in on)
    assert admin.post(path, shown)["code"] == code


def test_the_rtsp_address_is_made_for_whoever_asks(person):
    admin = person()
    assert admin.get("/video/1/stream")["rtsp"]["sURL"] == "rtsp://10.0.0.9:554/sub"
