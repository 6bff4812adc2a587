"""The gates of a rollout, asked of emulated cameras and of real programs."""

import json
import sys
import threading
from dataclasses import replace

import pytest

from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.origins import Ended, Origins, Trouble
from recamera_gitops.errors import ExitCode, Interrupted, InvalidInput, Unreachable
from recamera_gitops.fleet.checking import Checking, Subject, as_declared
from recamera_gitops.fleet.programs import run_program
from recamera_gitops.reconcile.plan import DevicePlan, Status
from recamera_gitops.report.diagnostics import line
from recamera_gitops.secret import Secret
from tests.fleet.test_policy import changed

FLEET = 'fleet: acme\ndefaults:\n  connection: {scheme: http, password: "${env:PW}"}\n'


class Ward:
    """A fleet of one camera and the gates that it is held against."""

    def __init__(self, root, rig, gates, run=None, variables=None):
        (root / "devices").mkdir(exist_ok=True)
        (root / "fleet.yaml").write_text(f"{FLEET}rollout:\n  gates: [{gates}]\n")
        (root / "devices" / "gate.yaml").write_text("device: gate\nhost: 192.0.2.1\n")
        self.rig, self.fleet = rig, load(root)
        self.warnings = []
        self.stop = threading.Event()
        run = run or (lambda program: run_program(program, self.stop))
        self.origins = Origins(variables or {}, run, lambda *_: "", allow_cmd=True)
        self.checking = Checking(self.fleet, self.origins, self.warnings.append)

    def unwell(self, verify=lambda: None):
        converse = self.rig.visit({}).client.converse
        return self.checking.unwell(Subject("gate", "192.0.2.1", "SN-1", "2.1", verify, converse))


@pytest.fixture
def ward(tmp_path, rig):
    def make(gates, **more):
        return Ward(tmp_path, more.pop("rig", None) or rig(), gates, **more)

    return make


@pytest.fixture
def program(tmp_path):
    """Writes an executable of these lines of Python, called as it is named."""

    def make(name, *lines):
        file = tmp_path / name
        file.write_text("\n".join((f"#!{sys.executable}", "import json, os, sys", *lines)))
        file.chmod(0o755)
        return file

    return make


def test_a_camera_that_is_well_passes_every_gate(ward):
    assert ward("verify, inference, recording").unwell() is None


def test_the_first_gate_that_is_not_passed_is_why(ward, rig):
    camera = rig()
    camera.camera.documents["/model/inference"]["sModel"] = "gone.rknn"
    found = ward("verify, inference, recording", rig=camera)
    trouble = found.unwell()
    assert trouble.startswith("inference: the pipeline is ")
    assert found.unwell(lambda: "it differs again: osd") == "verify: it differs again: osd"


def test_gates_are_asked_in_their_order_and_only_those_that_are_stated(ward):
    asked = []
    assert ward("inference").unwell(lambda: asked.append("verify")) is None
    assert asked == []
    assert ward("verify").unwell(lambda: asked.append("verify")) is None
    assert asked == ["verify"]


def test_a_camera_that_does_not_answer_is_not_well(ward, rig):
    def lost():
        raise Unreachable("no answer", request="GET /system/device-info")

    assert ward("verify").unwell(lost) == "verify: GET /system/device-info: no answer"
    dark = ward("recording")
    dark.rig.camera.power = False
    assert dark.unwell().startswith("recording: ")


def test_no_gates_are_passed(tmp_path, ward):
    assert ward("").unwell() is None


def test_a_program_decides_for_each_camera(ward, program, tmp_path):
    program(
        "check.sh",
        "about = {k: v for k, v in os.environ.items() if k.startswith('RECAMERA_')}",
        "print(json.dumps([sys.argv[1:], about, os.getcwd()]), file=open('seen', 'w'))",
    )
    found = ward("command: \"./check.sh --dark 'a b' $HOME\"", variables={"PATH": "/nowhere"})
    assert found.unwell() is None
    words, about, where = json.loads((tmp_path / "seen").read_text())
    assert (words, where) == (["--dark", "a b", "$HOME"], str(tmp_path))
    assert about == {
        "RECAMERA_DEVICE": "gate",
        "RECAMERA_HOST": "192.0.2.1",
        "RECAMERA_SERIAL": "SN-1",
        "RECAMERA_WAVE": "2.1",
    }


def test_a_program_is_given_no_secret_of_the_fleet(ward, program, tmp_path, canary):
    program("check.sh", "open('seen', 'w').write(' '.join(sorted(os.environ)))")
    secrets = {"PW": canary("login"), "RECAMERA_GITOPS_KEY": canary("key")}
    assert ward("command: ./check.sh", variables={"LANG": "C", **secrets}).unwell() is None
    names = (tmp_path / "seen").read_text().split()
    assert {"LANG", "RECAMERA_DEVICE"} <= set(names)
    assert not secrets.keys() & set(names)


def test_what_a_program_says_last_is_why_and_betrays_nothing(ward, program, canary):
    secret = Secret(canary("login"))
    program(
        "check.sh",
        "print('much ' * 100_000)",
        "print('first\\n' * 5000, file=sys.stderr)",
        f"print('dark \\x1b[31m since', {secret.reveal()[::-1]!r}[::-1], file=sys.stderr)",
        "print(' \\n', file=sys.stderr)",
        "sys.exit(3)",
    )
    assert ward("command: ./check.sh").unwell() == (
        "command: './check.sh' ended with exit code 3: dark \\u001b[31m since •••"
    )


