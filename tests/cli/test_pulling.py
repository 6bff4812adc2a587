"""pull: what cameras have goes into the lines that say otherwise, and nothing else moves."""

import os
import textwrap
from pathlib import Path

import pytest

from recamera_gitops import files
from recamera_gitops.emulator import EmulatedCamera
from tests.conftest import Timeless, canary

FLEET = """\
fleet: acme
defaults:
  connection: {scheme: http, username: admin, password: "${env:PW}"}
  profiles: [base]
variables: {gain: 24}   # of the night
"""
BASE = """\
# What all of them have.
profile: base

config:
  # Streams first.
  video:
    main: {frame_rate: 25, gop: 50, max_bitrate: 8192}   # as agreed

  osd:
    font: {size: 32}   # readable from the desk
    channel_name: {text: "${device}"}
  image:
    scenes:
      night:
        exposure: {mode: manual, time: 1/25, gain_mode: manual, gain: "${var:gain}"}
  notify: {mode: "off", mqtt: {password: "${env:MQTT}"}}
"""
GATE = """\
# The gate.
device: gate   # as on its label
host: gate.test

config:
  # What the picture shows.
  osd:
    date_time:
      enabled: true   # always
      position: [0.7, 0.05]   # upper right
    # By the works council:
    privacy_masks:
      enabled: true
      regions:
        # the footpath
        - {x: 0.0, y: 0.0, width: 0.25, height: 0.3}   # the near end
        - x: 0.5   # the far end
          y: 0.5
          width: 0.1
          height: 0.1
  record:
    schedule:
      enabled: true
      windows:   # at night
        - {start: "Mon 18:00:00", end: "Tue 06:00:00"}
        - {start: "Sat 00:00:00", end: "Sun 24:00:00"}   # and at weekends
"""
DOCK = "device: dock\nhost: dock.test\nconfig: {}\n"


class Site:
    """A repository with an emulated camera behind each device, all as declared at the beginning."""

    def __init__(self, root, environment, rcg):
        self.root, self.rcg = root, rcg
        self.password = canary("camera")
        self.clock = Timeless()
        self.cameras = {}
        self.environment = environment(
            self.cameras, {"PW": self.password, "MQTT": canary("mqtt")}, self.clock
        )

    def write(self, file, text):
        path = self.root / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())

    def camera(self, name):
        return self.cameras[f"{name}.test"]

    def settled(self, **texts):
        self.write("fleet.yaml", FLEET)
        for name, text in texts.items():
            self.write(f"{'profiles' if name == 'base' else 'devices'}/{name}.yaml", text)
            if name != "base":
                self.add(name)
        ended = self.rcg("apply", "--auto-approve", "--confirm", "record.storage")
        assert ended.code == 0, ended
        self.texts = self.read()
        self.clean()
        return self

    def add(self, name):
        self.cameras[f"{name}.test"] = EmulatedCamera(
            f"SN-{name}", password=self.password, clock=self.clock
        )

    def clean(self):
        for camera in self.cameras.values():
            camera.log.clear()

    def read(self):
        found = sorted(p for p in self.root.rglob("*.yaml") if p.is_file())
        return {each.relative_to(self.root).as_posix(): each.read_bytes() for each in found}

    def changed(self):
        """The files that are no longer what they were when the cameras were settled."""
        return {
            file: text.decode() for file, text in self.read().items() if text != self.texts[file]
        }

    def font(self, size, *names):
        for name in names:
            self.camera(name).patch("/osd/cfg", {"attribute": {"iOSDFontSize": size}})

    @property
    def writes(self):
        """What was sent to the cameras that is neither a read nor the login."""
        sent = (each for camera in self.cameras.values() for each in camera.log)
        return [e for e in sent if e.method != "GET" and not e.path.endswith("/system/login")]


@pytest.fixture
def site(tmp_path, environment, rcg, within):
    return within(Site(tmp_path, environment, rcg))


@pytest.fixture
def gate(site):
    return site.settled(base=BASE, gate=GATE)


@pytest.fixture
def pair(site):
    return site.settled(base=BASE, gate=GATE, dock=DOCK)


def test_nothing_is_pulled_from_cameras_as_declared(pair):
    ended = pair.rcg("pull", "--yes")
    assert (ended.code, ended.out) == (0, "Nothing to pull from 2 cameras.\n")
    assert pair.changed() == {}


