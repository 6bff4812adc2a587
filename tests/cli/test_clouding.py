"""cloud: the commands, over a real socket, with somebody at the terminal or nobody."""

import io
import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from recamera_gitops.cli import console
from recamera_gitops.cli.main import main
from recamera_gitops.cloud import PRODUCTION
from recamera_gitops.emulator.cloud import CREATE, UNKNOWN_TO_IT, CloudState, onnx
from recamera_gitops.emulator.cloud_server import EmulatedCloud
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.keychain import password_of
from tests.cli.posts import GATE, Posts
from tests.conftest import InProcess, Timeless, canary


@dataclass
class Sky:
    """An emulated service, and the variables of whoever uses it."""

    state: CloudState
    url: str
    variables: dict
    environment: Environment
    clock: Timeless

    def model(self, name="yolo.onnx", content=b""):
        Path(name).write_bytes(onnx(content))
        return name


@pytest.fixture
def sky(tmp_path, monkeypatch):
    clock, token, user = Timeless(), canary("token"), canary("user")
    state = CloudState(clock=clock, wall=lambda: 1_790_000_000 + clock(), token=token, user=user)
    variables = {"RECAMERA_CLOUD_USER_ID": user}
    made = Environment(variables, clock, clock.stop, keyring=password_of)
    monkeypatch.setattr(Environment, "real", classmethod(lambda _cls, **_: made))
    monkeypatch.chdir(tmp_path)
    with EmulatedCloud(state=state) as emulated:
        monkeypatch.setenv("RECAMERA_CLOUD_URL", f"{emulated.url}/")
        monkeypatch.setenv("RECAMERA_CLOUD_ACCOUNTS_URL", emulated.url)
        yield Sky(state, emulated.url, variables, made, clock)
    assert state.violations == []


def test_a_model_is_converted_fetched_and_deleted(rcg, sky, tmp_path):
    ended = rcg("cloud", "convert", sky.model())
    (model_id,) = sky.state.tasks
    md5 = sky.state.tasks[model_id].md5
    assert (ended.code, ended.out) == (0, f"yolo.rknn  fetched, 2.0 KiB, md5 {md5}\n")
    assert ended.err == (
        "yolo.onnx: sending 0.0 of 0.0 MiB\n"
        f"yolo.onnx: its conversion is {model_id}\n"
        "yolo.onnx: waiting 0 %\n"
        "yolo.onnx: converting 33 %\n"
        "yolo.onnx: converting 66 %\n"
        "yolo.onnx: done\n"
        "yolo.onnx: fetching 0.0 MiB\n"
    )
    assert (tmp_path / "yolo.rknn").read_bytes() == sky.state.tasks[model_id].result
    again = rcg("cloud", "download", model_id)
    assert again.out == f"yolo.rknn  was there already, 2.0 KiB, md5 {md5}\n"
    assert rcg("cloud", "list").out == (
        "model                                 state  size     created\n"
        f"{model_id}  done   2.0 KiB  2026-09-21T14:30:00Z\n"
        "1 model\n"
    )
    gone = rcg("cloud", "delete", model_id, "--confirm", model_id)
    assert (gone.code, gone.out) == (0, f"{model_id}  deleted\n")
    assert rcg("cloud", "list").out == "0 models\n"


def test_the_json_is_whole(rcg, sky):
    begun = rcg("cloud", "convert", sky.model(), "--no-wait", "--format", "json")
    (model_id,) = sky.state.tasks
    waiting = {
        "model_id": model_id,
        "state": "waiting",
        "percent": 0,
        "error": None,
        "size_bytes": None,
        "created": "2026-09-21T14:30:00Z",
        "started": "2026-09-21T14:30:00Z",
        "finished": None,
        "word": None,
    }
    envelope = {"format_version": "1.0", "operation": "cloud convert"}
    assert json.loads(begun.out) == {**envelope, "result": {"task": waiting, "file": None}}
    assert f"wait for it with: recamera-gitops cloud status {model_id} --watch" in begun.err
    listed = json.loads(rcg("cloud", "list", "--format", "json").out)
    assert listed == {**envelope, "operation": "cloud list", "result": [waiting]}
    watched = rcg("cloud", "status", model_id, "--watch", "--format", "json")
    done = {
        **waiting,
        "state": "done",
        "percent": 100,
        "size_bytes": 2052,
        "finished": "2026-09-21T14:30:06Z",
    }
    assert json.loads(watched.out) == {**envelope, "operation": "cloud status", "result": done}
    fetched = json.loads(rcg("cloud", "download", model_id, "--format", "json").out)
    assert fetched["result"] == {
        "task": done,
        "file": {
            "model_id": model_id,
            "file": "yolo.rknn",
            "size_bytes": 2052,
            "md5": sky.state.tasks[model_id].md5,
            "was_there": False,
        },
    }


