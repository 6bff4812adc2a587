import pytest

from recamera_gitops.emulator import FLAVOURS, EmulatedCamera
from recamera_gitops.exchange import Request

ACTIONS = {"/image/0", "/network/wifi", "/network/wifi-status", "/system/firmware-upgrade"}
FILES = {"/download/config.tar", "/storage/relay/"}
QUERIES = {"/model/inference": "?id=0", "/model/info": "?File-name=yolo11n.rknn"}
UNWRITABLE_AS_READ = {
    ("audio-floor", "/audio/storage"),
    ("lan-unobtainable", "/network/lan"),
    ("lan-unobtainable", "/network/wlan"),
}


def readable(camera):
    return [
        path
        for path, verbs in camera.routes.items()
        if "GET" in verbs and "?" not in path and path not in FILES and "/ws/" not in path
    ]


def writable(camera):
    for path in readable(camera):
        for verb in camera.routes[path].keys() & {"PUT", "POST"}:
            if path not in ACTIONS:
                yield path + QUERIES.get(path, ""), verb


@pytest.mark.parametrize("flavour", [None, *sorted(FLAVOURS.keys() - {"first-use"})])
def test_what_was_read_can_be_written_back(person, flavour):
    admin = person(*([flavour] if flavour else []))
    for path, verb in writable(admin.camera):
        if (flavour, path) in UNWRITABLE_AS_READ:
            continue
        shown = admin.get(path)
        answer = admin.send(verb, path, shown)
        assert admin.status == 200, (path, answer)
        assert answer.get("code", 0) in {0, 200}, (path, answer)
        admin.clock.now += 600
        if flavour != "lists-shuffled" and "iTimestamp" not in shown and "iTimstamp" not in shown:
            assert admin.get(path) == shown or flavour == "live-exposure"
    assert admin.violations == []


def test_every_readable_address_answers_json(person):
    admin = person()
    for path in readable(admin.camera):
        admin.get(path + QUERIES.get(path, ""))
        assert admin.status == 200
        assert admin.response.headers["content-type"] == "application/json;charset-utf8"


def test_encoding_keeps_what_is_left_out_but_it_is_a_breach(person):
    admin = person()
    admin.put("/video/0/encode", {"iGOP": 25})
    encode = admin.get("/video/0/encode")
    assert (encode["iGOP"], encode["sFrameRate"]) == (25, "30")
    assert "partial: /video/0/encode sFrameRate left out" in admin.violations


@pytest.mark.parametrize(
    ("path", "changed", "partial", "lost"),
    [
        (
            "/record/rule/config",
            {"bRuleEnabled": True, "dWriterConfig": {"sFormat": "JPG", "iIntervalMs": 7}},
            {"bRuleEnabled": True},
            {"bRuleEnabled": True, "dWriterConfig": {"sFormat": "MP4", "iIntervalMs": 0}},
        ),
        (
            "/record/rule/config",
            {"bRuleEnabled": True, "dWriterConfig": {"sFormat": "JPG", "iIntervalMs": 7}},
            {"bRuleEnabled": True, "dWriterConfig": {"iIntervalMs": 8}},
            {"bRuleEnabled": True, "dWriterConfig": {"sFormat": "MP4", "iIntervalMs": 8}},
        ),
        (
            "/record/rule/schedule-rule-config",
            {
                "bEnabled": True,
                "lActiveWeekdays": [{"sStart": "Mon 00:00:00", "sEnd": "Mon 24:00:00"}],
            },
            {"bEnabled": True},
            {"bEnabled": True, "lActiveWeekdays": []},
        ),
    ],
)
def test_replacing_writes_reset_what_is_left_out(person, path, changed, partial, lost):
    admin = person()
    admin.post(path, changed)
    assert admin.get(path) == changed
    assert admin.violations == []
    admin.post(path, partial)
    assert admin.get(path) == lost
    assert admin.violations[0].startswith("partial:")


def test_a_stream_block_left_out_falls_back_to_the_factory(person):
    admin = person()
    admin.camera.patch("/video/0/stream", {"rtsp": {"iEnabled": 0}})
    stream = admin.get("/video/0/stream")
    del stream["rtsp"]
    stream["rtmp"] = {"iEnabled": 1, "sURL": "rtmp://push.example/live"}
    assert admin.post("/video/0/stream", stream)["code"] == 400