MASKS = "maskOverlay"


def test_only_the_characters_of_what_has_drifted_change(gate):
    camera = gate.camera("gate")
    gate.font(16, "gate")
    camera.patch("/video/0/encode", {"iGOP": 60})
    camera.patch("/osd/cfg", {"dateTimeOverlay": {"iPositionX": 0.15}})
    camera.patch("/osd/cfg", {MASKS: {"privacyMask": {"1": {"iMaskHeight": 0.25}}}})
    ended = gate.rcg("pull", "--yes")
    assert ended.code == 0, ended
    values = [line.split("  ")[1:] for line in ended.out.splitlines() if line.startswith("  ~")]
    assert [(path, where.strip()) for path, *_, where in values] == [
        ("~ osd.date_time.position", "devices/gate.yaml:10"),
        ("~ osd.privacy_masks.regions", "devices/gate.yaml:16"),
        ("~ osd.font.size", "profiles/base.yaml:10; on gate"),
        ("~ video.main.gop", "profiles/base.yaml:7; on gate"),
    ]
    assert ended.out.endswith("\n\nPull: 4 values into 2 files.\n")
    assert gate.changed() == {
        "devices/gate.yaml": GATE.replace("[0.7, 0.05]", "[0.15, 0.05]").replace(
            "height: 0.1\n", "height: 0.25\n"
        ),
        "profiles/base.yaml": BASE.replace("gop: 50", "gop: 60").replace("size: 32", "size: 16"),
    }
    assert gate.writes == []
    assert gate.rcg("plan", "--detailed-exitcode").code == 0


def test_a_second_pull_finds_nothing(gate):
    gate.font(16, "gate")
    assert gate.rcg("pull", "--yes").code == 0
    first = gate.read()
    assert gate.rcg("pull", "--yes").out == "Nothing to pull from 1 camera.\n"
    assert gate.read() == first


def test_line_endings_and_several_documents_are_kept(site):
    text = (
        GATE + "---\n# the dock\ndevice: dock\nhost: dock.test\nconfig: {osd: {font: {size: 48}}}"
    )
    site.add("dock")
    crlf = text.replace("\n", "\r\n").encode()
    site.settled(base=BASE.replace("\n", "\r\n").encode(), gate=crlf)
    site.font(16, "dock")
    site.camera("gate").patch("/osd/cfg", {"dateTimeOverlay": {"iEnabled": 0}})
    site.camera("dock").patch("/video/0/encode", {"iGOP": 9})
    ended = site.rcg("pull", "--yes")
    assert ended.code == 0, ended
    after = (site.root / "devices/gate.yaml").read_bytes()
    assert after == crlf.replace(b"enabled: true   # always", b"enabled: false   # always").replace(
        b"{osd: {font: {size: 48}}}", b"{video: {main: {gop: 9}}, osd: {font: {size: 16}}}"
    )
    assert site.rcg("plan", "--detailed-exitcode").code == 0


def test_lists_change_item_by_item(gate):
    windows = gate.camera("gate").documents["/record/rule/schedule-rule-config"]["lActiveWeekdays"]
    windows.reverse()  # their order means nothing
    windows.append({"sStart": "Wed 01:00:00", "sEnd": "Wed 02:00:00"})
    assert gate.rcg("pull", "--yes").code == 0
    weekend = '        - {start: "Sat 00:00:00", end: "Sun 24:00:00"}   # and at weekends\n'
    more = "        - {start: Wed 01:00:00, end: Wed 02:00:00}\n"
    assert gate.changed() == {"devices/gate.yaml": GATE.replace(weekend, weekend + more)}


@pytest.mark.parametrize("answer", [None, "device"])
def test_what_a_profile_says_for_others_too_goes_into_the_device(pair, answer):
    pair.font(16, "gate")
    if answer is None:
        ended = pair.rcg("pull", "--yes")
    else:
        ended = pair.rcg("pull", "--into", answer, "--yes", answer="yes")
    assert ended.code == 0, ended
    assert (
        ended.out
        == """\
devices/gate.yaml
  ~ osd.font.size  32 → 16   profiles/base.yaml:10 is shared with dock

Pull: 1 value into 1 file.
"""
    )
    before = "  osd:\n    date_time:\n"
    after = "  osd:\n    font: {size: 16}\n    date_time:\n"
    assert pair.changed() == {"devices/gate.yaml": GATE.replace(before, after)}
    assert pair.rcg("plan", "--detailed-exitcode").code == 0