def test_what_is_not_done_is_not_fetched(rcg, sky, tmp_path):
    rcg("cloud", "convert", sky.model(), "--no-wait")
    (model_id,) = sky.state.tasks
    sky.clock.now += 3
    ended = rcg("cloud", "download", model_id, "--output", "new/")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        f"error: {model_id} is not done (converting 50 %); nothing was fetched;"
        f" wait for it with: recamera-gitops cloud status {model_id} --watch\n"
    )
    assert not sky.state.sent("/v1/api/get_model") + sky.state.sent("/v2/api/get_model")
    assert not (tmp_path / "new").exists()
    sky.clock.now += 3
    fetched = rcg("cloud", "download", model_id, "--output", "new/")
    assert fetched.out.startswith("new/yolo.rknn  fetched, 2.0 KiB, md5 ")


def test_what_cannot_be_had_is_not_asked_for(rcg, sky):
    rcg("cloud", "convert", sky.model(content=UNKNOWN_TO_IT), "--no-wait")
    (model_id,) = sky.state.tasks
    sky.clock.now += 60
    ended = rcg("cloud", "download", model_id)
    assert ended.code == 3
    assert f"error: {model_id} could not be converted: unsupported operator" in ended.err


def test_a_model_in_an_unknown_state_is_listed_with_the_others(rcg, sky, monkeypatch):
    rcg("cloud", "convert", sky.model(content=b"a"), "--no-wait")
    rcg("cloud", "convert", sky.model(content=b"b"), "--no-wait")
    other, odd = sky.state.tasks
    record = CloudState._record

    def told(state, task):
        return record(state, task) | ({"status": "queued"} if task.model_id == odd else {})

    monkeypatch.setattr(CloudState, "_record", told)
    ended = rcg("cloud", "list")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "model                                 state            size  created\n"
        f"{odd}  unknown: queued  -     2026-09-21T14:30:00Z\n"
        f"{other}  waiting          -     2026-09-21T14:30:00Z\n"
        "2 models\n"
    )
    listed = json.loads(rcg("cloud", "list", "--format", "json").out)["result"]
    assert [(each["state"], each["word"]) for each in listed] == [
        ("unknown", "queued"),
        ("waiting", None),
    ]


def test_what_failed_is_told_with_the_reason_of_the_service(rcg, sky, tmp_path):
    ended = rcg("cloud", "convert", sky.model(content=UNKNOWN_TO_IT))
    (model_id,) = sky.state.tasks
    assert (ended.code, ended.out) == (3, "")
    assert f"error: {model_id} could not be converted: unsupported operator" in ended.err
    shown = rcg("cloud", "status", model_id)
    assert shown.code == 0
    assert "state     failed: unsupported operator: UnknownOperator\n" in shown.out
    assert [each.name for each in tmp_path.iterdir()] == ["yolo.onnx"]


def test_every_problem_is_told_before_anything_is_sent(rcg, sky):
    ended = rcg("cloud", "convert", "a.pt", "--dataset", "b.tar")
    assert ended.code == 1
    assert ended.err.count("a.pt: ") == ended.err.count("b.tar: ") == 2
    assert rcg("cloud", "convert", sky.model(), "--output", "none/a.rknn").code == 1
    assert rcg("cloud", "download", "a-b", "--output", "none/a.rknn").code == 1
    assert sky.state.log == []


@pytest.mark.parametrize("verb", ["status", "download", "delete"])
def test_an_id_that_is_none_is_not_sent(rcg, sky, verb):
    ended = rcg("cloud", verb, "../up")
    assert (ended.code, ended.err) == (1, "../up: this is no id of a model\n")
    assert sky.state.log == []


def test_a_model_that_is_not_there(rcg, sky):
    ended = rcg("cloud", "status", "nobody")
    assert ended.code == 3
    assert ended.err == "error: GET /v1/api/train_status: model not found\n"


