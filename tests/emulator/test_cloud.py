"""The emulated cloud: as strict as the documents can be read, and different where they leave it open."""

import http.client
import json
from urllib.parse import urlencode

import pytest

from recamera_gitops.emulator.cloud import CloudState, Part, checked_cloud, onnx
from recamera_gitops.emulator.cloud_server import EmulatedCloud
from recamera_gitops.errors import InvalidInput
from recamera_gitops.exchange import Request
from tests.conftest import Timeless

WHO = {"user_id": "emulated-user"}
KIND = {"framework_type": "9", "device_type": "40"}
FIELDS = [Part("user_id", b"emulated-user"), Part("framework_type", b"9")]
FIELDS += [Part("device_type", b"40"), Part("file", onnx(), "a.onnx")]


@pytest.fixture
def cloud():
    return lambda *flavours: CloudState(checked_cloud(flavours), clock=Timeless())


def ask(cloud, path, query=(), *, method="GET", form=(), **headers):
    target = f"{path}?{urlencode({**WHO, **dict(query)})}" if query is not None else path
    response = cloud.respond(Request(method, target, headers), tuple(form))
    told = json.loads(response.body) if response.body[:1] == b"{" else response.body
    return response.status, told


def begun(cloud, form=FIELDS):
    return ask(cloud, "/v1/api/create_task", None, method="POST", form=form)


def test_a_conversion_goes_from_init_over_numbers_to_done(cloud):
    cloud = cloud()
    _, told = begun(cloud)
    assert told["data"].keys() == {"model_id", "created_at", "model_size"}
    query = {"model_id": told["data"]["model_id"]}
    seen = []
    for _ in range(5):
        _, status = ask(cloud, "/v1/api/train_status", query)
        seen.append(status["data"]["status"])
        cloud.clock.now += 1.5
    assert seen == ["init", "25", "50", "75", "done"]
    assert cloud.violations == []


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (FIELDS[1:], "user_id is required"),
        ([*FIELDS[:1], *FIELDS[2:]], "framework_type must be 9"),
        ([*FIELDS[:2], Part("device_type", b"41"), FIELDS[3]], "device_type must be 40"),
        (FIELDS[:3], "file is required"),
        ([*FIELDS[:3], Part("file", onnx(), "a.pt")], "file must be a .onnx file"),
        ([*FIELDS[:3], Part("file", b"PK", "a.onnx")], "file is no .onnx file"),
        ([*FIELDS[:3], Part("file", onnx())], "file must be a .onnx file"),
        ([*FIELDS, Part("dataset_file", b"x", "a.zip")], "dataset_file is no .zip file"),
        ([*FIELDS, FIELDS[3]], "a field is there twice"),
        ([*FIELDS, Part("token", b"x")], "unknown field token"),
    ],
)
def test_a_form_is_looked_at_field_by_field(cloud, form, problem):
    cloud = cloud()
    assert begun(cloud, form)[1] == {"code": 400, "msg": problem}
    assert len(cloud.violations) == 1
    assert cloud.tasks == {}


@pytest.mark.parametrize(
    ("path", "query", "breach"),
    [
        ("/v1/api/get_training_records", {**KIND, "page": "0", "size": "9"}, "records: page is 0"),
        ("/v1/api/get_training_records", {**KIND, "page": "1", "size": "101"}, "size is 101"),
        (
            "/v1/api/get_training_records",
            {"framework_type": "1", "device_type": "40", "page": "1", "size": "1"},
            "types are not 9 and 40",
        ),
        ("/v1/api/train_status", {"model_id": "x", "token": "y"}, "train_status got token"),
    ],
)
def test_a_query_is_looked_at_too(cloud, path, query, breach):
    cloud = cloud()
    assert ask(cloud, path, query)[1]["code"] in (400, 404)
    assert breach in cloud.violations[0]


def test_a_user_who_is_not_known_is_refused_in_two_ways(cloud):
    plain, strict = cloud(), cloud("http-errors")
    for each, status in ((plain, 200), (strict, 401)):
        found, told = ask(each, "/v1/api/train_status", {"user_id": "other", "model_id": "x"})
        assert (found, told) == (status, {"code": 401, "msg": "unknown user"})
    assert ask(plain, "/v1/api/train_status", None)[1]["code"] == 400
    assert plain.violations == ["user_id: it was not sent"]


def test_credentials_go_nowhere_but_to_the_login(cloud):
    cloud = cloud()
    ask(cloud, "/v1/api/train_status", {"model_id": "x"}, authorization="emulated-token")
    ask(cloud, "/files/x", None, cookie="a=b")
    ask(cloud, "/files/x")
    assert [each.partition(":")[0] for each in cloud.violations] == ["credential"] * 3


@pytest.mark.parametrize(
    ("flavours", "user"),
    [
        ((), {"user": {"user_id": "emulated-user"}}),
        (("flat-user",), {"user_id": "emulated-user"}),
    ],
)
def test_a_token_is_taken_as_it_is(cloud, flavours, user):
    cloud = cloud(*flavours)
    path = "/api/v1/user/login_token"
    _, told = ask(cloud, path, None, method="POST", authorization="emulated-token")
    assert told["result"] == {**user, "token": "emulated-token"}
    ask(cloud, path, None, method="POST", authorization="Bearer emulated-token")
    assert cloud.violations == ["login: the token was sent as a bearer"]


def test_what_is_not_done_cannot_be_fetched_and_what_is_gone_not_deleted(cloud):
    cloud = cloud()
    query = {"model_id": begun(cloud)[1]["data"]["model_id"]}
    assert ask(cloud, "/v2/api/get_model", query)[1]["msg"] == "model is not done"
    assert ask(cloud, "/v1/api/del_model", query)[1]["msg"] == "del ok"
    assert ask(cloud, "/v1/api/del_model", query)[1]["msg"] == "model not found"
    assert [each.partition(":")[0] for each in cloud.violations] == ["early", "repeated"]


def test_what_there_is_not_is_a_page(cloud):
    cloud = cloud("only-v1")
    assert ask(cloud, "/v2/api/get_model")[0] == 404
    assert ask(cloud, "/v1/api/another")[0] == 404
    assert ask(cloud, "/v1/api/train_status", method="POST")[1]["code"] == 405


def test_an_unknown_flavour_is_told():
    with pytest.raises(InvalidInput):
        EmulatedCloud(flavours=["sunny"])


def test_it_serves_on_this_machine():
    with EmulatedCloud() as cloud:
        connection = http.client.HTTPConnection(cloud.url.removeprefix("http://"), timeout=5)
        connection.request("GET", "/v1/api/train_status?user_id=emulated-user&model_id=x")
        assert json.loads(connection.getresponse().read()) == {
            "code": 404,
            "msg": "model not found",
        }
        connection.close()