def test_into_the_profile_tells_what_the_others_show(pair):
    pair.add("yard")
    pair.write("devices/yard.yaml", "device: yard\nhost: yard.test\n")
    pair.texts = pair.read()
    pair.camera("yard").power = False
    pair.font(16, "gate", "dock")
    ended = pair.rcg("pull", "gate", "--into", "profile", "--yes", "--target", "osd")
    assert ended.code == 0, ended
    assert (
        ended.err.partition("base.yaml:10")[2]
        == """\
 osd.font.size  32 → 16  is shared:
    dock: shows 16 too
    yard: not known, dropped
1 file written; review and commit
"""
    )
    assert pair.changed() == {"profiles/base.yaml": BASE.replace("size: 32", "size: 16")}


def test_a_profile_changes_without_a_question_where_all_its_cameras_show_the_same(pair):
    pair.font(16, "gate", "dock")
    ended = pair.rcg("pull", "--yes")
    assert ended.code == 0, ended
    assert pair.changed() == {"profiles/base.yaml": BASE.replace("size: 32", "size: 16")}


def test_cameras_that_disagree_go_each_into_its_own_file(pair):
    pair.font(16, "gate")
    pair.font(48, "dock")
    ended = pair.rcg("pull", "--into", "profile", "--yes")
    assert ended.code == 0
    assert "show different values; pull it --into device" in ended.out
    assert pair.changed() == {}
    assert pair.rcg("pull", "--yes").code == 0
    assert pair.changed().keys() == {"devices/gate.yaml", "devices/dock.yaml"}
    assert pair.changed()["devices/dock.yaml"] == (
        "device: dock\nhost: dock.test\nconfig:\n  osd:\n    font: {size: 48}\n"
    )


@pytest.mark.parametrize(
    ("answer", "file", "code"),
    [
        ("device\nyes", "devices/gate.yaml", 0),
        ("profile\nyes", "profiles/base.yaml", 0),
        ("profile\nno", None, 5),
        ("neither", None, 5),
    ],
)
def test_somebody_at_the_terminal_is_asked_where_and_whether(pair, answer, file, code):
    pair.font(16, "gate")
    ended = pair.rcg("pull", answer=answer)
    assert ended.code == code, ended
    assert "dock: shows 32, which a plan would then change" in ended.err
    assert pair.changed().keys() == ({file} if file else set())


def test_without_a_terminal_nothing_is_written_unasked(gate):
    gate.font(16, "gate")
    ended = gate.rcg("pull")
    assert ended.code == 5
    assert "approve with --yes. Nothing was written." in ended.err
    assert gate.changed() == {}


def test_a_dry_run_prints_a_patch_and_writes_nothing(gate):
    gate.font(16, "gate")
    ended = gate.rcg("pull", "--dry-run")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "--- a/profiles/base.yaml",
        "+++ b/profiles/base.yaml",
        "@@ -7,7 +7,7 @@",
        "     main: {frame_rate: 25, gop: 50, max_bitrate: 8192}   # as agreed",
        " ",
        "   osd:",
        "-    font: {size: 32}   # readable from the desk",
        "+    font: {size: 16}   # readable from the desk",
        '     channel_name: {text: "${device}"}',
        "   image:",
        "     scenes:",
    ]
    assert ended.err.endswith("Pull: 1 value into 1 file.\n")
    assert gate.changed() == {}


def test_what_is_made_of_variables_goes_into_the_device(gate):
    camera = gate.camera("gate")
    camera.patch("/image/0", {"profile": {"2": {"exposure": {"iExposureGain": 12}}}})
    camera.patch("/osd/cfg", {"channelNameOverlay": {"sChannelName": "${device} & co"}})
    ended = gate.rcg("pull", "--yes")
    assert ended.code == 0, ended
    assert "gain  24 → 12   profiles/base.yaml:15 uses ${var:gain}" in ended.out
    changed = gate.changed()
    assert changed.keys() == {"devices/gate.yaml"}
    assert 'channel_name: {text: "$${device} & co"}' in changed["devices/gate.yaml"]
    assert "exposure: {gain: 12}" in changed["devices/gate.yaml"]
    assert gate.rcg("plan", "--detailed-exitcode").code == 0