class TestDeleting:
    """What cannot be undone."""

    @pytest.fixture
    def model_id(self, rcg, sky):
        rcg("cloud", "convert", sky.model(), "--no-wait")
        return next(iter(sky.state.tasks))

    @pytest.mark.parametrize("confirm", [(), ("--confirm", "another")])
    def test_without_its_id_nothing_is_deleted(self, rcg, sky, model_id, confirm):
        ended = rcg("cloud", "delete", model_id, *confirm)
        assert (ended.code, list(sky.state.tasks)) == (5, [model_id])
        assert ended.err == (
            f"error: {model_id} (waiting, of 2026-09-21T14:30:00Z) will be deleted\n"
            f"    hint: say --confirm {model_id} if that is meant\n"
            "error: not confirmed; nothing was deleted\n"
        )

    @pytest.mark.parametrize("answer", ["yes", ""])
    def test_a_person_has_to_type_it(self, rcg, sky, model_id, answer):
        assert rcg("cloud", "delete", model_id, answer=answer).code == 5
        assert list(sky.state.tasks) == [model_id]
        assert rcg("cloud", "delete", model_id, answer=model_id).code == 0
        assert sky.state.tasks == {}


class TestLogin:
    """Who somebody is, is kept in the keyring and shown nowhere."""

    @pytest.fixture
    def nobody(self, sky, keyring):
        sky.variables.clear()
        return keyring

    def test_the_address_of_the_browser_is_pasted_unseen(self, rcg, sky, nobody, monkeypatch):
        pasted = f"http://localhost:8899/#token={sky.state.token}"
        monkeypatch.setattr(console, "hidden", lambda _question: pasted)
        ended = rcg("cloud", "login", answer="")
        assert ended.code == 0
        assert ended.out == f"logged in to {sky.url}; the user id is kept in the keyring\n"
        assert "https://sensecraft.seeed.cc/ai/authorize?client_id=seeed_recamera&" in ended.err
        assert nobody.get_password("recamera-gitops", sky.url) == sky.state.user
        assert rcg("cloud", "list").out == "0 models\n"

    def test_a_token_may_come_from_a_variable_or_a_pipe(self, rcg, sky, nobody, monkeypatch):
        sky.variables["MINE"] = sky.state.token
        assert rcg("cloud", "login", "--token-env", "MINE").code == 0
        nobody.delete_password("recamera-gitops", sky.url)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{sky.state.token}\n"))
        assert main(["cloud", "login"]) == 0
        assert nobody.get_password("recamera-gitops", sky.url) == sky.state.user

    def test_what_is_no_token_is_not_sent(self, rcg, sky, nobody):
        ended = rcg("cloud", "login")
        assert (ended.code, sky.state.log) == (1, [])
        assert "what was pasted is no token" in ended.err
        unset = rcg("cloud", "login", "--token-env", "MINE")
        assert "--token-env: the environment variable MINE is not set" in unset.err

    def test_a_token_that_is_over_keeps_nobody(self, rcg, sky, nobody):
        sky.variables["MINE"] = canary("old-token")
        ended = rcg("cloud", "login", "--token-env", "MINE")
        assert (ended.code, nobody.get_password("recamera-gitops", sky.url)) == (1, None)
        assert "does not accept this login (invalid token)" in ended.err

    def test_who_is_logged_out_is_nobody(self, rcg, sky, nobody):
        nobody.set_password("recamera-gitops", sky.url, sky.state.user)
        assert rcg("cloud", "logout").out == f"logged out of {sky.url}\n"
        assert rcg("cloud", "logout").out == f"nobody was logged in to {sky.url}\n"
        ended = rcg("cloud", "list")
        assert (ended.code, sky.state.log) == (1, [])
        assert ended.err == (
            f"error: nobody is logged in to {sky.url}: the keyring has no password of "
            f"'{sky.url}' for 'recamera-gitops'\n    hint: say: recamera-gitops cloud login,"
            " or set RECAMERA_CLOUD_USER_ID or RECAMERA_CLOUD_TOKEN\n"
        )

    def test_without_a_keyring_the_token_of_the_environment_serves(self, rcg, sky, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "keyring", None)
        sky.variables.clear()
        refused = rcg("cloud", "login")
        assert refused.code == 1
        assert "without one set RECAMERA_CLOUD_USER_ID or RECAMERA_CLOUD_TOKEN" in refused.err
        sky.variables["RECAMERA_CLOUD_TOKEN"] = sky.state.token
        assert rcg("cloud", "list").out == "0 models\n"

    def test_a_login_of_one_service_opens_no_other(self, rcg, sky, nobody):
        nobody.set_password("recamera-gitops", PRODUCTION, canary("production"))
        assert rcg("cloud", "list").code == 1


@pytest.mark.parametrize("url", ["http://sensecraft.example", "ftp://127.0.0.1", "sensecraft"])
def test_an_address_that_could_be_overheard_is_refused(rcg, sky, url):
    ended = rcg("cloud", "list", "--cloud", url, "--accounts", url)
    assert (ended.code, sky.state.log) == (1, [])
    assert ended.err.count("this is no https address") == 2