def test_notify_keeps_blocks_left_out_and_resets_inside_a_block(person):
    admin = person()
    admin.camera.patch("/notify/cfg", {"dMqtt": {"sTopic": "mine"}, "dHttp": {"sToken": "t"}})
    admin.post("/notify/cfg", {"dMqtt": {"sURL": "broker"}})
    admin.clock.now += 5
    after = admin.get("/notify/cfg")
    assert after["dHttp"]["sToken"] == "t"
    assert after["dMqtt"]["sURL"] == "broker"
    assert after["dMqtt"]["sTopic"] == "results/data"


@pytest.mark.parametrize("missing", ["attribute", "maskOverlay", "SNOverlay"])
def test_the_overlay_must_be_whole_and_the_answer_names_what_is_missing(person, missing):
    admin = person()
    overlay = admin.get("/osd/cfg")
    del overlay[missing]
    answer = admin.post("/osd/cfg", overlay)
    assert admin.status == answer["code"] == 400
    assert missing in answer["message"]


def test_a_missing_overlay_field_is_named_with_its_section(person):
    admin = person()
    overlay = admin.get("/osd/cfg")
    del overlay["dateTimeOverlay"]["sTimeStyle"]
    assert "dateTimeOverlay.sTimeStyle" in admin.post("/osd/cfg", overlay)["message"]


def test_a_changed_read_only_field_is_a_breach_and_stays(person):
    admin = person()
    admin.edit("/video/0/encode", {"sStreamType": "subStream"})
    assert admin.get("/video/0/encode")["sStreamType"] == "mainStream"
    assert admin.violations == ["read-only: /video/0/encode sStreamType changed"]


def test_an_invented_field_is_a_breach_and_not_kept(person):
    admin = person()
    admin.edit("/audio/0", {"iVolume": 3})
    assert "iVolume" not in admin.get("/audio/0")
    assert admin.violations == ["invented: /audio/0 iVolume was never shown"]


def test_another_json_type_is_a_breach(person):
    admin = person()
    admin.edit("/audio/storage", {"iBitRate": "64000"})
    assert admin.violations == ["type: /audio/storage iBitRate sent in another JSON type"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"iEnable": 1}', {"Content-Type": "application/octet-stream"}),
        (b'{"iEnable": 1}', {"Content-Type": "text/plain"}),
        (b'{"iEnable": 1}', {"Content-Type": ""}),
        (b"[1]", {"Content-Type": "application/json"}),
        (b"{", {"Content-Type": "application/json"}),
        (b"", {"Content-Type": "application/json"}),
    ],
)
def test_a_body_must_be_a_json_object_sent_as_one(person, body, headers):
    admin = person()
    response = admin.camera.handle(
        Request("POST", "/cgi-bin/entry.cgi/audio/0", admin.headers | headers, body)
    )
    assert response.status == 400
    assert bool(admin.violations) == bool(body)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_writing_to_an_unknown_address_is_a_breach(person, method):
    admin = person()
    admin.send(method, "/osd/nothing", {"a": 1})
    assert (admin.status, admin.data["message"]) == (404, "API Not Found")
    assert admin.violations == [f"unknown-endpoint: {method} /osd/nothing"]


def test_reading_an_unknown_address_is_no_breach(person):
    admin = person()
    admin.get("/osd/nothing")
    assert admin.status == 404
    assert admin.violations == []


def test_a_verb_that_no_source_knows_is_refused(person):
    admin = person()
    admin.edit("/audio/0", {}, method="PUT")
    assert (admin.status, admin.data["code"]) == (405, 405)
    assert admin.violations == ["unknown-endpoint: PUT /audio/0"]


def test_outside_the_cgi_an_unknown_address_is_the_consoles_page(person):
    admin = person()
    assert admin.get("/x/nowhere").startswith(b"<!doctype html>")
    assert admin.status == 404


def test_writing_outside_the_cgi_is_a_breach(person):
    admin = person()
    admin.send("POST", "/x/nowhere", {})
    assert admin.status == 404
    assert admin.violations == ["unknown-endpoint: POST /x/nowhere"]


def test_reset_is_the_first_day_again(person):
    admin = person()
    admin.edit("/audio/0", {"iVolume": 3, "iEnable": 0})
    admin.camera.reset()
    fresh = EmulatedCamera()
    assert admin.camera.documents == fresh.documents
    assert (admin.camera.violations, list(admin.camera.log)) == ([], [])
    admin.get("/audio/0")
    assert admin.status == 401