def test_a_variable_in_the_device_itself_is_left_and_named(site):
    site.settled(
        base=BASE,
        gate='device: gate\nhost: gate.test\nconfig: {video: {sub: {gop: "${var:gain}"}}}\n',
    )
    site.camera("gate").patch("/video/1/encode", {"iGOP": 5})
    ended = site.rcg("pull", "--yes")
    assert (ended.code, site.changed()) == (0, {})
    assert (
        ended.out
        == """\
not pulled: gate: video.sub.gop: devices/gate.yaml:3 uses ${var:gain}; change what that holds

Nothing to pull from 1 camera; 1 not pulled.
"""
    )


def test_a_secret_is_never_written_and_somebody_is_told_what_to_do(gate):
    gate.camera("gate").patch("/notify/cfg", {"dMqtt": {"sPassword": canary("other")}})
    ended = gate.rcg("pull", "--yes")
    assert (ended.code, gate.changed()) == (0, {})
    assert ended.out == (
        "not pulled: gate: notify.mqtt.password: a secret is never written into a file;"
        " it is ${env:MQTT} at profiles/base.yaml:16: change what that holds, or apply to put the"
        " camera right\n\nNothing to pull from 1 camera; 1 not pulled.\n"
    )


def test_what_no_file_can_state_is_left_and_named(gate):
    camera = gate.camera("gate")
    camera.patch("/osd/cfg", {"attribute": {"iOSDFontSize": 17}})
    camera.patch("/video/0/encode", {"iGOP": 999})
    ended = gate.rcg("pull", "--yes")
    assert (ended.code, gate.changed()) == (0, {})
    assert "osd.font.size: the camera shows something that no file can state" in ended.out
    assert "video.main.gop: the camera has a value that no file may state" in ended.out


def test_what_counts_only_beside_another_value_goes_with_it(gate):
    gate.camera("gate").patch(
        "/image/0", {"profile": {"2": {"exposure": {"sExposureMode": "auto"}}}}
    )
    ended = gate.rcg("pull", "--yes")
    assert ended.code == 0
    assert gate.changed() == {
        "profiles/base.yaml": BASE.replace("{mode: manual, time", "{mode: auto, time")
    }
    assert gate.rcg("plan", "--detailed-exitcode").code == 0


def test_targets_narrow_it(gate):
    gate.font(16, "gate")
    gate.camera("gate").patch("/video/0/encode", {"iGOP": 60})
    assert gate.rcg("pull", "--yes", "--target", "video").code == 0
    assert gate.changed() == {"profiles/base.yaml": BASE.replace("gop: 50", "gop: 60")}


def test_what_drift_passes_over_is_pulled_only_by_name(gate):
    gate.write("fleet.yaml", FLEET + "drift: {ignore: [osd.font]}\n")
    gate.texts = gate.read()
    gate.font(16, "gate")
    ended = gate.rcg("pull", "--yes", "--target", "osd")
    assert (ended.code, gate.changed()) == (0, {})
    assert "osd.font.size: drift passes over it; --target osd.font.size pulls it" in ended.out
    assert gate.rcg("pull", "--yes", "--target", "osd.font.size").code == 0
    assert gate.changed() == {"profiles/base.yaml": BASE.replace("size: 32", "size: 16")}


def test_a_slot_that_a_profile_names_otherwise_is_taken_back_there(site):
    base = BASE + "  record: {storage: {slot: {uuid: 1234-ABCD}}}\n"
    site.write("fleet.yaml", FLEET)
    site.write("profiles/base.yaml", base)
    for name in ("gate", "dock"):
        site.add(name)
        site.write(f"devices/{name}.yaml", f"device: {name}\nhost: {name}.test\n")
    site.texts = site.read()
    ended = site.rcg("pull", "gate", "--target", "record.storage", "--yes")
    assert ended.code == 0, ended
    assert site.changed() == {
        "devices/gate.yaml": "device: gate\nhost: gate.test\n"
        "config:\n  record:\n    storage:\n      slot: {uuid: null, device: /dev/mmcblk0p8}\n"
    }
    assert site.rcg("plan", "gate", "--target", "record.storage", "--detailed-exitcode").code == 0


