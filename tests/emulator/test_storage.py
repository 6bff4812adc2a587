import pytest

from recamera_gitops.emulator.storage import STATES

CONFIG = "/record/storage/config"
STATUS = "/record/storage/status"
CONTROL = "/record/storage/control"
INTERNAL = "/dev/mmcblk0p8"
CARD = "/dev/mmcblk1p1"
UUID = "6A1B-2C3D"
TO_CARD = {"dSelectSlotToEnable": {"sByDevPath": "", "sByUUID": UUID}}
LONG = ("FORMAT", "FREE_UP", "EJECT")


def slot(admin, path):
    return next(entry for entry in admin.get(STATUS)["lSlots"] if entry["sDevPath"] == path)


def control(admin, action, path=CARD, task=None, **more):
    sent = "ASYNC_SUBMIT" if action in LONG else "SYNC"
    body = {"sAction": action, "sSlotDevPath": path, "sTask": task or sent, **more}
    return admin.post(CONTROL, body)


def enable_card(admin):
    assert admin.post(CONFIG, TO_CARD)["code"] == 0
    admin.clock.now += admin.camera.storage.enable_seconds


def test_the_internal_slot_is_in_use_on_the_first_day(person):
    admin = person()
    assert admin.get(CONFIG) == {
        "dSelectSlotToEnable": {"sByDevPath": INTERNAL, "sByUUID": ""},
    }
    internal, card = admin.get(STATUS)["lSlots"]
    assert (internal["sState"], internal["eState"]) == ("READY", 8)
    assert internal["bSelected"] is internal["bEnabled"] is internal["bInternal"] is True
    assert internal["sUUID"] is internal["sLabel"] is None
    assert (card["sState"], card["sUUID"], card["bRemovable"]) == ("MOUNTED", UUID, True)
    assert admin.get(STATUS)["sDataDirName"] == "reCamera"


def test_enabling_takes_a_while(person):
    admin = person()
    admin.post(CONFIG, TO_CARD)
    card = slot(admin, CARD)
    assert (card["bSelected"], card["bEnabled"], card["bSyncing"]) == (True, False, True)
    assert card["sState"] == "CONFIGURED"
    admin.clock.now += 0.6
    assert slot(admin, CARD)["sState"] == "INDEXING"
    assert slot(admin, INTERNAL)["bEnabled"] is True
    admin.clock.now += 0.4
    card = slot(admin, CARD)
    assert (card["bEnabled"], card["bSyncing"], card["sState"]) == (True, False, "READY")
    assert slot(admin, INTERNAL)["bEnabled"] is False
    assert admin.violations == []


def test_it_may_take_long_and_end_idle(person):
    admin = person("storage-slow", "storage-idle", "data-dir-dcim")
    admin.post(CONFIG, TO_CARD)
    admin.clock.now += 19
    assert slot(admin, CARD)["bSyncing"] is True
    admin.clock.now += 1
    assert slot(admin, CARD)["sState"] == "IDLE"
    assert admin.get(STATUS)["sDataDirName"] == "DCIM"


def test_enabling_erases_a_data_directory_that_was_there(person):
    admin = person()
    assert admin.camera.storage.slots[1].files
    enable_card(admin)
    assert admin.get(STATUS)["lSlots"][1]["iQuotaUsedBytes"] == 0
    assert admin.camera.storage.overwritten == 1
    enable_card(admin)
    assert admin.camera.storage.overwritten == 1
    assert admin.camera.actions["storage-select"] == 2


def test_a_later_selection_wins(person):
    admin = person()
    first = admin.get(CONFIG)
    admin.post(CONFIG, TO_CARD)
    admin.clock.now += 0.5
    admin.post(CONFIG, first)
    admin.clock.now += 1
    assert slot(admin, INTERNAL)["bEnabled"] is True
    assert admin.camera.storage.overwritten == 0


