"""A result is kept where it is what was announced, under a name that leads nowhere else."""

import hashlib
from dataclasses import replace

import pytest

from recamera_gitops.cloud.converting import begun
from recamera_gitops.cloud.deleting import deleted
from recamera_gitops.cloud.fetching import Fetched, Place, fetched
from recamera_gitops.errors import (
    Interrupted,
    InvalidInput,
    NotUnderstood,
    Refused,
    Rejected,
    Unreachable,
    Unwritable,
)

V1, V2, DELETE = "/v1/api/get_model", "/v2/api/get_model", "/v1/api/del_model"


@pytest.fixture
def done(sky):
    """Makes the service with one model that is converted: sky and model id."""

    def make(*flavours, prompt=None):
        made = sky(*flavours)
        model_id = begun(made.service, made.source(b"x" * 1000, prompt=prompt), made.tell)
        made.later()
        made.told.clear()
        made.out = made.folder / "out"
        made.out.mkdir()
        made.result = made.state.tasks[model_id].result
        return made, model_id

    return make


def names(folder):
    return [each.name for each in folder.iterdir()]


@pytest.mark.parametrize("flavours", [(), ("bare-offer",)])
def test_it_is_kept_under_the_name_that_it_was_given(done, flavours):
    sky, model_id = done(*flavours)
    found = fetched(sky.service, model_id, Place(sky.out), sky.tell)
    md5 = hashlib.md5(sky.result, usedforsecurity=False).hexdigest()
    assert found == Fetched(model_id, str(sky.out / "yolo.rknn"), len(sky.result), md5)
    assert (sky.out / "yolo.rknn").read_bytes() == sky.result
    assert sky.told[-1] == ("fetching 0.0 MiB", 100)


def test_a_service_without_v2_gives_it_itself(done):
    sky, model_id = done("only-v1")
    found = fetched(sky.service, model_id, Place(sky.out), sky.tell)
    assert names(sky.out) == [f"{model_id}.rknn"]
    assert (sky.out / f"{model_id}.rknn").read_bytes() == sky.result
    assert found.size_bytes == len(sky.result)


def test_it_may_be_given_another_name(done):
    sky, model_id = done()
    fetched(sky.service, model_id, Place(sky.out / "mine.rknn"), sky.tell)
    assert names(sky.out) == ["mine.rknn"]


def test_what_is_there_is_not_fetched_again(done):
    sky, model_id = done()
    first = fetched(sky.service, model_id, Place(sky.out), sky.tell)
    requests = len(sky.state.log)
    again = fetched(sky.service, model_id, Place(sky.out), sky.tell)
    assert (again.was_there, again.md5) == (True, first.md5)
    assert len(sky.state.log) == requests + 1


def test_of_what_is_there_a_service_without_v2_is_asked_for_the_head_alone(done):
    sky, model_id = done("only-v1")
    first = fetched(sky.service, model_id, Place(sky.out), sky.tell)
    sky.told.clear()
    sky.state.faults.add("truncate", V1, every=True)
    again = fetched(sky.service, model_id, Place(sky.out, replace=True), sky.tell)
    assert again == replace(first, was_there=True)
    assert sky.told == []


def test_a_service_without_v2_knows_another_file_too(done):
    sky, model_id = done("only-v1")
    file = sky.out / f"{model_id}.rknn"
    file.write_bytes(b"mine")
    with pytest.raises(Refused, match="is there already, and another file; say --force"):
        fetched(sky.service, model_id, Place(sky.out), sky.tell)
    assert file.read_bytes() == b"mine"
    fetched(sky.service, model_id, Place(sky.out, replace=True), sky.tell)
    assert file.read_bytes() == sky.result


def test_a_folder_is_made_once_there_is_something_to_be_put_into_it(done):
    sky, model_id = done()
    place = Place.said(f"{sky.out}/a/b/", replace=False)
    place.check()
    assert names(sky.out) == []
    found = fetched(sky.service, model_id, place, sky.tell)
    assert found.file == str(sky.out / "a" / "b" / "yolo.rknn")
    assert (sky.out / "a" / "b" / "yolo.rknn").read_bytes() == sky.result


