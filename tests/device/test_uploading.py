"""A file on its way to a camera, part by part: never the same part twice, anew at most once."""

import pytest

from recamera_gitops.artifact import measured
from recamera_gitops.device.asking import Pause, Received, Told
from recamera_gitops.device.client import Client
from recamera_gitops.device.connection import Connection
from recamera_gitops.device.uploading import ended, fed, fed_surely
from recamera_gitops.emulator import EmulatedCamera, firmware_image
from recamera_gitops.errors import NotUnderstood, Rejected, Unreachable
from recamera_gitops.secret import Secret
from tests.conftest import InProcess, Timeless

PATH = "/system/firmware-upgrade"
BEGUN = Received({"code": 0}, {"file-id": "a/b"})
FINE = Received({"code": 0})
LOST = Unreachable("lost", sent=True)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "new.tar"
    path.write_bytes(firmware_image("V2.0.0", b"x" * 400_000))
    return measured("new.tar", path)


def drive(flow, answers):
    """What is asked, and what the conversation ends with."""
    asked, answers = [], iter(answers)
    try:
        ask = next(flow)
        while True:
            asked.append(ask)
            answer = None if isinstance(ask, Pause | Told) else next(answers)
            ask = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
    except StopIteration as end:
        return [each for each in asked if not isinstance(each, Pause)], end.value


def parts(asked):
    return [each.headers.get("Content-Range") for each in asked if not isinstance(each, Told)]


def test_a_file_is_fed_in_order_under_its_number(image):
    asked, number = drive(fed(PATH, image, "new.tar"), [BEGUN, FINE, FINE, FINE])
    assert number == "a/b"
    assert parts(asked) == [None, "bytes 0-524287", "bytes 524288-1048575", "bytes 1048576-1208319"]
    assert asked[1].path == f"{PATH}?id=a%2Fb"
    assert asked[-1] == Told("new.tar 1.2 of 1.2 MiB", 100)


def test_what_was_fed_is_ended_with_its_digest(image):
    asked, answer = drive(ended(PATH, "a/b", image), [FINE])
    assert (asked[0].path, asked[0].content) == (f"{PATH}?start=a%2Fb&md5sum={image.md5}", b"")
    assert answer is FINE


def test_an_answer_that_is_lost_begins_another_upload_and_only_one(image):
    again = Received(None, {"file-id": "8"})
    asked, number = drive(
        fed_surely(PATH, image, "new.tar"), [BEGUN, FINE, LOST, again, FINE, FINE, FINE]
    )
    assert number == "8"
    assert Told("new.tar begins anew: lost", 0) in asked
    with pytest.raises(Unreachable):
        drive(fed_surely(PATH, image, "new.tar"), [BEGUN, LOST, again, LOST])


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([Rejected("Insufficient disk space", code=500)], Rejected),
        ([BEGUN, Rejected("no", code=400)], Rejected),
        ([BEGUN, Received({"range": "bytes 0-7"}), Received({})], NotUnderstood),
    ],
)
def test_a_refusal_is_not_tried_again(image, answers, error):
    with pytest.raises(error):
        drive(fed_surely(PATH, image, "new.tar"), answers)


@pytest.mark.parametrize(
    "flavours", [(), ("upload-308",), ("upload-201",), ("upload-size-body",), ("errors-as-200",)]
)
@pytest.mark.parametrize("nth", [0, 1, 2, 3])
@pytest.mark.parametrize("kind", ["drop-before", "drop-after"])
def test_no_part_arrives_twice_whatever_is_lost(image, flavours, nth, kind):
    clock = Timeless()
    camera = EmulatedCamera(flavours=frozenset(flavours), clock=clock)
    if nth:
        camera.faults.add(kind, PATH, method="POST", nth=nth)
    connection = Connection("camera.test", scheme="http", password=Secret("recamera"))
    client = Client(connection, InProcess(camera), clock=clock)
    number = client.converse(fed_surely(PATH, image, "new.tar"))
    client.converse(ended(PATH, number, image))
    assert camera.actions["upload-finished"] == 1
    assert camera.violations == []