def test_none_may_be_enabled(person):
    admin = person()
    assert admin.post(CONFIG, {"dSelectSlotToEnable": None})["code"] == 0
    admin.clock.now += 1
    assert not any(each["bEnabled"] for each in admin.get(STATUS)["lSlots"])
    assert admin.get("/record/rule/info")["bReadyForNewEvent"] is False


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"sByDevPath": "", "sByUUID": ""}, 400),
        ({"sByDevPath": INTERNAL}, 400),
        ({"sByDevPath": 1, "sByUUID": ""}, 400),
        ([], 400),
        ({"sByDevPath": CARD, "sByUUID": ""}, 30019),
        ({"sByDevPath": CARD, "sByUUID": UUID}, 30019),
        ({"sByDevPath": "", "sByUUID": "NONE"}, 30019),
    ],
)
def test_a_choice_that_is_refused(person, choice, code):
    admin = person()
    assert admin.post(CONFIG, {"dSelectSlotToEnable": choice})["code"] == code
    assert admin.get(CONFIG)["dSelectSlotToEnable"]["sByDevPath"] == INTERNAL


def test_a_choice_is_needed_and_nothing_else(person):
    admin = person()
    assert admin.post(CONFIG, {})["code"] == 400
    admin.post(CONFIG, {**TO_CARD, "sOther": ""})
    assert admin.violations == ["invented: /record/storage/config sOther was never shown"]


def test_a_medium_is_pulled_out_and_put_back(person):
    admin = person()
    enable_card(admin)
    admin.post("/emulator/unplug", {"device": CARD})
    assert [each["sDevPath"] for each in admin.get(STATUS)["lSlots"]] == [INTERNAL]
    assert admin.get(CONFIG) == TO_CARD
    assert admin.post(CONFIG, TO_CARD)["code"] == 30019
    admin.post("/emulator/plug", {"device": "/dev/sda1", "uuid": UUID})
    admin.clock.now += 1
    assert slot(admin, "/dev/sda1")["bEnabled"] is True
    assert admin.camera.storage.overwritten == 1
    assert admin.post("/emulator/unplug", {"device": CARD})["code"] == 400


def test_a_medium_without_a_file_system_must_be_formatted(person):
    admin = person()
    admin.post("/emulator/plug", {"device": "/dev/sda1", "formatted": False})
    new = slot(admin, "/dev/sda1")
    assert (new["eState"], new["sUUID"], new["sType"], new["iQuotaUsedBytes"]) == (2, *[None] * 3)
    assert control(admin, "FORMAT", "/dev/sda1")["code"] == 0
    assert slot(admin, "/dev/sda1")["sState"] == "FORMATTING"
    admin.clock.now += 1
    new = slot(admin, "/dev/sda1")
    assert (new["sState"], new["sType"]) == ("MOUNTED", "exfat")
    chosen = {"sByDevPath": "", "sByUUID": new["sUUID"]}
    assert admin.post(CONFIG, {"dSelectSlotToEnable": chosen})["code"] == 0


def test_a_slot_without_a_file_system_cannot_be_selected(person):
    admin = person()
    control(admin, "FORMAT")
    assert admin.post(CONFIG, TO_CARD)["code"] == 30016