def test_settings_are_adopted_into_the_device(pair):
    pair.camera("dock").patch("/video/1/encode", {"iGOP": 7})
    ended = pair.rcg("pull", "dock", "--adopt", "video.sub", "--adopt", "stream.main.rtsp", "--yes")
    assert ended.code == 0, ended
    assert "stream.main.rtsp.password: a secret is never written into a file; state it" in ended.out
    assert pair.changed() == {
        "devices/dock.yaml": """\
device: dock
host: dock.test
config:
  video:
    sub:
      enabled: true
      resolution: 640x480
      codec: H.264
      frame_rate: 30
      max_bitrate: 4096
      gop: 7
      rate_control: VBR
      quality: high
  stream:
    main:
      rtsp: {enabled: true, auth: password, username: admin}
"""
    }
    assert pair.rcg("plan", "--detailed-exitcode").code == 0
    again = pair.rcg("pull", "dock", "--adopt", "video.sub", "--yes")
    assert again.out == "Nothing to pull from 2 cameras.\n".replace("2 cameras", "1 camera")


def test_what_a_device_took_out_of_management_is_not_adopted_by_a_side_effect(site):
    text = (
        "device: gate\nhost: gate.test\nunmanaged: [notify.http]\nconfig: {notify: {mqtt: null}}\n"
    )
    site.settled(base=BASE, gate=text)
    ended = site.rcg("pull", "--adopt", "notify.mqtt", "--adopt", "notify.http", "--yes")
    assert ended.code == 0, ended
    assert "notify.mqtt.host" not in str(site.changed())
    assert "devices/gate.yaml:4 says null for notify.mqtt" in ended.out
    assert site.changed() == {}


def test_models_slots_and_fragments_are_thought_of(site):
    text = """\
device: gate
host: gate.test
config:
  record: {storage: {slot: {device: /dev/mmcblk0p8}}}   # inside
  models:
    yolo11n.rknn: {info: {metrics: {iou: 0.45}}}   # as it came
    old.rknn: absent
  wire:
    /osd/cfg: {SNOverlay: {iPositionX: 0.0}}
"""
    site.settled(base=BASE, gate=text)
    camera = site.camera("gate")
    camera.documents["/model/info?File-name=yolo11n.rknn"]["metrics"]["iou"] = 0.6
    camera.patch("/osd/cfg", {"SNOverlay": {"iPositionX": 0.3}})
    ended = site.rcg("pull", "--yes")
    assert ended.code == 0, ended
    assert site.changed() == {
        "devices/gate.yaml": text.replace("iou: 0.45", "iou: 0.6").replace("X: 0.0", "X: 0.3")
    }


def test_an_unreachable_camera_does_not_keep_the_others_from_being_pulled(pair):
    pair.camera("gate").power = False
    pair.font(16, "dock")
    ended = pair.rcg("pull", "--yes")
    assert ended.code == 4
    assert "failed: gate: dropped" in ended.out
    assert pair.changed().keys() == {"devices/dock.yaml"}


def test_another_camera_behind_the_address_is_not_pulled(pair):
    pair.write("known_cameras.yaml", 'gate: {serial: "SN-other"}\n')
    pair.texts = pair.read()
    pair.font(16, "gate")
    ended = pair.rcg("pull", "gate", "--yes")
    assert ended.code == 3
    assert "SN-gate answers, SN-other is expected" in ended.out
    assert pair.changed() == {}


def test_values_that_make_no_valid_files_are_refused_with_every_reason(gate):
    """A rule across settings, which each value alone does not break."""
    gate.camera("gate").patch("/video/0/encode", {"sFrameRate": "50"})
    ended = gate.rcg("pull", "--yes")
    assert ended.code == 1
    assert ended.err.partition("with what")[2] == (
        " the cameras have; nothing was written:\n"
        "profiles/base.yaml:15:40 config.image.scenes.night.exposure.time: the shutter time 1/25 s of"
        " scene night is longer than a frame at 50 frames a second\n"
        "    hint: 1/50 is the longest (on gate)\n"
    )
    assert gate.changed() == {}


