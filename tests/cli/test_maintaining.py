"""`device …` on the command line: whole outputs, refusals, and the files that stay."""

import json

import pytest
from jsonschema import Draft202012Validator

from recamera_gitops.cli import console
from recamera_gitops.desired.event_schema import EVENT_SCHEMA
from recamera_gitops.fleet import runs
from tests.conftest import canary
from tests.fleet.conftest import Yard

INFO = """\
camera  serial     firmware  sensor   first use  https  ssh  api key
cam-00  SN-cam-00  V1.0.10   SC850SL  no         no     no   no
cam-01  SN-cam-01  V1.0.10   SC850SL  no         no     -    no
"""
DETAILS = """\
serial      SN-cam-00
firmware    V1.0.10
sensor      SC850SL
base plate  Base Board-V1.0,Expand Board-V1.0
first use   no
https       no
ssh         no
api key     no
free disk   20480
"""
TOLD = {
    "device": "cam-00",
    "host": "cam-00.test",
    "error": None,
    "exit_code": 0,
}


@pytest.fixture
def yard(tmp_path, environment, within):
    return lambda **options: within(Yard(tmp_path, environment, **options))


def result(ended):
    (found,) = json.loads(ended.out)["devices"]
    return found


def without_warning(ended):
    """What was said beside the result, the word about plain http aside."""
    lines = ended.err.splitlines()
    return [each for each in lines if "plain-http" not in each and "hint: on cam" not in each]


class TestInfo:
    def test_a_table_of_several_and_the_details_of_one(self, yard, rcg):
        yard = yard(size=2)
        yard.camera("cam-01").faults.add("html", "/system/ssh", every=True)
        assert rcg("device", "info").out == INFO
        assert rcg("device", "info", "cam-00").out == DETAILS
        assert yard.writes == {}

    def test_json_has_every_field(self, yard, rcg):
        yard(size=1)
        ended = rcg("device", "info", "--format", "json")
        assert json.loads(ended.out) == {
            "format_version": "1.0",
            "operation": "device info",
            "devices": [
                {
                    **TOLD,
                    "result": {
                        "first_use": False,
                        "serial": "SN-cam-00",
                        "firmware": "V1.0.10",
                        "sensor": "SC850SL",
                        "base_plate": "Base Board-V1.0,Expand Board-V1.0",
                        "https": False,
                        "ssh": False,
                        "api_key": False,
                        "free_disk": 20480.0,
                    },
                }
            ],
        }

    def test_another_camera_than_the_known_one_is_told(self, yard, rcg):
        yard(size=1, more={"cam-00": "serial: SN-other"})
        ended = rcg("device", "info")
        assert (ended.code, ended.out) == (
            3,
            "cam-00  failed: SN-cam-00 answers, SN-other is expected\n",
        )


class TestCheckLogin:
    def test_a_credential_that_one_camera_rejects_is_sent_to_no_other(self, yard, rcg):
        yard = yard(size=3)
        yard.environment.variables["PW"] = canary("wrong")
        ended = rcg("device", "check-login", "--format", "json")
        assert ended.code == 1
        found = json.loads(ended.out)["devices"]
        states = sorted(each["result"]["state"] for each in found)
        assert states == ["not tried", "not tried", "rejected"]
        assert sum(each.failed_logins for each in yard.cameras.values()) == 1

    def test_one_that_works_is_told_with_its_way(self, yard, rcg):
        yard(size=1)
        ended = rcg("device", "check-login", "--format", "json")
        assert result(ended) == {
            **TOLD,
            "result": {
                "state": "accepted",
                "way": "password",
                "username": "admin",
                "next": False,
                "wait_seconds": None,
                "detail": "",
            },
        }

    def test_a_lock_ends_with_its_seconds(self, yard, rcg):
        yard = yard(size=1)
        for _ in range(3):
            yard.camera("cam-00").sessions.failed("127.0.0.1")
        ended = rcg("device", "check-login")
        assert ended.code == 1
        assert ended.out.splitlines()[1] == (
            "cam-00  locked  password of admin  logins from here are locked for 60 s"
        )