class TestControl:
    def test_a_quota_is_kept(self, person):
        admin = person()
        quota = {"iQuotaLimitBytes": 8 << 30, "bQuotaRotate": True}
        assert control(admin, "CONFIG", INTERNAL, dSlotConfig=quota)["code"] == 0
        shown = slot(admin, INTERNAL)
        assert (shown["iQuotaLimitBytes"], shown["bQuotaRotate"]) == (8 << 30, True)

    @pytest.mark.parametrize(
        ("quota", "code"),
        [
            ({"iQuotaLimitBytes": -2, "bQuotaRotate": True}, 400),
            ({"iQuotaLimitBytes": "5", "bQuotaRotate": True}, 400),
            ({"iQuotaLimitBytes": 5}, 400),
            ({"iQuotaLimitBytes": 1 << 60, "bQuotaRotate": True}, 30022),
        ],
    )
    def test_a_quota_that_is_refused(self, person, quota, code):
        assert control(person(), "CONFIG", INTERNAL, dSlotConfig=quota)["code"] == code

    @pytest.mark.parametrize("action", ["CONFIG", "RELAY", "FREE_UP", "UNRELAY"])
    def test_a_slot_that_is_not_configured_is_not_ready(self, person, action):
        assert control(person(), action)["code"] == 30016

    @pytest.mark.parametrize(
        "change",
        [
            {"sAction": "format"},
            {"sTask": "LATER"},
            {"sTask": None},
            {"sSlotDevPath": 1},
            {"sAction": "CONFIG", "sTask": "ASYNC_SUBMIT"},
            {"sTask": "SYNC"},
            {"sSlotDevPath": "/dev/none"},
        ],
    )
    def test_what_is_refused(self, person, change):
        body = {"sAction": "FORMAT", "sSlotDevPath": CARD, "sTask": "ASYNC_SUBMIT", **change}
        admin = person()
        assert admin.post(CONTROL, body)["code"] in {400, 30019, 30022}
        assert admin.camera.storage.tasks == {}

    def test_the_task_is_needed(self, person):
        admin = person()
        assert admin.post(CONTROL, {"sAction": "FORMAT", "sSlotDevPath": CARD})["code"] == 400

    def test_formatting_is_asked_about(self, person):
        admin = person()
        task = control(admin, "FORMAT")["sTaskUID"]
        assert control(admin, "FORMAT", task="ASYNC_STATUS")["sTaskStatus"] == "RUNNING"
        admin.clock.now += 1
        answer = control(admin, "FORMAT", task="ASYNC_STATUS", sTaskUID=task)
        assert (answer["sTaskUID"], answer["sTaskStatus"]) == (task, "DONE")
        assert slot(admin, CARD)["sUUID"] == UUID
        assert control(admin, "FREE_UP", task="ASYNC_STATUS")["code"] == 30002

    def test_formatting_the_slot_in_use_interrupts_it(self, person):
        admin = person()
        control(admin, "FORMAT", INTERNAL)
        assert slot(admin, INTERNAL)["bEnabled"] is False
        admin.clock.now += 2
        assert slot(admin, INTERNAL)["bEnabled"] is True
        assert slot(admin, INTERNAL)["iQuotaUsedBytes"] == 0

    def test_formatting_may_give_another_uuid(self, person):
        admin = person("format-new-uuid")
        enable_card(admin)
        control(admin, "FORMAT")
        admin.clock.now += 5
        shown = slot(admin, CARD)
        assert shown["sUUID"] != UUID
        assert shown["bSelected"] is False

    def test_formatting_twice_is_a_breach(self, person):
        admin = person()
        control(admin, "FORMAT")
        assert control(admin, "FORMAT")["code"] == 30016
        assert admin.violations[0].startswith("repeated: FORMAT")

    def test_half_a_format_is_no_file_system(self, person):
        admin = person()
        control(admin, "FORMAT")
        assert control(admin, "FORMAT", task="ASYNC_CANCEL")["sTaskStatus"] == "CANCELED"
        admin.clock.now += 5
        assert slot(admin, CARD)["eState"] == 2
        assert control(admin, "FORMAT", task="ASYNC_CANCEL")["sTaskStatus"] == "CANCELED"

    def test_freeing_up_removes_recordings(self, person):
        admin = person()
        assert control(admin, "FREE_UP", INTERNAL)["code"] == 0
        admin.clock.now += 1
        assert slot(admin, INTERNAL)["iQuotaUsedBytes"] == 0
        assert slot(admin, INTERNAL)["bEnabled"] is True

    def test_an_ejected_medium_stays_out(self, person):
        admin = person()
        enable_card(admin)
        assert control(admin, "EJECT", INTERNAL)["code"] == 30001
        assert control(admin, "EJECT")["code"] == 0
        admin.clock.now += 1
        assert slot(admin, CARD)["sState"] == "NOT_MOUNTED"
        assert slot(admin, CARD)["iStatsSizeBytes"] == 0
        assert admin.post(CONFIG, TO_CARD)["code"] == 30016

    def test_a_medium_pulled_out_is_never_done(self, person):
        admin = person()
        control(admin, "FORMAT")
        admin.post("/emulator/unplug", {"device": CARD})
        admin.clock.now += 5
        assert admin.get(STATUS)["lSlots"][0]["bEnabled"] is True

    def test_old_firmware_knows_no_tasks(self, person):
        admin = person("storage-no-tasks")
        body = {"sAction": "FORMAT", "sSlotDevPath": CARD}
        assert admin.post(CONTROL, body)["code"] == 0
        assert slot(admin, CARD)["sState"] == "FORMATTING"
        assert admin.post(CONTROL, body | {"sTask": "ASYNC_STATUS"})["code"] == 30016
        assert admin.post(CONTROL, {"sAction": "RELAY", "sSlotDevPath": INTERNAL})["code"] == 0

    def test_a_task_may_tell_nothing(self, person):
        admin = person("storage-bare-status")
        assert control(admin, "FORMAT") == {"code": 0, "message": "success"}

    def test_files_are_removed_by_relative_paths(self, person):
        admin = person()
        name = "lFilesOrDirectoriesToRemove"
        remove = "REMOVE_FILES_OR_DIRECTORIES"
        for bad in ("/etc", "..", "a/../b", "../x", "", ".", "./a"):
            assert control(admin, remove, INTERNAL, **{name: [bad]})["code"] == 400
        assert control(admin, remove, INTERNAL, **{name: []})["code"] == 30022
        assert [each.partition(":")[0] for each in admin.violations] == ["traversal"] * 7 + [
            "empty"
        ]
        assert control(admin, remove, INTERNAL, **{name: ["none.mp4"]})["code"] == 30002
        first = ["2026-08-20/clip_0001.mp4"]
        assert control(admin, remove, INTERNAL, **{name: first})["code"] == 0
        assert len(admin.camera.storage.slots[0].files) == 2
        assert control(admin, remove, INTERNAL, **{name: ["2026-08-20/"]})["code"] == 0
        assert admin.camera.storage.slots[0].files == {}