# Between reading and writing, and in the middle of writing.


@pytest.fixture
def both(pair):
    """A pull that has two files to write."""
    pair.font(16, "gate")
    pair.font(48, "dock")
    return pair


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(both, monkeypatch):
    dock = both.root / "devices" / "dock.yaml"
    real = both.environment.clock.monotonic

    def meanwhile():
        dock.write_text(DOCK + "# somebody was here\n")
        return real()

    monkeypatch.setattr(both.environment.clock, "monotonic", meanwhile)
    ended = both.rcg("pull", "--yes")
    assert ended.code == 6
    assert ended.err.endswith(
        "error: devices/dock.yaml has changed since it was read; nothing was written\n"
    )
    assert both.changed() == {"devices/dock.yaml": DOCK + "# somebody was here\n"}


def test_a_failure_in_the_middle_tells_what_was_written(both, monkeypatch):
    real = files.Path.replace

    def replace(path, target):
        if Path(target).name == "gate.yaml":
            raise OSError(28, "No space left on device")
        return real(path, target)

    monkeypatch.setattr(files.Path, "replace", replace)
    ended = both.rcg("pull", "--yes")
    assert ended.code == 1
    assert ended.err.endswith(
        "error: devices/gate.yaml: No space left on device\n"
        "error: written: devices/dock.yaml; not written: devices/gate.yaml\n"
    )
    assert both.changed().keys() == {"devices/dock.yaml"}
    assert {each.name for each in (both.root / "devices").iterdir()} == {"dock.yaml", "gate.yaml"}


def test_a_kill_between_two_files_leaves_each_old_or_new(both):
    before = both.read()
    pid = os.fork()
    if pid == 0:
        real = files.Path.replace

        def replace(path, target):
            if Path(target).name == "gate.yaml":
                os.kill(os.getpid(), 9)
            return real(path, target)

        files.Path.replace = replace
        both.rcg("pull", "--yes")
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 9
    changed = both.changed()
    assert changed.keys() == {"devices/dock.yaml"}
    assert both.rcg("pull", "--yes").code == 0  # the rest, as if nothing had been
    assert both.read().keys() == before.keys()
    assert both.rcg("plan", "--detailed-exitcode").code == 0


def test_a_file_behind_a_link_is_written_where_it_lies(gate):
    (gate.root / "shared").mkdir()
    link = gate.root / "profiles" / "base.yaml"
    link.rename(gate.root / "shared" / "base.yaml")
    link.symlink_to("../shared/base.yaml")
    gate.font(16, "gate")
    assert gate.rcg("pull", "--yes").code == 0
    assert link.is_symlink()
    assert link.read_text() == BASE.replace("size: 32", "size: 16")


def test_nothing_is_written_through_a_link_out_of_the_repository(gate, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "base.yaml"
    link = gate.root / "profiles" / "base.yaml"
    gate.font(16, "gate")
    real = gate.environment.clock.monotonic

    def meanwhile():
        if not link.is_symlink():
            link.rename(elsewhere)
            link.symlink_to(elsewhere)
        return real()

    gate.environment.clock.monotonic = meanwhile
    ended = gate.rcg("pull", "--yes")
    assert ended.code == 1
    assert "profiles/base.yaml:1:1: the file leads out of the repository" in ended.err
    assert elsewhere.read_text() == BASE


def test_permissions_are_kept_and_a_read_only_file_is_respected(gate):
    file = gate.root / "profiles" / "base.yaml"
    file.chmod(0o640)
    gate.font(16, "gate")
    assert gate.rcg("pull", "--yes").code == 0
    assert file.stat().st_mode & 0o777 == 0o640
    file.chmod(0o440)
    gate.font(48, "gate")
    ended = gate.rcg("pull", "--yes")
    assert ended.code == 1
    assert "profiles/base.yaml is read-only; nothing was written" in ended.err
    assert "size: 16" in file.read_text()


@pytest.mark.parametrize("option", ["--target", "--adopt"])
def test_a_path_below_which_there_is_nothing_is_an_error(gate, option):
    ended = gate.rcg("pull", option, "osd.fnt")
    assert ended.code == 1
    assert f"{option} osd.fnt: there is no setting 'osd.fnt'" in ended.err