class TestReboot:
    def test_cameras_go_one_after_another(self, yard, rcg):
        yard = yard(size=2)
        away = []
        for name in yard.names:
            yard.camera(name).on_request = lambda _index, _request: away.append(
                sum(each.booted_at > yard.clock() for each in yard.cameras.values())
            )
        ended = rcg("device", "reboot", "*", "--yes")
        assert (ended.code, ended.out) == (
            0,
            (
                "camera  serial     restart                 firmware\n"
                "cam-00  SN-cam-00  seen: it answers again  V1.0.10\n"
                "cam-01  SN-cam-01  seen: it answers again  V1.0.10\n"
            ),
        )
        assert max(away) == 1
        (past,) = runs.past(yard.root)
        assert past.kind == "device reboot"

    def test_what_happens_is_told_to_programs_as_promised(self, yard, rcg, tmp_path):
        yard(size=1)
        file = tmp_path / "events"
        assert rcg("device", "reboot", "cam-00", "--yes", "--events", file).code == 0
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        for each in lines:
            Draft202012Validator(EVENT_SCHEMA).validate(each)
        assert [each["part"] for each in lines if each["event"] == "part"] == ["device reboot"]

    def test_nothing_is_restarted_without_a_yes(self, yard, rcg):
        yard = yard(size=1)
        for answer in (None, "no", "y"):
            ended = rcg("device", "reboot", "cam-00", answer=answer)
            assert (ended.code, ended.out) == (5, "")
        assert yard.camera("cam-00").boots == 0
        assert "Restart cam-00? Only 'yes' is accepted:" in ended.err
        assert rcg("device", "reboot", "cam-00", answer="yes").code == 0

    def test_cameras_are_named(self, yard, rcg):
        yard(size=1)
        assert rcg("device", "reboot", "--yes").code == 64

    def test_a_protected_camera_is_left_alone(self, yard, rcg):
        yard = yard(size=1, more={"cam-00": "protected: true"})
        ended = rcg("device", "reboot", "cam-00", "--yes")
        assert ended.code == 5
        assert yard.camera("cam-00").boots == 0

    def test_the_window_is_kept_unless_it_is_lifted(self, yard, rcg):
        yard = yard(size=1)
        with (yard.root / "fleet.yaml").open("a") as file:
            file.write("policy: {deny_impact: [reboot]}\n")
        ended = rcg("device", "reboot", "cam-00", "--yes")
        assert ended.code == 5
        assert "device reboot on cam-00 would cause it now" in ended.err
        assert rcg("device", "reboot", "cam-00", "--yes", "--outside-window").code == 0

    @pytest.mark.parametrize("parallel", ["1", "3"])
    def test_after_one_that_is_lost_no_other_is_begun(self, yard, rcg, parallel):
        yard = yard(size=5)
        for name in yard.names:
            yard.camera(name).faults.add("ignore", "/system/reboot")
        ended = rcg("device", "reboot", "*", "--yes", "--parallel", parallel, "--format", "json")
        assert ended.code == 3
        begun = sum(yard.sent(name, "POST", "/system/reboot") for name in yard.names)
        assert begun <= int(parallel)
        left = [each["error"] for each in json.loads(ended.out)["devices"]]
        assert sum("is not known" in each for each in left) == 5 - begun

    def test_the_json_of_one_that_was_only_asked(self, yard, rcg):
        yard(size=1)
        ended = rcg("device", "reboot", "cam-00", "--yes", "--no-wait", "--format", "json")
        told = {"serial": "SN-cam-00", "restart": "asked", "firmware": None}
        assert result(ended) == {**TOLD, "result": told}


class TestFactoryReset:
    def test_the_serial_number_of_each_is_typed_before_anything(self, yard, rcg):
        yard = yard(size=2)
        ended = rcg("device", "factory-reset", "*", "--confirm", "SN-cam-00")
        assert (ended.code, ended.out) == (5, "")
        assert without_warning(ended) == [
            (
                "error: cam-01 (SN-cam-01) forgets its settings, its models, its password and perhaps its"
                " address and certificate"
            ),
            "    hint: say --confirm SN-cam-01 if that is meant",
            "error: not confirmed; nothing was written",
        ]
        assert rcg("device", "factory-reset", "cam-00", answer="SN-cam-01").code == 5
        assert yard.writes == {}
        ended = rcg("device", "factory-reset", "cam-00", answer="SN-cam-00")
        assert (ended.code, ended.out) == (
            0,
            (
                "camera  serial     reset\n"
                "cam-00  SN-cam-00  done: it has its factory password again\n"
            ),
        )
        assert yard.camera("cam-00").sessions.first_use
        assert "trust --replace" in ended.err

    def test_a_camera_that_was_not_confirmed_is_not_reset_when_it_comes_back(self, yard, rcg):
        yard = yard(size=2)
        gone = yard.camera("cam-01")
        gone.power = False

        def back(_index, request):
            gone.power = gone.power or request.path.endswith("/factory-reset")

        yard.camera("cam-00").on_request = back
        ended = rcg("device", "factory-reset", "*", "--confirm", "SN-cam-00")
        assert ended.code == 4
        assert yard.camera("cam-00").actions["factory-reset"] == 1
        assert gone.actions["factory-reset"] == gone.writes == 0
        assert "cam-01  unreachable" in ended.out

    def test_a_serial_number_that_nobody_could_type_confirms_nothing(self, yard, rcg):
        yard = yard(size=1)
        yard.camera("cam-00").documents["/system/device-info"]["sSerialNumber"] = "\x1b[2J"
        ended = rcg("device", "factory-reset", "cam-00", answer="yes")
        assert ended.code == 3
        assert "no serial number that can be confirmed" in ended.out
        assert "\x1b" not in ended.out + ended.err