def test_a_lost_answer_is_told_and_nothing_is_sent_twice(rcg, sky):
    sky.state.faults.add("drop-after", CREATE)
    assert rcg("cloud", "convert", sky.model()).code == 0
    sky.state.faults.add("drop-before", CREATE)
    ended = rcg("cloud", "convert", sky.model(), "--force")
    assert (ended.code, sky.state.sent(CREATE)) == (4, 2)
    assert "no new conversion can be seen; look with `cloud list`" in ended.err


def test_waiting_ends_and_the_conversion_does_not(rcg, sky):
    sky.state.seconds = 1e6
    ended = rcg("cloud", "convert", sky.model(), "--timeout", "10")
    (model_id,) = sky.state.tasks
    assert (ended.code, ended.out) == (3, "")
    assert f"the conversion goes on: recamera-gitops cloud status {model_id} --watch" in ended.err
    sky.clock.stop.request()
    assert rcg("cloud", "status", model_id, "--watch").code == 130


def test_no_secret_is_in_a_traceback(rcg, sky):
    sky.state.faults.add("drop-before", "*", every=True)
    ended = rcg("cloud", "list", "--debug")
    assert ended.code == 4
    assert sky.state.user not in ended.err


class TestInstalling:
    """From an ONNX model to cameras, in one go."""

    @pytest.fixture
    def posts(self, sky, tmp_path, rcg, monkeypatch):
        made = Posts(tmp_path, rcg).stand(monkeypatch)
        sky.variables |= made.variables
        there = replace(sky.environment, transport=lambda c: InProcess(made.cameras[c.host]))
        monkeypatch.setattr(Environment, "real", classmethod(lambda _cls, **_: there))
        (tmp_path / "info.yaml").write_text(
            "category: Detection\nalgorithm: YOLO11\nclasses: [fox]\n"
            "metrics: {iou: 0.5, confidence: 0.3, max_obj: 9}\n"
        )
        return made

    def test_the_result_is_brought_and_described(self, rcg, sky, posts):
        install = ("--install", "*", "--info", "info.yaml")
        ended = rcg("cloud", "convert", sky.model(), *install)
        (task,) = sky.state.tasks.values()
        assert ended.code == 0
        assert ended.out == (
            f"yolo.rknn  fetched, 2.0 KiB, md5 {task.md5}\n"
            "camera  model      done                 info  md5\n"
            f"dock    yolo.rknn  uploaded, described  yes   {task.md5}\n"
            f"gate    yolo.rknn  uploaded, described  yes   {task.md5}\n"
        )
        assert posts.camera().models["yolo.rknn"].md5 == task.md5

    def test_the_json_has_the_cameras_too(self, rcg, sky, posts):
        ended = rcg("cloud", "convert", sky.model(), "--install", GATE, "--format", "json")
        told = json.loads(ended.out)
        assert (ended.code, told["operation"]) == (0, "cloud convert")
        assert told["result"]["file"]["file"] == "yolo.rknn"
        (device,) = told["devices"]
        assert (device["device"], device["result"]["was_sent"]) == (GATE, True)

    def test_what_cannot_be_installed_is_told_before_anything_is_sent(self, rcg, sky, posts):
        wrong = ("--info", "none.yaml", "--output", "out.bin")
        ended = rcg("cloud", "convert", sky.model(), "--install", GATE, *wrong)
        assert (ended.code, sky.state.log) == (1, [])
        assert "out.bin is no name of a model" in ended.err
        assert "none.yaml:1:1: it cannot be read" in ended.err.replace(" : ", ": ")
        assert rcg("cloud", "convert", sky.model(), "--install", "nobody").code == 1
        assert sky.state.log == []

    @pytest.mark.parametrize("given", [("--info", "info.yaml"), ("--install", GATE, "--no-wait")])
    def test_what_does_not_go_together_is_wrong_usage(self, rcg, sky, posts, given):
        assert rcg("cloud", "convert", sky.model(), *given).code == 64
        assert sky.state.log == []

    def test_a_camera_that_refuses_leaves_the_result_here(self, rcg, sky, posts, tmp_path):
        posts.camera().faults.add("status-500", "/model/upload*", every=True)
        ended = rcg("cloud", "convert", sky.model(), "--install", "*")
        assert ended.code == 3
        assert (tmp_path / "yolo.rknn").exists()
        assert "gate  failed: " in ended.out
        assert "dock    yolo.rknn  uploaded" in ended.out