class TestRelay:
    def opened(self, admin):
        relay = control(admin, "RELAY", INTERNAL)["dRelayStatus"]
        return "/storage/relay/" + relay["sRelayDirectory"]

    def test_it_is_open_for_five_minutes(self, person):
        admin = person()
        none = control(admin, "RELAY_STATUS", INTERNAL)["dRelayStatus"]
        assert none == {"sRelayDirectory": "", "iRelayTimeout": 300, "iRelayTimeoutRemain": 0}
        root = self.opened(admin)
        admin.clock.now += 200
        assert (
            control(admin, "RELAY_STATUS", INTERNAL)["dRelayStatus"]["iRelayTimeoutRemain"] == 100
        )
        assert self.opened(admin) == root
        admin.clock.now += 299
        assert admin.send("GET", root + "/")[0]["name"] == "2026-08-20"
        admin.clock.now += 1
        assert admin.send("GET", root + "/").startswith(b"<!doctype")
        assert admin.violations == ["lapsed: a relay was used after its time"]
        assert self.opened(admin) != root
        admin.send("GET", root + "/")
        assert len(admin.violations) == 2

    def test_it_is_closed(self, person):
        admin = person()
        root = self.opened(admin)
        assert control(admin, "UNRELAY", INTERNAL)["code"] == 0
        admin.send("GET", root + "/")
        assert admin.status == 404

    def test_directories_are_listed(self, person):
        admin = person()
        root = self.opened(admin)
        day = admin.send("GET", root + "/2026-08-20/")
        assert [(entry["name"], entry["type"]) for entry in day] == [
            ("clip_0001.mp4", "file"),
            ("clip_0002.mp4", "file"),
        ]
        assert day[1]["size"] == 1036
        admin.send("GET", root + "/2026-08-20")
        assert (admin.status, admin.response.headers["location"]) == (301, root + "/2026-08-20/")
        for missing in ("/2026-08-21/", "/nothing"):
            admin.send("GET", root + missing)
            assert admin.status == 404

    def test_files_are_sent_in_parts(self, person):
        admin = person()
        clip = self.opened(admin) + "/2026-08-20/clip_0002.mp4"
        whole = admin.send("GET", clip)
        assert (admin.status, len(whole)) == (200, 1036)
        for wanted, part in (("0-3", whole[:4]), ("1030-", whole[1030:]), ("-5", whole[-5:])):
            assert admin.send("GET", clip, headers={"Range": f"bytes={wanted}"}) == part
            assert admin.status == 206
        assert admin.response.headers["content-range"] == "bytes 1031-1035/1036"
        admin.send("GET", clip, headers={"Range": "bytes=2000-"})
        assert admin.status == 416
        thumb = clip.replace("clip_0002.mp4", ".thumb/clip_0001.mp4.thumb.jpg")
        assert admin.send("GET", thumb).startswith(b"\xff\xd8")

    def test_a_range_is_judged_as_the_web_server_does(self, person):
        admin = person()
        clip = self.opened(admin) + "/2026-08-20/clip_0002.mp4"
        for wanted in ("5-3", "1036-", "-0"):
            admin.send("GET", clip, headers={"Range": f"bytes={wanted}"})
            assert (admin.status, admin.response.headers["content-range"]) == (416, "bytes */1036")
        admin.send("GET", clip, headers={"Range": "bytes=1000-9999"})
        assert admin.response.headers["content-range"] == "bytes 1000-1035/1036"
        assert admin.response.headers["last-modified"] == "Thu, 20 Aug 2026 10:01:00 GMT"
        put = {"device": INTERNAL, "path": "empty", "text": ""}
        assert admin.post("/emulator/file", put) == {"files": 4}
        empty = clip.replace("2026-08-20/clip_0002.mp4", "empty")
        assert admin.send("GET", empty, headers={"Range": "bytes=0-9"}) == b""
        assert admin.status == 200

    def test_it_may_know_no_ranges(self, person):
        admin = person("relay-no-ranges")
        clip = self.opened(admin) + "/2026-08-20/clip_0002.mp4"
        assert len(admin.send("GET", clip, headers={"Range": "bytes=0-3"})) == 1036
        assert admin.status == 200

    def test_names_are_unquoted_and_lead_nowhere_else(self, person):
        admin = person()
        root = self.opened(admin)
        put = {"device": INTERNAL, "path": "a b/ü#.mp4", "size": 5, "modified": 1_787_306_400}
        admin.post("/emulator/file", put)
        assert len(admin.send("GET", root + "/a%20b/%C3%BC%23.mp4")) == 5
        assert admin.send("GET", root + "/a%20b/") == [
            {
                "name": "ü#.mp4",
                "type": "file",
                "mtime": "Fri, 21 Aug 2026 10:00:00 GMT",
                "size": 5,
            }
        ]
        assert admin.violations == []
        for bad in ("/..", "/../x", "/%2e%2e/x", "/a%5cb", "//x", "/.", "/%00"):
            admin.send("GET", root + bad)
            assert admin.status == 400
        assert len(admin.violations) == 7

    def test_a_hostile_camera_lists_what_is_not_there(self, person):
        admin = person()
        root = self.opened(admin)
        lie = {"name": "../../.bashrc", "type": "file", "mtime": "", "size": 3}
        admin.post("/emulator/lies", [lie])
        assert admin.send("GET", root + "/")[-1] == lie
        assert admin.send("GET", root + "/2026-08-20/")[-1] == lie

    def test_without_a_login_there_is_nothing(self, person):
        admin = person()
        root = self.opened(admin)
        admin.headers = {}
        assert admin.send("GET", root + "/")["code"] == 401

    def test_the_first_answer_may_be_empty(self, person):
        admin = person("relay-late")
        assert self.opened(admin) == "/storage/relay/"
        assert len(self.opened(admin)) > 30

    def test_there_may_be_no_listing(self, person):
        admin = person("relay-no-listing")
        root = self.opened(admin)
        assert admin.send("GET", root + "/")["code"] == 404
        assert admin.send("GET", root + "/2026-08-20/clip_0002.mp4")


