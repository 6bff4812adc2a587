"""What a camera is: what it tells, and what stays unknown."""

import pytest

from recamera_gitops.operations.information import Information, information

WHOLE = Information(
    first_use=False,
    serial="RC1126B-EMU-0001",
    firmware="V1.0.10",
    sensor="SC850SL",
    base_plate="Base Board-V1.0,Expand Board-V1.0",
    https=False,
    ssh=False,
    api_key=False,
    free_disk=20480.0,
)


def test_everything_that_it_tells(visit):
    visit = visit()
    assert visit.converse(information()) == WHOLE
    assert visit.camera.writes == 0


def test_what_it_does_not_know_is_unknown_and_not_absent(visit):
    visit = visit("system-bare")
    visit.camera.documents["/system/device-info"]["sSensorModel"] = "unknown"
    found = visit.converse(information())
    assert (found.ssh, found.free_disk, found.sensor) == (None, None, None)


def test_on_its_first_use_it_tells_only_that(visit):
    assert visit("first-use", password="recamera").converse(information()) == Information(True)


@pytest.mark.parametrize("path", ["/system/check", "/system/ssh", "/web/setting"])
@pytest.mark.parametrize("kind", ["status-500", "html", "garbage", "empty"])
def test_an_answer_that_nobody_understands_is_unknown(visit, path, kind):
    visit = visit()
    visit.camera.faults.add(kind, path, every=True)
    found = visit.converse(information())
    assert None in (found.first_use, found.ssh, found.api_key)
    assert found.serial == WHOLE.serial


def test_the_key_itself_is_never_read_out(visit, canary):
    visit = visit()
    key = canary("key", 32)
    visit.camera.documents["/web/setting"].update(sEnable=True, sApiKey=key)
    found = visit.converse(information())
    assert found.api_key is True
    assert key not in repr(found)


def test_hostile_texts_are_made_harmless(visit):
    visit = visit()
    visit.camera.documents["/system/device-info"]["sSensorModel"] = "\x1b[2Jnice\u202e"
    visit.camera.documents["/system/remain-space"]["availableDisk"] = "1e999"
    found = visit.converse(information())
    assert found.sensor == "\\u001b[2Jnice\\u202e"
    assert found.free_disk is None
