import hashlib

import pytest

MODEL = "/model/upload"
NAME = "&File-name=new.rknn"
CONTENT = bytes(range(256)) * 5000  # three chunks
CARD = {
    "name": "New",
    "framework": "rknn",
    "version": "2.0.0",
    "category": "Detection",
    "algorithm": "YOLO11",
    "description": "",
    "author": "somebody",
    "classes": ["person"],
    "metrics": {"iou": 0.45, "confidence": 0.25, "max_obj": 100},
}
TEXT = {"Content-Type": "text/plain"}


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def begin(admin, size=10, path=MODEL, **headers):
    told = TEXT | {"File-Size": str(size)} | headers
    admin.send("POST", f"{path}?upload-type=resumable", headers=told)
    return admin.response.headers.get("file-id")


def finish(admin, number, digest, more=NAME):
    return admin.send("POST", f"{MODEL}?start={number}&md5sum={digest}{more}", headers=TEXT)


def test_a_model_is_uploaded_described_and_run(person):
    admin = person()
    assert admin.upload(MODEL, CONTENT, NAME)["code"] == 0
    assert admin.get("/model/list")[2] == {"model": "new.rknn", "modelInfo": {}}
    info = "/model/info?File-name=new.rknn"
    assert admin.get(info)["message"] == "Model info not found"
    run = {"iEnable": 1, "sModel": "new.rknn", "iFPS": 5}
    assert admin.edit("/model/inference?id=0", run)["code"] == 400
    card = CARD | {"size": len(CONTENT), "md5sum": md5(CONTENT)}
    assert admin.post(info, card)["code"] == 0
    assert admin.get(info) == card
    assert admin.edit("/model/inference?id=0", run)["code"] == 0
    admin.clock.now += 1
    assert admin.get("/model/inference?id=0")["sStatus"] == "running"
    actions = admin.camera.actions
    assert (actions["upload"], actions["upload-chunk"], actions["upload-finished"]) == (1, 3, 1)
    assert admin.violations == []
    assert admin.get("/emulator/state")["models"]["new.rknn"]["md5"] == md5(CONTENT)


@pytest.mark.parametrize(
    "change",
    [
        {"framework": "onnx"},
        {"category": "Guessing"},
        {"metrics": {"confidence": 0.5, "topk": 1}},
        {"metrics": None},
        {"classes": "person"},
        {"version": 2},
    ],
)
def test_a_new_card_must_be_whole_and_fit(person, change):
    admin = person()
    admin.upload(MODEL, CONTENT, NAME)
    card = CARD | {"size": len(CONTENT), "md5sum": md5(CONTENT)} | change
    assert admin.post("/model/info?File-name=new.rknn", card)["code"] == 400


def test_a_new_card_keeps_the_size_and_the_md5_of_the_file(person):
    admin = person()
    admin.upload(MODEL, CONTENT, NAME)
    path = "/model/info?File-name=new.rknn"
    admin.post(path, CARD | {"size": 1, "md5sum": md5(CONTENT)})
    assert admin.get(path)["size"] == len(CONTENT)
    assert admin.violations == [f"read-only: {path} size changed"]


def test_a_file_is_replaced_and_its_card_stays(person):
    admin = person()
    admin.upload(MODEL, CONTENT, "&File-name=yolo11n.rknn")
    card = admin.get("/model/info?File-name=yolo11n.rknn")
    assert (card["name"], card["size"], card["md5sum"]) == ("YOLO11n", len(CONTENT), md5(CONTENT))


@pytest.mark.parametrize("more", ["&File-name=new.onnx", "&File-name=../new.rknn", ""])
def test_a_model_needs_a_name_of_its_kind(person, more):
    assert person().upload(MODEL, CONTENT, more)["code"] == 400


@pytest.mark.parametrize("headers", [{"File-Size": "0"}, {"File-Size": "x"}, {"File-Size": ""}])
def test_the_size_is_told_beforehand(person, headers):
    admin = person()
    assert begin(admin, **headers) is None
    assert admin.data == {"code": 400, "message": "Failed to initialize upload session"}
    assert admin.violations == ["upload: /model/upload begun without the header File-Size"]


def test_the_size_in_the_body_is_not_looked_at(person):
    admin = person()
    admin.send("POST", f"{MODEL}?upload-type=resumable", {"iFileSize": 10})
    assert admin.data["code"] == 400
    admin.send(
        "POST", f"{MODEL}?upload-type=resumable", raw=b"x", headers=TEXT | {"File-Size": "9"}
    )
    assert admin.violations[-1] == "upload: /model/upload begun with a body"


def test_the_size_may_have_to_be_in_the_body(person):
    admin = person("upload-size-body")
    assert begin(admin) is None
    for size in ("10", 0):
        admin.send("POST", f"{MODEL}?upload-type=resumable", {"iFileSize": size})
        assert admin.data["code"] == 400
    admin.send("POST", f"{MODEL}?upload-type=resumable", {"iFileSize": 10})
    assert admin.response.headers["file-id"]


def test_the_disk_may_be_full(person):
    admin = person()
    admin.camera.uploads.free = 100
    assert begin(admin, 101) is None
    assert admin.data["message"] == "Insufficient disk space on /userdata"


def test_a_chunk_sent_twice_spoils_the_file_and_is_a_breach(person):
    admin = person()
    number = begin(admin, 20)
    for _ in range(2):
        assert admin.chunk(MODEL, number, 0, b"0123456789")["code"] == 0
    assert admin.violations == ["repeated: the chunk at 0 was sent again"]
    assert finish(admin, number, md5(b"0123456789"))["message"] == "MD5 checksum mismatch"
    assert finish(admin, number, md5(b"0123456789"))["message"] == "upload session not found"
    assert admin.violations[1].startswith("repeated: /model/upload goes on with")


