"""import: cameras as they are, into files of which a plan finds nothing to change."""

import pytest

from recamera_gitops.emulator.server import EmulatedFleet
from recamera_gitops.emulator.wifi import AIR
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.environment import Environment
from tests.cli.importing import FLEET, Hall
from tests.conftest import Timeless, canary

HOSTILE = "Gate ${env:AWS_SECRET} $${x} \x1b[31m\u202e: #- [{'\"\\\n::error::" + "é" * 300


@pytest.fixture
def hall(tmp_path, rcg, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
    made = Hall(tmp_path, rcg)
    made.connected(monkeypatch)
    return made


def as_it_came(camera):
    """Nothing on it differs from what files would not say anyway."""
    camera.documents["/system/secure"]["sEnable"] = True
    return camera


# --- one camera ----------------------------------------------------------------------------------


def test_a_camera_becomes_a_file_of_which_a_plan_finds_nothing_to_change(hall):
    camera = hall.add()
    camera.documents["/osd/cfg"]["channelNameOverlay"]["sChannelName"] = "Gate N"
    camera.documents["/video/0/encode"]["sResolution"] = "1920*1080"
    ended = hall.take("gate", "--label", "site=hq", "--label", "role=gate")
    assert ended.code == 0
    assert ended.out == (
        "gate  gate.test  new\n"
        "    serial SN-gate, no certificate\n"
        "\n"
        "camera  file               settings\n"
        "gate    devices/gate.yaml        69\n"
        "\n"
        "Firmware, models and what is not in force are left alone; --all declares them too.\n"
        "\n"
        "Import: 1 camera; a plan shows no changes.\n"
    )
    text = hall.read("devices/gate.yaml")
    assert text.startswith(
        "# yaml-language-server: $schema=../schemas/device.schema.json\n"
        "device: gate\n"
        "host: gate.test\n"
        "labels: {site: hq, role: gate}\n"
        "\n"
        "config:\n"
        "  video:\n"
        "    main: {resolution: 1920x1080, codec: H.264, max_bitrate: 16384, gop: 60}\n"
        "    sub: {codec: H.264, max_bitrate: 4096, gop: 60}\n"
        "\n"
        "  stream:\n"
    )
    assert 'gate: {serial: "SN-gate"}\n' in hall.read("known_cameras.yaml")
    assert hall.read("fleet.yaml") == FLEET
    assert hall.plans_no_changes()
    assert hall.writes == 0


@pytest.mark.parametrize(
    "flavours",
    [
        ("vendor-fields", "wifi-strings", "class-filter-ints", "float-noise"),
        ("gpio-number", "legacy-trigger-names", "lan-manual", "noise-reduce-s", "ftp-sEnabel"),
        ("audio-floor", "audio-strings", "max-rate-200000", "dark-boost-zero", "no-profile-cur"),
        ("live-exposure", "lists-shuffled", "sed", "source-filter", "uart-ref", "template-obb"),
        ("metrics-percent", "models-object", "storage-idle", "tz-computed", "no-dark-boost"),
    ],
)
@pytest.mark.parametrize("everything", [False, True], ids=["short", "all"])
def test_whatever_a_camera_is_like(hall, flavours, everything):
    hall.add("gate", *flavours)
    ended = hall.take("gate", *(["--all"] if everything else []))
    assert ended.code == 0, ended.out
    assert "literal" not in ended.out
    secrets = dict.fromkeys(
        ("GATE_RTSP_PASSWORD", "GATE_ONVIF_PASSWORD", "GATE_MQTT_PASSWORD"), "admin"
    )
    key = hall.cameras["gate.test"].documents["/web/setting"]["sApiKey"]
    secrets |= {"GATE_FTP_PASSWORD": "Seeed123.", "GATE_API_KEY": key}
    assert hall.plans_no_changes(**secrets)
    assert ("models:" in hall.read("devices/gate.yaml")) is everything


def test_what_is_as_it_came_is_not_spelled_out_unless_all_is_asked_for(hall):
    as_it_came(hall.add())
    hall.take()
    short = hall.read("devices/gate.yaml")
    assert not any(word in short for word in ("brightness", "3840x2160", "pool.ntp.org", "https:"))
    assert not any(word in short for word in ("interval_s", "gpio", "tty", "mqtt"))  # not in force
    assert "password:" not in short
    (hall.root / "devices/gate.yaml").unlink()
    (hall.root / "known_cameras.yaml").unlink()
    hall.take("gate", "--all")
    whole = hall.read("devices/gate.yaml")
    assert all(word in whole for word in ("brightness", "3840x2160", "pool.ntp.org", "https:"))
    assert len(short.splitlines()) < len(whole.splitlines()) / 2


def test_text_of_a_camera_stays_text(hall):
    hall.add().documents["/osd/cfg"]["channelNameOverlay"]["sChannelName"] = HOSTILE
    ended = hall.take()
    assert ended.code == 0, ended.out + ended.err
    text = hall.read("devices/gate.yaml")
    assert "$${env:AWS_SECRET}" in text
    assert not set(text) & {"\x1b", "\u202e"}
    assert hall.plans_no_changes(AWS_SECRET="must not be read")


def test_what_no_file_may_say_is_named_and_the_rest_is_taken(hall):
    camera = hall.add()
    camera.documents["/osd/cfg"]["attribute"]["iOSDFontSize"] = 17
    camera.documents["/video/0/encode"]["sRCMode"] = "CBR"
    camera.documents["/video/0/encode"]["sRCQuality"] = "low"
    ended = hall.take()
    assert ended.code == 0
    assert "gate: osd.font.size: not understood: 17\n" in ended.out
    assert "gate: video.main.quality: left out: quality has a meaning only with" in ended.out
    assert "rate_control: CBR" in hall.read("devices/gate.yaml")
    assert hall.plans_no_changes()


def test_a_camera_that_lacks_something_is_taken_without_it(hall):
    hall.add("gate", "upgrade-brings-settings")
    ended = hall.take()
    assert ended.code == 0
    assert "gate: system.serial: not read: " in ended.out
    assert hall.plans_no_changes()


# --- profiles ------------------------------------------------------------------------------------

BASE = """\
profile: base
config:
  osd: {font: {size: 48, color_mode: auto}}
  image: {scenes: {night: {backlight: {dark_boost: 70}}}}
  record: {storage: {slot: {uuid: 6A1B-2C3D}}}
  system: {serial: {baudrate: 9600}, ftp: {username: files}}
"""


def test_profiles_are_kept_and_only_what_differs_is_said_again(hall):
    hall.write("profiles/base.yaml", BASE)
    hall.add().documents["/osd/cfg"]["attribute"]["iOSDFontSize"] = 32
    ended = hall.take("gate", "--profile", "base")
    assert ended.code == 0, ended.out
    text = hall.read("devices/gate.yaml")
    assert "profiles: [base]\n" in text
    assert "font: {size: 32, color: fff799}" in text
    assert "dark_boost: 50" in text  # as it came, but the profile says otherwise
    assert "serial: {baudrate: 115200}" in text
    assert "uuid: null" in text  # mappings merge, so the other name has to go
    assert "unmanaged" not in text
    assert hall.plans_no_changes()


def test_what_a_profile_sets_and_the_camera_does_not_have_is_not_managed(hall):
    hall.write("profiles/base.yaml", BASE)
    camera = hall.add("gate", "upgrade-brings-settings")
    camera.documents["/osd/cfg"]["attribute"]["iOSDFontSize"] = 17
    ended = hall.take("gate", "--profile", "base")
    assert ended.code == 0, ended.out
    assert (
        "\n# Set by a profile, but it cannot be seen, or not be so, on this camera.\n"
        "unmanaged: [image.scenes.night.backlight.dark_boost, system.serial.baudrate, osd.font.size]\n"
    ) in hall.read("devices/gate.yaml")
    assert hall.plans_no_changes()


def test_a_profile_that_is_not_there_is_told_before_any_contact(hall):
    hall.write("profiles/base.yaml", BASE)
    camera = hall.add()
    before = hall.files()
    ended = hall.take("gate", "--profile", "bse", "--label", "site", "--port", "http")
    assert ended.code == 1
    assert ended.out == ""
    assert ended.err == (
        "--label: a label is written KEY=VALUE\n"
        "--port: 'http' is not a whole number\n"
        "--profile: there is no profile 'bse'\n"
        "    hint: did you mean 'base'?\n"
    )
    assert camera.requests == 0
    assert hall.files() == before


# --- secrets -------------------------------------------------------------------------------------


def test_a_secret_becomes_a_variable_and_is_never_shown(hall):
    camera = hall.add()
    secrets = {"rtsp": canary("rtsp"), "mqtt": canary("mqtt"), "key": canary("api", 32)}
    for protocol in ("rtsp", "onvif"):
        for stream in (0, 1):
            camera.documents[f"/video/{stream}/stream"][protocol]["sPassword"] = secrets["rtsp"]
    camera.documents["/notify/cfg"].update(iMode=1)
    camera.documents["/notify/cfg"]["dMqtt"].update(sURL="broker", sPassword=secrets["mqtt"])
    camera.documents["/web/setting"].update(sEnable=True, sApiKey=secrets["key"])
    camera.documents["/ftp/setting"].update(sEnable=True)
    camera.documents["/video/0/stream"]["rtmp"]["sURL"] = f"rtmp://live.example/{secrets['mqtt']}"
    ended = hall.take()
    assert ended.code == 0, ended.out
    assert (
        "Secrets stand as variables in the files; these have to be set to what the cameras have now:\n"
        "    GATE_RTSP_PASSWORD   stream.main.rtsp.password, stream.sub.rtsp.password of gate\n"
        "    GATE_MQTT_PASSWORD   notify.mqtt.password of gate\n"
        "    GATE_API_KEY   system.api.key of gate\n"
    ) in ended.out
    text = hall.read("devices/gate.yaml")
    assert 'key: "${env:GATE_API_KEY}"' in text
    assert "onvif: {enabled: false, auth: password}" in text  # off, so its password is not needed
    assert "url" not in text
    values = (secrets["rtsp"], secrets["mqtt"], secrets["key"])
    names = ("GATE_RTSP_PASSWORD", "GATE_MQTT_PASSWORD", "GATE_API_KEY")
    assert hall.plans_no_changes(**dict(zip(names, values, strict=True)))


def test_a_secret_that_is_the_login_or_set_already_needs_no_new_variable(hall):
    camera = hall.add()
    camera.documents["/video/0/stream"]["rtsp"]["sPassword"] = hall.password
    hall.variables["GATE_MQTT_PASSWORD"] = canary("mqtt")
    camera.documents["/notify/cfg"].update(iMode=1)
    mqtt = {"sURL": "broker", "sPassword": hall.variables["GATE_MQTT_PASSWORD"]}
    camera.documents["/notify/cfg"]["dMqtt"].update(mqtt)
    ended = hall.take()
    assert "Secrets stand" not in ended.out
    text = hall.read("devices/gate.yaml")
    assert 'rtsp: {enabled: true, auth: password, password: "${env:PW}"}' in text
    assert 'mqtt: {host: broker, password: "${env:GATE_MQTT_PASSWORD}"}' in text
    assert hall.plans_no_changes()


def test_a_login_with_an_api_key_names_the_key_as_it_is(hall):
    key = canary("api", 32)
    hall.add().documents["/web/setting"].update(sEnable=True, sApiKey=key)
    fleet = FLEET.replace('password: "${env:PW}"', 'token: "${env:TOKEN}"')
    hall.write("fleet.yaml", fleet)
    hall.variables["TOKEN"] = key
    ended = hall.take()
    assert ended.code == 0, ended.out
    assert "Secrets stand" not in ended.out
    assert 'api: {enabled: true, key: "${env:TOKEN}"}' in hall.read("devices/gate.yaml")
    assert hall.plans_no_changes()
    assert hall.logins() == (0, 0)


def test_a_secret_that_cannot_be_read_is_named(hall):
    hall.add().radio.at = AIR[0]
    ended = hall.take()
    assert "gate: network.wifi.password: it cannot be read; state it to join" in ended.out
    assert "wifi: {enabled: true, ssid: plant}" in hall.read("devices/gate.yaml")
    hall.cameras["gate.test"].radio.at = AIR[1]  # the same network at another access point
    assert hall.plans_no_changes()


def test_a_name_that_means_something_else_already_is_nobodys(hall):
    camera = hall.add()
    hall.variables["GATE_RTSP_PASSWORD"] = "something else"
    secrets = [canary("main"), canary("sub")]
    for stream, secret in enumerate(secrets):
        camera.documents[f"/video/{stream}/stream"]["rtsp"]["sPassword"] = secret
    ended = hall.take()
    assert "    GATE_MAIN_RTSP_PASSWORD   stream.main.rtsp.password of gate\n" in ended.out
    assert "    GATE_SUB_RTSP_PASSWORD   stream.sub.rtsp.password of gate\n" in ended.out
    assert hall.plans_no_changes(
        GATE_MAIN_RTSP_PASSWORD=secrets[0], GATE_SUB_RTSP_PASSWORD=secrets[1]
    )


# --- the way in ----------------------------------------------------------------------------------


def test_a_wrong_password_is_tried_once_in_all(hall):
    for number in range(12):
        hall.add(f"cam-{number:02}")
    hall.variables["PW"] = "not the password"
    hall.write("list.csv", "host,name\n" + "".join(f"{h},{h[:6]}\n" for h in hall.cameras))
    before = hall.files()
    ended = hall.rcg("import", "--from", "list.csv")
    assert ended.code == ExitCode.ERROR
    assert hall.logins() == (0, 1)
    assert ended.out.endswith("Import: nothing was written; 12 cameras not imported.\n")
    assert hall.files() == before


def test_the_login_may_come_from_another_variable(hall):
    hall.add()
    hall.variables["OTHER"], hall.variables["PW"] = hall.password, "not the password"
    ended = hall.take("gate", "--password-env", "OTHER", "--username", "admin")
    assert ended.code == 0, ended.out
    assert 'connection: {password: "${env:OTHER}"}\n' in hall.read("devices/gate.yaml")
    assert hall.plans_no_changes()
    assert hall.logins()[1] == 0


def test_a_variable_that_is_not_set_is_told_before_any_contact(hall):
    camera = hall.add()
    del hall.variables["PW"]
    ended = hall.take()
    assert ended.code == 1
    assert "the environment variable PW is not set" in ended.err
    assert camera.requests == 0


def test_what_the_fleet_says_of_connections_is_not_said_again(hall):
    hall.add()
    hall.take("gate", "--scheme", "http", "--username", "admin", "--password-env", "PW")
    assert "connection" not in hall.read("devices/gate.yaml")


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of the server's event loop
def test_over_https_the_certificate_is_learned_before_anything_is_said(tmp_path, rcg, monkeypatch):
    monkeypatch.chdir(tmp_path)
    password = canary("https")
    environment = Environment({"PW": password}, Timeless())
    monkeypatch.setattr(Environment, "real", classmethod(lambda _cls, **_: environment))
    (tmp_path / "fleet.yaml").write_text(FLEET.replace("scheme: http, ", ""), encoding="utf-8")
    with EmulatedFleet(1, "127.17.3.1", 0, https=True, password=password) as fleet:
        name, pin = ["--name", "gate", "--port", fleet.ports[0]], fleet.fingerprints[0]
        ended = rcg("import", fleet.hosts[0], *name)
        assert ended.code == 0, ended.out + ended.err
        assert f"certificate sha256:{pin}" in ended.out
        assert f'fingerprint: "sha256:{pin}"' in (tmp_path / "known_cameras.yaml").read_text()
        assert rcg("plan").out == "No changes: 1 camera as declared.\n"
        known = (tmp_path / "known_cameras.yaml").read_text()
        (tmp_path / "known_cameras.yaml").write_text(known.replace(pin, "ab" * 32))
        (tmp_path / "devices/gate.yaml").unlink()
        seen = len(fleet.cameras[0].log)
        refused = rcg("import", fleet.hosts[0], *name)
    assert refused.code == ExitCode.FAILED
    assert "its certificate has changed" in refused.out
    assert len(fleet.cameras[0].log) == seen
    assert not (tmp_path / "devices/gate.yaml").exists()


def test_a_person_is_asked(hall):
    hall.add()
    before = hall.files()
    assert hall.take(answer="no").code == ExitCode.REFUSED
    assert hall.files() == before
    assert hall.take(answer="yes").code == 0
    hall.add("dock")
    assert hall.take("dock", "--yes", answer="").code == 0


# --- nothing by halves ---------------------------------------------------------------------------


def test_what_belongs_to_another_camera_is_refused(hall):
    hall.add()
    hall.take()
    hall.add("twin", serial="SN-gate")
    before = hall.files()
    assert "there is a device 'Gate' already, at devices/gate.yaml:2:9" in hall.take("Gate").err
    again = hall.rcg("import", "gate.test", "--name", "door")
    assert "HOST: this is the host and port of gate, at devices/gate.yaml:2:9" in again.err
    twin = hall.take("twin")
    assert "not imported: this is the camera of gate: serial number SN-gate" in twin.out
    assert twin.code == ExitCode.FAILED
    hall.write("devices/other.yaml", "device: something\nhost: 192.0.2.1\n")
    assert "there is a file devices/other.yaml already" in hall.take("other").err
    (hall.root / "devices/other.yaml").unlink()
    assert hall.files() == before


@pytest.mark.parametrize("name", ["../gate", "a/b", ".gate", "gate\n", "", "x" * 70, "${device}"])
def test_a_name_that_is_none_is_refused(hall, name):
    camera = hall.add()
    ended = hall.rcg("import", "gate.test", "--name", name)
    assert ended.code == 1
    assert ended.err.startswith("--name: ")
    assert camera.requests == 0
    assert set(hall.files()) == {"fleet.yaml"}


def test_a_folder_that_leads_out_of_the_repository_is_refused(hall, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (hall.root / "devices").symlink_to(elsewhere)
    camera = hall.add()
    ended = hall.take()
    assert ended.code == 1
    assert ended.err == "devices:1:1: the folder leads out of the repository\n"
    assert camera.requests == 0
    assert list(elsewhere.iterdir()) == []


def test_a_camera_that_does_not_stay_as_it_was_read_is_not_taken(hall):
    camera = hall.add()
    osd = camera.documents["/osd/cfg"]

    def repaint(_number, request):
        if request.path.endswith("/osd/cfg"):
            osd["attribute"]["iOSDFontSize"] = 48 if osd["attribute"]["iOSDFontSize"] == 32 else 32

    camera.on_request = repaint
    before = hall.files()
    ended = hall.take()
    assert ended.code == ExitCode.FAILED
    assert "not imported: it was changed while it was read: osd.font.size" in ended.out
    assert hall.files() == before


def test_a_stop_leaves_nothing_behind(hall):
    hall.add().on_request = lambda _number, request: (
        hall.clock.stop.request() if request.path.endswith("/notify/cfg") else None
    )
    before = hall.files()
    assert hall.take().code == ExitCode.INTERRUPTED
    assert hall.files() == before


def test_a_disk_that_is_full_leaves_nothing_behind(hall, monkeypatch):
    hall.add()
    before = hall.files()
    written = []

    def full(path, content, mode=0o644):
        written.append(path)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        path.write_bytes(content)

    monkeypatch.setattr("recamera_gitops.files.replace_file", full)
    ended = hall.take()
    assert ended.code == 1
    assert "No space left" in ended.err
    assert hall.files() == before
    assert not (hall.root / "devices").exists()


def test_a_serial_number_that_no_file_can_hold_is_refused(hall):
    hall.add("gate", serial="SN \x1b[31m one")
    ended = hall.take()
    assert ended.code == ExitCode.FAILED
    assert "its serial number is none that known_cameras.yaml can hold" in ended.out
    assert "\x1b" not in ended.out


def test_files_that_are_wrong_already_are_told_first(hall):
    camera = hall.add()
    hall.write("profiles/base.yaml", "profile: base\nconfig: {osd: {fnt: 1}}\n")
    ended = hall.take()
    assert ended.code == 1
    assert ended.err.startswith("profiles/base.yaml:2:")
    assert camera.requests == 0


# --- many ----------------------------------------------------------------------------------------


def by_hand(hall, size=20):
    """Cameras that somebody configured one by one: much alike, and then again not."""
    kinds = [(), ("vendor-fields",), ("wifi-strings",), ("class-filter-ints",), ("no-dark-boost",)]
    rtsp, key = canary("rtsp"), canary("api", 32)
    lines = ["host,name,labels"]
    for number in range(size):
        name = f"cam-{number:02}"
        camera = hall.add(name, *kinds[number % len(kinds)])
        documents = camera.documents
        documents["/osd/cfg"]["channelNameOverlay"].update(iEnabled=1, sChannelName=f"C {number}")
        documents["/osd/cfg"]["attribute"]["iOSDFontSize"] = 48 if number == 3 else 32
        for stream in (0, 1):
            documents[f"/video/{stream}/stream"]["rtsp"]["sPassword"] = rtsp
        if number % 4 == 0:
            documents["/video/0/encode"].update(sFrameRate="15", sResolution="1920*1080")
            exposure = documents["/image/0"]["profile"][2]["exposure"]
            exposure.update(sExposureMode="manual", sExposureTime="1/25")
        if number == 7:
            documents["/web/setting"].update(sEnable=True, sApiKey=key)
        lines.append(f"{name}.test,{name},site={'hq' if number < size / 2 else 'far'};role=gate")
    hall.write("list.csv", "\n".join(lines) + "\n")
    return {"RTSP_PASSWORD": rtsp, "CAM_07_API_KEY": key}


def test_twenty_cameras_share_a_profile_and_say_only_what_is_special_about_them(hall):
    secrets = by_hand(hall)
    ended = hall.rcg("import", "--from", "list.csv", "--common", "base", "--share", 90)
    assert ended.code == 0, ended.out
    assert ended.out.endswith("Import: 20 cameras; a plan shows no changes.\n")
    assert hall.read("fleet.yaml") == FLEET + "  profiles: [base]\n"
    assert hall.read("devices/cam-01.yaml") == (
        "# yaml-language-server: $schema=../schemas/device.schema.json\n"
        "device: cam-01\n"
        "host: cam-01.test\n"
        "labels: {site: hq, role: gate}\n"
        "\n"
        "config:\n"
        "  osd:\n"
        "    channel_name: {text: C 1}\n"
    )
    assert hall.read("devices/cam-03.yaml").endswith(
        "  osd:\n    font: {size: 48}\n    channel_name: {text: C 3}\n"
    )
    assert hall.read("devices/cam-07.yaml").endswith(
        '  system:\n    api: {enabled: true, key: "${env:CAM_07_API_KEY}"}\n'
    )
    lengths = [len(hall.read(f"devices/cam-{n:02}.yaml").splitlines()) for n in range(20)]
    assert max(lengths) < 22
    base = hall.read("profiles/base.yaml")
    assert base.startswith(
        "# yaml-language-server: $schema=../schemas/profile.schema.json\nprofile: base\n\nconfig:\n"
    )
    assert base.count('password: "${env:RTSP_PASSWORD}"') == 2
    assert hall.rcg("validate").out.endswith("ok: 20 cameras, 1 profile, 1 warning\n")  # http
    assert hall.plans_no_changes(**secrets)
    assert hall.logins() == (40, 0)  # one for the import, one for the plan
    assert hall.writes == 0


def test_what_only_most_cameras_have_is_common_only_if_that_was_asked_for(hall):
    by_hand(hall)
    hall.rcg("import", "--from", "list.csv", "--common", "base")
    assert "font: {color_mode: auto, color: fff799}" in hall.read("profiles/base.yaml")
    assert "font: {size: 32}" in hall.read("devices/cam-01.yaml")


def test_without_a_common_profile_every_file_says_everything(hall):
    secrets = by_hand(hall, 3)
    ended = hall.rcg("import", "--from", "list.csv", "--label", "ring=early")
    assert ended.code == 0
    assert "labels: {ring: early, site: hq, role: gate}" in hall.read("devices/cam-00.yaml")
    assert not (hall.root / "profiles").exists()
    assert hall.plans_no_changes(**secrets)


def test_a_profile_that_is_there_is_extended_with_its_comments_kept(hall):
    secrets = by_hand(hall, 3)
    hall.write(
        "profiles/base.yaml",
        "# Ours.\nprofile: base\nconfig:\n  # No reading glasses.\n  osd: {font: {size: 64}}\n",
    )
    ended = hall.rcg("import", "--from", "list.csv", "--common", "base")
    assert ended.code == 0, ended.out
    base = hall.read("profiles/base.yaml")
    assert base.startswith("# Ours.\nprofile: base\nconfig:\n")
    assert "# No reading glasses.\n" in base
    assert "size: 64" in base
    assert "font: {size: 32}" in hall.read("devices/cam-00.yaml")
    assert hall.plans_no_changes(**secrets)


def test_a_profile_of_other_cameras_is_not_touched(hall):
    hall.add("old")
    hall.write("profiles/base.yaml", "profile: base\n")
    assert hall.take("old", "--profile", "base").code == 0
    by_hand(hall, 2)
    before = hall.files()
    ended = hall.rcg("import", "--from", "list.csv", "--common", "base")
    assert ended.code == 1
    assert ended.err == (
        "--common: profile 'base' belongs to old, which would change\n"
        "    hint: name a profile that no camera has yet\n"
    )
    assert hall.files() == before
    ended = hall.rcg("import", "--from", "list.csv", "--common", "hall")
    assert ended.code == 0, ended.out
    assert hall.read("fleet.yaml") == FLEET
    assert "profiles: [hall]\n" in hall.read("devices/cam-01.yaml")


def test_one_camera_that_fails_keeps_nobody_else_out(hall):
    by_hand(hall, 4)
    hall.cameras["cam-02.test"].power = False
    hall.cameras["cam-03.test"].faults.add("garbage", "/system/device-info", every=True)
    ended = hall.rcg("import", "--from", "list.csv")
    assert ended.code == ExitCode.FAILED
    assert "\ncam-02  not imported: " in ended.out
    assert "\ncam-03  not imported: " in ended.out
    assert ended.out.endswith(
        "Import: 2 cameras; a plan shows no changes; 2 cameras not imported.\n"
    )
    names = {name for name in hall.files() if name.startswith("devices/")}
    assert names == {"devices/cam-00.yaml", "devices/cam-01.yaml"}
    assert "cam-02" not in hall.read("known_cameras.yaml")


def test_every_line_of_a_list_is_judged_before_the_first_camera_is_asked(hall):
    hall.add()
    hall.write(
        "list.csv",
        "host,name,labels,profiles,port\n"
        "gate.test,gate,site=hq;site,,80\n"
        "gate.test,door,,,80\n"
        "dock.test,gate,,nobody,0\n"
        '\n10.0.0.999,"yard ",a=b,,x\n'
        "more.test,more,,,,,\n",
    )
    ended = hall.rcg("import", "--from", "list.csv")
    assert ended.code == 1
    assert ended.err == (
        "list.csv:7:19: more cells than the header has\n"
        "list.csv:2:16 labels: a label is written KEY=VALUE\n"
        "list.csv:4:24 connection.port: 0 is not between 1 and 65535\n"
        "list.csv:4:17 profiles: there is no profile 'nobody'\n"
        "list.csv:6:1 host: the host looks like an IPv4 address, but is none\n"
        "list.csv:6:1 connection.port: 'x' is not a whole number\n"
        "list.csv:3:1 host: this is the host and port of gate\n"
        "list.csv:4:11 device: there is a device 'gate' already, at list.csv:2:11\n"
    )
    assert hall.cameras["gate.test"].requests == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"host,nme\n", "list.csv:1:6: there is no column 'nme'\n    hint: did you mean 'name'?"),
        (b"name\nx\n", "list.csv:1:1: the first line has no column host"),
        (b"", "list.csv:1:1: the first line has no column host and name"),
        (b"host,name\n", "list.csv:1:1: there is no camera in it"),
        (b"host,name,host\n", "list.csv:1:1: two columns are called host"),
        (b"host,name\n\xff,x\n", "list.csv:1:1: this is not UTF-8"),
        (b'host,name\n"a,b\n', "list.csv:1:1: not a table: "),
        (None, "--from: list.csv cannot be read: No such file or directory"),
    ],
)
def test_a_list_that_is_none_is_told(hall, content, said):
    if content is not None:
        (hall.root / "list.csv").write_bytes(content)
    ended = hall.rcg("import", "--from", "list.csv")
    assert ended.code == 1
    assert ended.err.startswith(said)


@pytest.mark.parametrize(
    "arguments",
    [
        ["import"],
        ["import", "gate.test"],
        ["import", "--name", "gate"],
        ["import", "gate.test", "--name", "gate", "--from", "list.csv"],
        ["import", "--from", "list.csv", "--name", "gate"],
        ["import", "--from", "list.csv", "--common", "base", "--share", "0"],
        ["import", "--from", "list.csv", "--share", "80"],
    ],
)
def test_wrong_usage_of_import_ends_with_64(hall, arguments):
    assert hall.rcg(*arguments).code == ExitCode.USAGE