def test_a_folder_cannot_be_made_below_a_file(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for text in (f"{tmp_path}/file/", f"{tmp_path}/file/a/"):
        with pytest.raises(InvalidInput, match="there is no folder"):
            Place.said(text, replace=False).check()


def test_another_file_is_only_replaced_if_that_is_meant(done):
    sky, model_id = done()
    (sky.out / "yolo.rknn").write_bytes(b"mine")
    with pytest.raises(Refused, match="is there already, and another file; say --force"):
        fetched(sky.service, model_id, Place(sky.out), sky.tell)
    assert (sky.out / "yolo.rknn").read_bytes() == b"mine"
    fetched(sky.service, model_id, Place(sky.out, replace=True), sky.tell)
    assert (sky.out / "yolo.rknn").read_bytes() == sky.result


@pytest.mark.parametrize(
    "name",
    [
        *("../../up.rknn", "/etc/passwd", "a/b.rknn", "..", ".rknn", ".hidden.rknn", "x.sh"),
        *("a\n.rknn", "a\x00.rknn", "C:\\x.rknn", "a" * 200 + ".rknn", "", 7, None),
        "\u202exx.rknn",
    ],
)
def test_a_hostile_name_becomes_none(done, name):
    sky, model_id = done()
    sky.state.claims["download_filename"] = name
    fetched(sky.service, model_id, Place(sky.out), sky.tell)
    assert names(sky.out) == [f"{model_id}.rknn"]
    assert sorted(names(sky.folder)) == ["out", "yolo.onnx"]


@pytest.mark.parametrize(
    "url",
    [
        *("http://192.0.2.1/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "//192.0.2.1/x"),
        *("", 7, None, "https://[::1/x", "javascript:x"),
    ],
)
def test_a_hostile_address_is_not_asked(done, url):
    sky, model_id = done()
    sky.state.claims["download_url"] = url
    with pytest.raises(NotUnderstood, match="no https address"):
        fetched(sky.service, model_id, Place(sky.out), sky.tell)
    assert names(sky.out) == []


def test_a_service_elsewhere_cannot_have_this_machine_asked(done):
    sky, model_id = done()
    here = sky.service.base
    sky.service.base = "https://sensecraft.example"
    offer = {"data": {"download_url": f"{here}/files/x", "md5": "0" * 32}}
    sky.service.read = lambda *_, **__: offer
    with pytest.raises(NotUnderstood, match="no https address"):
        fetched(sky.service, model_id, Place(sky.out), sky.tell)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ({"md5": "0" * 32}, "another MD5 than 0{32}; nothing was kept"),
        ({"md5": "x"}, "without its MD5"),
        ({"md5": None}, "without its MD5"),
        ({"model_size": 5000}, "2052 bytes came, 5000 were announced"),
        ({"model_size": 100}, "longer than it may be"),
    ],
)
def test_what_is_not_as_announced_is_not_kept(done, claim, message):
    sky, model_id = done()
    sky.state.claims.update(claim)
    (sky.out / "yolo.rknn").write_bytes(b"before")
    with pytest.raises(NotUnderstood, match=message):
        fetched(sky.service, model_id, Place(sky.out, replace=True), sky.tell)
    assert names(sky.out) == ["yolo.rknn"]
    assert (sky.out / "yolo.rknn").read_bytes() == b"before"


def test_a_size_that_is_a_text_or_missing_is_no_matter(done):
    sky, model_id = done()
    sky.state.claims["model_size"] = str(len(sky.result))
    fetched(sky.service, model_id, Place(sky.out), sky.tell)
    sky.state.claims["model_size"] = None
    fetched(sky.service, model_id, Place(sky.out / "b.rknn"), sky.tell)
    assert sorted(names(sky.out)) == ["b.rknn", "yolo.rknn"]


@pytest.mark.parametrize("claim", ["0" * 32, ""])
def test_v1_is_held_to_its_digest_too(done, claim):
    sky, model_id = done("only-v1")
    sky.state.claims["md5"] = claim
    with pytest.raises(NotUnderstood, match="MD5"):
        fetched(sky.service, model_id, Place(sky.out), sky.tell)
    assert names(sky.out) == []


@pytest.mark.parametrize("fault", ["truncate", "drop-after", "redirect", "status-500", "html"])
@pytest.mark.parametrize("flavours", [(), ("only-v1",)])
def test_an_end_in_the_middle_leaves_nothing(done, fault, flavours):
    sky, model_id = done(*flavours)
    sky.state.faults.add(fault, V1 if flavours else "/files/*", every=True)
    with pytest.raises((Unreachable, NotUnderstood, Rejected)):
        fetched(sky.service, model_id, Place(sky.out), sky.tell)
    assert names(sky.out) == []


def test_somebody_who_interrupts_leaves_nothing(done):
    sky, model_id = done()

    def stop(_told):
        sky.clock.stop.request()

    sky.state.tasks[model_id].result = b"RKNN" + b"x" * 300_000
    with pytest.raises(Interrupted, match="nothing was kept"):
        fetched(sky.service, model_id, Place(sky.out), stop)
    assert names(sky.out) == []


def test_what_is_not_done_is_not_fetched(sky):
    sky = sky()
    model_id = begun(sky.service, sky.source(), sky.tell)
    with pytest.raises(Rejected, match="not done"):
        fetched(sky.service, model_id, Place(sky.folder), sky.tell)
    assert sky.state.violations.pop().startswith("early")


def test_a_folder_that_is_not_there_is_told(done):
    sky, model_id = done()
    with pytest.raises(Unwritable, match="cannot be written: no such file"):
        fetched(sky.service, model_id, Place(sky.out / "none" / "x.rknn"), sky.tell)


class TestDeleting:
    """A GET that deletes."""

    def test_it_is_gone_afterwards(self, done):
        sky, model_id = done()
        deleted(sky.service, model_id)
        assert sky.state.tasks == {}

    @pytest.mark.parametrize("fault", ["drop-after", "garbage", "truncate"])
    def test_where_the_answer_is_lost_a_look_decides(self, done, fault):
        sky, model_id = done()
        sky.state.faults.add(fault, DELETE)
        deleted(sky.service, model_id)
        assert (sky.state.tasks, sky.state.sent(DELETE)) == ({}, 1)

    def test_it_is_not_sent_again(self, done):
        sky, model_id = done()
        sky.state.faults.add("drop-before", DELETE)
        with pytest.raises(Unreachable):
            deleted(sky.service, model_id)
        assert sky.state.sent(DELETE) == 1

    def test_success_is_a_claim(self, done):
        sky, model_id = done()
        sky.state.faults.add("ignore", DELETE)
        with pytest.raises(Exception, match="still listed"):
            deleted(sky.service, model_id)

    def test_a_model_that_is_not_there_cannot_be_deleted(self, done):
        sky, _ = done()
        with pytest.raises(Rejected, match="model not found"):
            deleted(sky.service, "another")
