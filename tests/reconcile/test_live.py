"""What a camera shows, in the terms of the files: all of it, and nothing that a file cannot say."""

import pytest

from recamera_gitops.errors import (
    AuthenticationFailed,
    NotUnderstood,
    Rejected,
    Unavailable,
    Unreachable,
)
from recamera_gitops.reconcile.live import read_live
from recamera_gitops.reconcile.observe import IDENTITY
from recamera_gitops.resources.catalog import EVERY_LEAF, RESOURCES, Config
from recamera_gitops.resources.stating import steps_to, tree_of
from recamera_gitops.secret import Secret


def everything(_path):
    return True


def live_of(rig, wanted=everything):
    return read_live(rig.visit({})._gather, wanted)


def plain(values):
    return {
        path: value.reveal() if isinstance(value, Secret) else value
        for path, value in values.items()
    }


@pytest.mark.parametrize(
    "flavours",
    [
        (),
        ("vendor-fields", "wifi-strings", "class-filter-ints", "float-noise"),
        ("gpio-number", "legacy-trigger-names", "lan-manual", "noise-reduce-s", "ftp-sEnabel"),
        ("metrics-percent", "models-object", "sed", "source-filter", "uart-ref"),
    ],
)
def test_all_of_it_may_stand_in_a_file_and_planning_it_finds_nothing(rig, flavours):
    rig = rig(*flavours)
    live = live_of(rig)
    assert (live.serial, live.firmware) == ("RC1126B-EMU-0001", "V1.0.10")
    tree = tree_of(plain(live.values))
    assert Config.model_validate(tree)
    assert rig.visit(tree).plan().resources == ()
    assert rig.camera.writes == 0


def test_settings_come_in_the_order_of_the_catalogue(rig):
    places = list(EVERY_LEAF)
    values = [path for path in live_of(rig()).values if path in EVERY_LEAF]
    assert values == sorted(values, key=places.index)


def test_nothing_is_there_that_the_camera_owns_or_that_no_file_can_say(rig):
    live = live_of(rig())
    assert not live.values.keys() & {
        "image.scenes.night.exposure.time",  # automatic
        "network.lan.address",  # given by DHCP
        "network.wifi.ssid",  # in no network
        "network.wifi.forget",
        "network.wifi.password",
        "models.yolo11n.rknn.source",
        "system.admin_password",
        "firmware.url",
    }
    assert live.values["models.yolo11n.rknn.info.category"] == "Detection"
    assert live.values["record.storage.slot"] == {"device": "/dev/mmcblk0p8"}
    assert isinstance(live.values["stream.main.rtsp.password"], Secret)


def test_only_what_is_wanted_is_read(rig):
    rig = rig()
    live = live_of(rig, lambda path: path == "osd.font.size")
    assert dict(live.values) == {"osd.font.size": "auto"}
    reads = {each.path.rpartition("entry.cgi")[2] for each in rig.camera.log}
    assert {each for each in reads if "/system/" not in each} == {"/model/list", "/osd/cfg"}


def test_each_route_is_read_once(rig):
    rig = rig()
    live_of(rig)
    reads = [each.path for each in rig.camera.log if each.method == "GET"]
    assert sorted(set(reads)) == sorted(reads)


def answering(gather, answer, *paths):
    """The same camera, but for what it answers on these paths, or on all but who it is."""

    def gathered(asked):
        odd = [p for p in asked if p in paths or (not paths and p != IDENTITY)]
        rest = [path for path in asked if path not in odd]
        return {**dict.fromkeys(odd, answer), **(gather(rest) if rest else {})}

    return gathered


@pytest.mark.parametrize(
    "answer",
    [
        *(Rejected("no such thing", code=code) for code in (404, 405, 501, 10003)),
        Unavailable("restarting", code=503),
        NotUnderstood("HTML"),
        [],
    ],
    ids=str,
)
def test_an_endpoint_that_is_refused_or_garbled_is_noted_and_the_rest_is_read(rig, answer):
    gather = rig().visit({})._gather
    whole = read_live(gather, everything).values
    live = read_live(answering(gather, answer, "/osd/cfg"), everything)
    assert live.values == {path: v for path, v in whole.items() if not path.startswith("osd.")}
    (note,) = live.notes
    assert note.startswith("osd: not read: ")


def test_every_endpoint_but_the_identity_may_be_unknown(rig):
    gather = rig().visit({})._gather
    live = read_live(answering(gather, Rejected("unknown", code=404)), everything)
    assert live.values == {"firmware.version": "V1.0.10"}
    refused = {note.partition(":")[0] for note in live.notes}
    assert refused == {"models", *(each.path for each in RESOURCES)} - {"firmware"}


def test_what_is_not_understood_or_cannot_be_said_is_noted_without_a_secret(rig, canary):
    rig = rig()
    secret = canary("api", 40)
    rig.camera.documents["/osd/cfg"]["attribute"]["iOSDFontSize"] = 17
    rig.camera.documents["/osd/cfg"]["dateTimeOverlay"]["sTimeStyle"] = "\x1b[31m" * 200
    rig.camera.documents["/video/0/encode"]["iGOP"] = 4000
    rig.camera.documents["/web/setting"]["sApiKey"] = {"no": secret}
    live = live_of(rig)
    assert not live.values.keys() & {"osd.font.size", "osd.date_time.time_format", "video.main.gop"}
    notes = dict(note.split(": ", 1) for note in live.notes)
    assert notes["osd.font.size"] == "not understood: 17"
    assert notes["video.main.gop"] == "no file may state 4000"
    assert notes["system.api.key"] == "not understood"
    assert "\x1b" not in notes["osd.date_time.time_format"]
    assert len(notes["osd.date_time.time_format"]) < 500
    assert secret not in str(live)


def test_a_model_whose_name_no_file_can_say_is_noted(rig):
    rig = rig()
    hostile = rig.camera.models.pop("mobilenet.rknn")
    rig.camera.models["a b${env:X}.rknn"] = hostile
    live = live_of(rig)
    assert live.notes == ("models: no file can name a b${env:X}.rknn",)
    assert not [path for path in live.values if path.startswith("models.a b")]


def test_a_camera_that_is_away_or_refuses_the_login_is_an_error(rig):
    rig = rig()
    rig.camera.power = False
    with pytest.raises(Unreachable):
        live_of(rig)
    rig.camera.power = True
    rig.password = "not the password"
    with pytest.raises(AuthenticationFailed):
        live_of(rig)


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("osd.font.size", ("osd", "font", "size")),
        ("models.a.b.rknn", ("models", "a.b.rknn")),
        ("models.a.b.rknn.info.metrics.iou", ("models", "a.b.rknn", "info", "metrics", "iou")),
    ],
)
def test_a_key_that_files_choose_may_hold_dots(path, steps):
    assert steps_to(path) == steps