def test_chunks_are_appended_as_they_arrive(person):
    admin = person()
    number = begin(admin, 10)
    admin.chunk(MODEL, number, 5, b"56789")
    admin.chunk(MODEL, number, 0, b"01234")
    assert admin.violations[0] == "chunk-order: the chunk at 5 came out of order"
    assert finish(admin, number, md5(b"5678901234"))["code"] == 0


@pytest.mark.parametrize(
    ("headers", "breach"),
    [
        ({"Content-Range": "bytes 0-10"}, "chunk-range"),
        ({"Content-Range": "bytes 0-9/11"}, "chunk-range"),
        ({"Content-Range": "0-9"}, "chunk-range"),
        ({"Content-Range": ""}, "chunk-range"),
        ({"Content-Range": "bytes 0-9/10"}, None),
    ],
)
def test_a_range_says_what_is_sent(person, headers, breach):
    admin = person()
    number = begin(admin)
    assert admin.chunk(MODEL, number, 0, b"0123456789", **headers)["code"] == 0
    assert [each.partition(":")[0] for each in admin.violations] == ([breach] if breach else [])


def test_chunks_have_limits(person):
    admin = person()
    number = begin(admin, 600000)
    admin.chunk(MODEL, number, 0, b"x" * 524289)
    assert admin.violations == ["chunk-size: 524289 bytes at once"]
    assert admin.chunk(MODEL, number, 524289, b"x" * 80000)["code"] == 400
    assert admin.chunk(MODEL, number, 524289, b"")["code"] == 400
    wrong = admin.chunk(MODEL, number, 0, b"x", **{"Content-Type": "application/octet-stream"})
    assert wrong["message"] == "Error parsing request!"
    assert admin.chunk(MODEL, "99", 0, b"x")["code"] == 404
    assert admin.post(MODEL)["code"] == 400


def test_a_new_upload_replaces_the_one_before(person):
    admin = person()
    first = begin(admin)
    assert begin(admin) != first
    assert admin.chunk(MODEL, first, 0, b"x")["code"] == 404
    other = begin(admin, path="/config/upload")
    assert admin.chunk(MODEL, other, 0, b"x")["code"] == 404


@pytest.mark.parametrize(("flavour", "status"), [("upload-201", 201), ("upload-308", 308)])
def test_a_chunk_may_be_answered_otherwise(person, flavour, status):
    admin = person(flavour)
    number = begin(admin)
    assert admin.chunk(MODEL, number, 0, b"01234") == {"range": "bytes 0-4"}
    assert admin.status == status
    assert "location" not in admin.response.headers


def test_an_upload_may_be_asked_about(person):
    admin = person("upload-query")
    number = begin(admin)
    admin.chunk(MODEL, number, 0, b"01234")
    assert admin.send("POST", f"{MODEL}?id={number}", headers=TEXT) == {"range": "bytes 0-4"}


def test_the_end_needs_the_md5(person):
    admin = person()
    number = begin(admin, 1)
    answer = admin.send("POST", f"{MODEL}?start={number}", headers=TEXT)
    assert answer["message"] == "Missing md5sum parameter"
    admin.chunk(MODEL, number, 0, b"x")
    assert finish(admin, number, md5(b"x").upper())["code"] == 400
    assert admin.violations == ["upload: the MD5 of /model/upload is not 32 hexadecimal digits"]


def test_a_file_that_is_too_short_does_not_count(person):
    answer = person().upload(MODEL, b"short", NAME, size=6)
    assert answer["message"] == "MD5 checksum mismatch"


def test_the_md5_may_never_match(person):
    answer = person("upload-bad-md5").upload(MODEL, CONTENT, NAME)
    assert answer["message"] == "MD5 checksum mismatch"


class TestDeleting:
    DELETE = "/model/delete?File-name="

    def test_a_model_is_deleted(self, person):
        admin = person()
        assert admin.send("DELETE", self.DELETE + "mobilenet.rknn")["code"] == 0
        assert [each["model"] for each in admin.get("/model/list")] == ["yolo11n.rknn"]
        assert admin.send("DELETE", self.DELETE + "mobilenet.rknn")["code"] == 404
        assert admin.violations == []

    def test_the_one_that_runs_is_not(self, person):
        admin = person()
        assert admin.send("DELETE", self.DELETE + "yolo11n.rknn")["message"] == "Model is in use"
        assert admin.violations == ["active-model: the model that runs was to be deleted"]
        admin.edit("/model/inference?id=0", {"iEnable": 0})
        assert admin.send("DELETE", self.DELETE + "yolo11n.rknn")["code"] == 0

    def test_or_it_is(self, person):
        admin = person("delete-active")
        assert admin.send("DELETE", self.DELETE + "yolo11n.rknn")["code"] == 0
        shown = admin.get("/model/inference?id=0")
        assert (shown["sStatus"], shown["iActualFPS"]) == ("error", 0)


def test_inference_is_restarted(person):
    admin = person()
    assert admin.post("/model/inference-restart?id=0")["code"] == 0
    assert admin.get("/model/inference?id=0")["sStatus"] == "starting"


def test_inference_that_is_off_may_be_called_stop(person):
    admin = person("inference-stop")
    admin.edit("/model/inference?id=0", {"iEnable": 0})
    admin.clock.now += 1
    assert admin.get("/model/inference?id=0")["sStatus"] == "stop"