@pytest.mark.parametrize(
    ("lines", "trouble"),
    [
        (("sys.exit(1)",), "ended with exit code 1"),
        (("os.kill(os.getpid(), 15)",), "was ended by signal 15"),
        (None, "is not installed"),
    ],
)
def test_a_program_that_fails_silently_is_told_too(ward, program, lines, trouble):
    if lines is not None:
        program("check.sh", *lines)
    assert ward("command: ./check.sh").unwell() == f"command: './check.sh' {trouble}"


def test_a_program_has_a_minute(ward):
    asked = []

    def run(program):
        asked.append(program)
        return Ended(trouble=Trouble.TOO_SLOW, said=b"waiting for light\n")

    found = ward("command: ./check.sh", run=run).unwell()
    assert found == "command: './check.sh' did not end in time: waiting for light"
    assert [each.seconds for each in asked] == [60]


def test_programs_are_not_run_unless_somebody_said_so(ward):
    found = ward("verify, command: ./check.sh, command: ./other 'a b'")
    with pytest.raises(InvalidInput) as caught:
        Checking(found.fleet, replace(found.origins, allow_cmd=False), print)
    assert [line(each) for each in caught.value.diagnostics] == [
        f"fleet.yaml:5:{column} rollout.gates[{number}].command:"
        f" {name} is not run without --allow-cmd\n"
        "    hint: allow it where you trust everybody who may change the files"
        for number, column, name in ((1, 28, "'./check.sh'"), (2, 49, "'./other'"))
    ]


FFPROBE = (
    "seen = {'words': sys.argv[1:], 'list': sys.stdin.read(), 'variables': [*os.environ]}",
    "json.dump(seen, open('seen', 'w'))",
)


def streaming(rig, **setting):
    camera = rig()
    camera.camera.documents["/video/0/stream"]["rtsp"].update(setting)
    return camera


def test_a_stream_shows_a_first_frame_and_its_password_is_in_no_argument(
    ward, rig, program, tmp_path, canary
):
    program("ffprobe", *FFPROBE, "print(18472)")
    password = canary("rtsp")
    camera = streaming(rig, sPassword=password, sUserName="a'b")
    found = ward("rtsp", rig=camera, variables={"PATH": str(tmp_path), "HOME": "/root"})
    assert found.unwell() is None
    seen = json.loads((tmp_path / "seen").read_text())
    (tmp_path / "seen").unlink()  # it holds what ffprobe may know, and nobody else
    assert password not in str(seen["words"])
    assert set(seen["variables"]) <= {"PATH", "LC_CTYPE"}
    escaped = password.replace("+", "%2B").replace("/", "%2F")
    assert seen["list"] == (
        "ffconcat version 1.0\n"
        f"file 'rtsp://a%27b:{escaped}@192.0.2.1:554/main'\n"
        "option rtsp_transport tcp\n"
    )
    assert found.warnings == []


@pytest.mark.parametrize(
    ("lines", "trouble"),
    [
        ("sys.exit(1)", "ended with exit code 1"),
        ("print()", "saw none"),
        (
            "sys.exit('[rtsp @ 0x1] method DESCRIBE failed: 401 Unauthorized\\nrtsp://a:b@c: 401')",
            "ended with exit code 1, 401 Unauthorized",
        ),
        (
            "sys.exit('rtsp://a:b@c: Connection refused')",
            "ended with exit code 1, Connection refused",
        ),
        ("sys.exit('rtsp://a:b@c: something else')", "ended with exit code 1"),
    ],
)
def test_a_stream_without_a_frame_is_not_well(ward, rig, program, tmp_path, lines, trouble):
    program("ffprobe", *FFPROBE, lines)
    found = ward("rtsp", rig=streaming(rig, iAuthType=0), variables={"PATH": str(tmp_path)})
    assert found.unwell() == f"rtsp: no first frame came: ffprobe {trouble}"
    assert "'rtsp://192.0.2.1:554/main'" in json.loads((tmp_path / "seen").read_text())["list"]


def test_where_ffprobe_is_not_installed_the_gate_is_passed_over_and_that_is_said_once(
    ward, tmp_path
):
    found = ward("rtsp", variables={"PATH": str(tmp_path)})
    assert (found.unwell(), found.unwell()) == (None, None)
    assert found.warnings == [
        "the gate rtsp is passed over: ffprobe is not installed here, nobody looks at the streams"
    ]


def test_a_stream_that_is_off_is_well_and_nobody_looks(ward, rig):
    assert ward("rtsp", rig=streaming(rig, iEnabled=0), run=pytest.fail).unwell() is None


def test_a_signal_ends_a_check_soon(ward, program):
    program("check.sh", "import time; time.sleep(60)")
    found = ward("command: ./check.sh")
    found.stop.set()
    with pytest.raises(Interrupted, match="interrupted while cameras were checked"):
        found.unwell()


@pytest.mark.parametrize(
    ("planned", "trouble"),
    [
        (DevicePlan("gate", "h", Status.UNCHANGED), None),
        (changed("gate", "osd.font.size", 32), "it differs again: osd.font.size"),
        (
            DevicePlan(
                "gate", "h", Status.UNREACHABLE, error="no answer", exit_code=ExitCode.UNREACHABLE
            ),
            "no answer",
        ),
    ],
)
def test_a_camera_that_was_planned_once_more_is_as_declared_or_not(planned, trouble):
    assert as_declared(planned) == trouble


def test_what_differs_again_is_named_as_far_as_it_is_short():
    one = changed("gate", "osd.font.size", 32)
    many = replace(one, resources=one.resources * 7)
    assert as_declared(many).endswith("osd.font.size and 2 more")


def test_a_gate_asks_a_camera_nothing_but_reads(ward):
    found = ward("inference, recording, rtsp", run=lambda _: Ended(b"1\n"))
    assert found.unwell() is None
    assert found.rig.camera.writes == 0