class TestEvents:
    PATH = "/record/rule/http-rule-activate"
    INFO = "/record/rule/info"

    @pytest.fixture
    def ready(self, person):
        def make(*flavours):
            admin = person(*flavours)
            admin.edit("/record/rule/config", {"bRuleEnabled": True})
            admin.edit("/record/rule/record-rule-config", {"sCurrentSelected": "HTTP"})
            return admin

        return make

    def test_another_kind_of_rule_cannot_be_set_off(self, person):
        admin = person()
        assert admin.post(self.PATH)["code"] == 30001
        admin.edit("/record/rule/config", {"bRuleEnabled": True})
        assert admin.post(self.PATH)["code"] == 30001

    def test_without_a_slot_there_is_no_place(self, ready):
        admin = ready()
        admin.post("/emulator/unplug", {"device": INTERNAL})
        assert admin.post(self.PATH)["code"] == 30016

    def test_a_recording_takes_its_time(self, ready):
        admin = ready()
        before = admin.get(self.INFO)["dLastRuleEvent"]
        assert admin.post(self.PATH)["code"] == 0
        event = admin.get(self.INFO)["dLastRuleEvent"]
        assert (event["sStatus"], event["iTimestamp"] > before["iTimestamp"]) == ("PENDING", True)
        assert admin.get(self.INFO)["bReadyForNewEvent"] is False
        assert admin.post(self.PATH)["code"] == 30016
        assert slot(admin, INTERNAL)["bWriting"] is False
        sizes = []
        for _ in range(4):
            admin.clock.now += 0.5
            shown = admin.get(self.INFO)["dLastRuleEvent"]
            assert shown["iTimestamp"] == event["iTimestamp"]
            sizes.append((shown["sStatus"], slot(admin, INTERNAL)["bWriting"]))
        assert sizes == [("WRITING", True)] * 3 + [("COMPLETED", False)]
        assert admin.get(self.INFO)["bReadyForNewEvent"] is True
        assert admin.camera.actions["rule-activate"] == 1
        files = admin.camera.storage.slots[0].files
        new = sorted(files)[-2:]
        assert [len(files[name]) for name in new] == [17, 240_000]
        assert new[0].endswith(".mp4.thumb.jpg")

    def test_the_file_grows_under_the_eyes_of_a_reader(self, ready):
        admin = ready()
        admin.post(self.PATH)
        root = (
            "/storage/relay/" + control(admin, "RELAY", INTERNAL)["dRelayStatus"]["sRelayDirectory"]
        )
        seen = []
        for _ in range(4):
            admin.clock.now += 0.5
            *_, day = admin.send("GET", root + "/")
            *_, clip = admin.send("GET", f"{root}/{day['name']}/")
            seen.append(clip["size"])
        assert seen == [60_000, 120_000, 180_000, 240_000]

    def test_a_second_one_in_the_same_second_has_a_name_of_its_own(self, ready):
        admin = ready()
        admin.camera.event_seconds = 0.0
        for _ in range(2):
            admin.post(self.PATH)
            admin.get(self.INFO)
        clips = [name for name in admin.camera.storage.slots[0].files if ".thumb" not in name]
        assert len(set(clips)) == 4

    def test_it_may_fail(self, ready):
        admin = ready("event-fails", "rule-seconds")
        admin.post(self.PATH)
        admin.clock.now += 2
        assert admin.get(self.INFO)["dLastRuleEvent"]["sStatus"] == "FAILED"
        assert len(admin.camera.storage.slots[0].files) == 3

    def test_it_is_interrupted_when_the_slot_goes_away(self, ready):
        admin = ready()
        admin.post(self.PATH)
        admin.clock.now += 1
        control(admin, "FORMAT", INTERNAL)
        admin.clock.now += 1
        assert admin.get(self.INFO)["dLastRuleEvent"]["sStatus"] == "INTERRUPTED"

    def test_a_body_is_a_breach(self, ready):
        admin = ready()
        admin.post(self.PATH, {"now": True})
        assert admin.violations == ["body: POST /record/rule/http-rule-activate takes none"]


def test_the_state_tells_of_storage(person):
    admin = person()
    enable_card(admin)
    state = admin.get("/emulator/state")
    assert state["storage"]["enabled"] == CARD
    assert state["storage"]["overwritten"] == 1
    assert state["storage"]["slots"][CARD] == {"state": "READY", "files": []}
    assert state["actions"] == {"storage-select": 1}
    assert len(STATES) == 9