class TestPassword:
    @pytest.fixture
    def typed(self, monkeypatch):
        def types(*texts):
            left = iter(texts)
            monkeypatch.setattr(console, "hidden", lambda _question: next(left))

        return types

    def test_it_is_changed_and_the_place_in_the_files_is_told(self, yard, rcg):
        yard = yard(size=1)
        yard.environment.variables["NEW"] = canary("New-1")
        ended = rcg("device", "password", "cam-00", "--new-env", "NEW", "--yes")
        assert (ended.code, ended.out) == (
            0,
            (
                "changed, and proved by a login\n"
                "the files state the old one at fleet.yaml:2:66: other cameras have it from there too, so"
                " state this one's own in its file\n"
            ),
        )
        yard.environment.variables["PW"] = yard.environment.variables["NEW"]
        assert rcg("device", "check-login").code == 0

    def test_everything_that_is_wrong_with_it_is_told_before_any_contact(self, yard, rcg):
        yard = yard(size=1)
        yard.environment.variables["PW"] = yard.environment.variables["NEW"] = "abc"
        ended = rcg("device", "password", "cam-00", "--new-env", "NEW", "--yes")
        assert (ended.code, ended.out) == (1, "")
        assert [each.partition(":")[2] for each in without_warning(ended)] == [
            (
                " the camera takes 6 characters or more, of three kinds: lower case, upper case, digits,"
                " others"
            ),
            " cam-00 has it already, by the files",
        ]
        assert len(yard.camera("cam-00").log) == 0

    def test_it_is_typed_twice_and_shown_never(self, yard, rcg, typed):
        yard = yard(size=1)
        new = canary("Typed-1")
        typed(new, new + "x")
        ended = rcg("device", "password", "cam-00", answer="yes")
        assert (ended.code, without_warning(ended)) == (
            1,
            ["new password: it was not typed alike twice"],
        )
        typed(new, new)
        ended = rcg("device", "password", "cam-00", answer="yes")
        assert ended.code == 0
        assert "Everybody is logged out there" in ended.err

    def test_nobody_to_ask_is_wrong_usage_and_an_empty_variable_bad_input(self, yard, rcg):
        yard(size=1)
        assert rcg("device", "password", "cam-00").code == 64
        assert rcg("device", "password", "cam-00", "--new-env", "NONE").code == 1

    def test_after_a_camera_whose_password_nobody_knows_no_other_is_begun(self, yard, rcg):
        yard = yard(size=3)
        yard.environment.variables["NEW"] = canary("New-1")
        yard.camera("cam-00").faults.add("html", "/system/login", nth=2)
        ended = rcg("device", "password", "*", "--new-env", "NEW", "--yes")
        assert ended.code == 3
        assert "was changed, but the new one could not be proved" in ended.out
        assert yard.writes == {"cam-00": 1}

    def test_without_a_yes_nothing_is_changed(self, yard, rcg):
        yard = yard(size=1)
        yard.environment.variables["NEW"] = canary("New-1")
        assert rcg("device", "password", "cam-00", "--new-env", "NEW").code == 5
        assert yard.writes == {}

    def test_on_the_first_use_it_is_all_that_can_be_done(self, yard, rcg):
        yard = yard(size=1, flavours=["first-use"])
        yard.environment.variables["NEW"] = canary("New-1")
        ended = rcg("device", "password", "cam-00", "--new-env", "NEW", "--yes", "--format", "json")
        assert result(ended)["result"] == {
            "serial": "SN-cam-00",
            "first_use": True,
            "stated_at": "fleet.yaml:2:66",
            "shared": True,
        }


