"""A configuration that is taken away and brought back, whatever happens on the way."""

import json

import pytest

from recamera_gitops.artifact import measured
from recamera_gitops.emulator.maintenance import snapshot
from recamera_gitops.errors import NotUnderstood, Rejected, Unreachable, Unsettled
from recamera_gitops.operations import configuration
from recamera_gitops.operations.configuration import exported, restored

SERIAL = "RC1126B-EMU-0001"
DOWNLOAD = "/download/config.tar"
UPLOAD = "/config/upload"
AUDIO = "/audio/0"


@pytest.fixture
def pieces(monkeypatch):
    """Small pieces, so that a configuration has several."""
    monkeypatch.setattr(configuration, "_PIECE", 1024)


@pytest.fixture
def file(tmp_path):
    def make(camera):
        path = tmp_path / "config.tar"
        path.write_bytes(snapshot(camera))
        return measured("config.tar", path)

    return make


@pytest.mark.usefixtures("pieces")
class TestExport:
    @pytest.mark.parametrize("flavours", [(), ("download-whole",)])
    def test_it_comes_whole(self, visit, flavours):
        visit = visit(*flavours)
        found = visit.converse(exported())
        assert found.serial == SERIAL
        assert found.content == snapshot(visit.camera)
        assert visit.told[-1].percent == 100
        assert "content" not in repr(found)
        assert visit.camera.writes == 0

    @pytest.mark.parametrize("flavours", [(), ("download-whole",)])
    @pytest.mark.parametrize("nth", [1, 2, 5])
    @pytest.mark.parametrize("kind", ["drop-before", "truncate"])
    def test_a_dropped_connection_goes_on_where_it_was(self, visit, flavours, nth, kind):
        visit = visit(*flavours)
        visit.camera.faults.add(kind, DOWNLOAD, nth=nth)
        assert visit.converse(exported()).content == snapshot(visit.camera)
        assert visit.camera.actions["config-export"] == 1

    def test_a_file_that_has_gone_is_made_anew(self, visit):
        visit = visit()
        slow = iter([61.0])

        def wait(_index, request):
            if request.path == DOWNLOAD:
                visit.clock.now += next(slow, 0.0)

        visit.camera.on_request = wait
        assert visit.converse(exported()).content == snapshot(visit.camera)
        assert visit.camera.actions["config-export"] == 2

    def test_it_is_given_up_after_a_few_times(self, visit):
        visit = visit()
        visit.camera.faults.add("drop-before", DOWNLOAD, every=True)
        with pytest.raises(Unreachable):
            visit.converse(exported())
        assert visit.camera.actions["config-export"] == 3

    @pytest.mark.parametrize(
        "told",
        [
            {"size": 9, "url": "https://evil.example/download/config.tar"},
            {"size": 9, "url": "//evil.example/download/config.tar"},
            {"size": 9, "url": "/download/../cgi-bin/entry.cgi/system/reboot.tar"},
            {"size": 9, "url": "/download/config.tar?x"},
            {"size": 9, "url": "/download/config.tar\r\nX: y"},
            {"size": 9, "url": "/storage/relay/x.tar"},
            {"size": 9, "url": 7},
            {"size": 0, "url": DOWNLOAD},
            {"size": True, "url": DOWNLOAD},
            {"size": 1 << 40, "url": DOWNLOAD},
            {"size": "9", "url": DOWNLOAD},
            [],
        ],
    )
    def test_an_answer_that_leads_elsewhere_is_not_followed(self, told):
        flow = exported()
        next(flow)
        flow.send({"sSerialNumber": SERIAL})
        with pytest.raises(NotUnderstood, match="nothing was fetched"):
            flow.send(told)

    @pytest.mark.parametrize("change", [-1, 1])
    def test_another_length_than_was_announced_is_no_backup(self, visit, monkeypatch, change):
        made = visit("download-whole")
        real = made.transport.send

        def send(request):
            response = real(request)
            if request.path.endswith("/config/export"):
                told = json.loads(response.body)
                body = json.dumps({**told, "size": told["size"] + change}).encode()
                return type(response)(response.status, response.headers, body)
            return response

        monkeypatch.setattr(made.transport, "send", send)
        with pytest.raises(NotUnderstood):
            made.converse(exported())


class TestImport:
    def test_it_holds_after_a_restart_that_is_seen(self, visit, file):
        visit = visit()
        kept = file(visit.camera)
        visit.camera.patch(AUDIO, {"iEnable": 0})
        found = visit.converse(restored(kept, restart=True))
        assert (found.restarted, found.opened, found.firmware) == (True, True, "V1.0.10")
        assert visit.camera.documents[AUDIO]["iEnable"] == 1
        assert visit.camera.actions["config-import"] == visit.camera.actions["reboot"] == 1
        assert visit.camera.violations == []

    def test_without_a_restart_it_waits_for_one(self, visit, file):
        visit = visit()
        found = visit.converse(restored(file(visit.camera), restart=False))
        assert (found.restarted, found.opened) == (False, None)
        assert visit.camera.boots == 0

    def test_a_camera_that_restarts_by_itself_is_waited_for(self, visit, file):
        visit = visit("import-reboots")
        found = visit.converse(restored(file(visit.camera), restart=True))
        assert (found.restarted, found.opened) == (True, True)

    def test_a_password_that_came_along_is_told_and_tried_once(self, visit, file):
        visit = visit()
        kept, camera = file(visit.camera), visit.camera
        camera.actions.clear()

        def other(_index, request):
            if request.path.endswith("/system/reboot"):
                camera.imported["password"] = "of another day"
            elif camera.boots and camera.logins == 1:
                camera.sessions.tokens.clear()

        camera.on_request = other
        found = visit.converse(restored(kept, restart=True))
        assert (found.restarted, found.opened) == (True, False)
        assert "wrong" in found.trouble
        assert camera.failed_logins == 1

    def test_a_lost_end_is_unknown_and_not_sent_again(self, visit, file):
        for kind in ("drop-before", "drop-after"):
            made = visit()
            made.camera.faults.add(kind, f"{UPLOAD}?start=*")
            with pytest.raises(Unsettled, match="nobody knows, and it was not sent again"):
                made.converse(restored(file(made.camera), restart=True))
            assert sum("start=" in each for each in made.writes(UPLOAD)) == 1
            assert made.camera.boots == 0

    def test_something_else_is_refused_by_the_camera(self, visit, tmp_path):
        path = tmp_path / "other.tar"
        path.write_bytes(b"x")
        with pytest.raises(Rejected, match="Failed to import config"):
            visit().converse(restored(measured("other.tar", path), restart=True))

    def test_a_camera_that_does_not_come_back_has_taken_it(self, visit, file):
        visit = visit()
        visit.camera.reboot_seconds = 10_000
        with pytest.raises(Unsettled, match=r"was taken; then: .* may have another address"):
            visit.converse(restored(file(visit.camera), restart=True))