class TestBackup:
    def test_files_that_nobody_else_can_read(self, yard, rcg, tmp_path):
        yard = yard(size=2)
        ended = rcg("device", "backup", "--output", tmp_path / "kept")
        assert ended.code == 0
        files = sorted((tmp_path / "kept").iterdir())
        assert [each.name[:16] for each in files] == ["cam-00-SN-cam-00", "cam-01-SN-cam-01"]
        assert {each.stat().st_mode & 0o777 for each in files} == {0o600}
        assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
        assert yard.writes == {}

    def test_of_one_that_does_not_come_whole_no_file_stays(self, yard, rcg, tmp_path):
        yard = yard(size=1)
        yard.camera("cam-00").faults.add("truncate", "/download/config.tar", every=True)
        ended = rcg("device", "backup", "--output", tmp_path / "kept")
        assert ended.code == 4
        assert list((tmp_path / "kept").iterdir()) == []

    def test_the_json_tells_the_file_and_its_digests(self, yard, rcg, tmp_path):
        yard(size=1)
        found = result(rcg("device", "backup", "--output", tmp_path / "k", "--format", "json"))
        (file,) = (tmp_path / "k").iterdir()
        assert found["result"].keys() == {"serial", "file", "size_bytes", "md5", "sha256"}
        assert (found["result"]["file"], found["result"]["size_bytes"]) == (
            str(file),
            file.stat().st_size,
        )

    def test_a_folder_that_cannot_be_made_is_told_before_any_contact(self, yard, rcg, tmp_path):
        yard = yard(size=1)
        (tmp_path / "file").write_text("")
        ended = rcg("device", "backup", "--output", tmp_path / "file" / "kept")
        assert ended.code == 1
        assert len(yard.camera("cam-00").log) == 0


class TestRestore:
    @pytest.fixture
    def kept(self, yard, rcg, tmp_path):
        yard = yard(size=2)
        rcg("device", "backup", "--output", tmp_path / "kept")
        return yard, sorted((tmp_path / "kept").iterdir())

    def test_a_camera_is_what_it_was(self, kept, rcg):
        yard, files = kept
        camera = yard.camera("cam-00")
        camera.patch("/audio/0", {"iEnable": 0})
        ended = rcg("device", "restore", files[0], "cam-00", "--confirm", "SN-cam-00", "--reboot")
        assert (ended.code, ended.out) == (
            0,
            "restored: it has restarted and runs V1.0.10\n",
        )
        assert camera.documents["/audio/0"]["iEnable"] == 1
        assert yard.writes.keys() == {"cam-00"}

    def test_the_file_of_another_camera_wants_both_serial_numbers(self, kept, rcg):
        yard, files = kept
        ended = rcg("device", "restore", files[1], "cam-00", "--confirm", "SN-cam-00")
        assert (ended.code, ended.out) == (5, "")
        assert "is the configuration of cam-01-SN-cam-01, not of cam-00" in ended.err
        assert yard.writes == {}
        both = ("--confirm", "SN-cam-00", "--confirm", "cam-01-SN-cam-01")
        assert rcg("device", "restore", files[1], "cam-00", *both).code == 0

    def test_it_goes_to_exactly_one_camera(self, kept, rcg):
        _, files = kept
        assert rcg("device", "restore", files[0], "*").code == 64
        assert rcg("device", "restore", files[0]).code == 64
        assert rcg("device", "restore").code == 64

    def test_a_file_that_is_none_is_told_before_any_contact(self, kept, rcg):
        yard, files = kept
        asked = len(yard.camera("cam-00").log)
        files[0].write_bytes(b"<html>")
        ended = rcg("device", "restore", files[0], "cam-00")
        assert ended.code == 1
        assert "it is no tar" in ended.err
        assert len(yard.camera("cam-00").log) == asked

    def test_a_password_that_came_along_ends_with_three(self, kept, rcg):
        yard, files = kept
        camera = yard.camera("cam-00")

        def other(_index, request):
            if request.path.endswith("/system/reboot"):
                camera.imported["password"] = "another"
            elif camera.boots:
                camera.sessions.tokens.clear()

        camera.on_request = other
        ended = rcg("device", "restore", files[0], "cam-00", "--confirm", "SN-cam-00", "--reboot")
        assert ended.code == 3
        assert ended.out == (
            "taken and restarted; the files no longer open it\n"
            "the user name or the password is wrong\n"
        )
        assert camera.failed_logins == 1
