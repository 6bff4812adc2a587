"""`storage …`, whole outputs over cameras in process."""

from textwrap import dedent

import pytest

from recamera_gitops.cli.storing import _would_delete
from recamera_gitops.operations.storage import decoded
from tests.cli.posts import DOCK, GATE, Posts

CONTROL, CONFIG = "/record/storage/control", "/record/storage/config"
CARD, INTERNAL, UUID = "/dev/mmcblk1p1", "/dev/mmcblk0p8", "6A1B-2C3D"


@pytest.fixture
def posts(tmp_path, rcg, monkeypatch):
    return Posts(tmp_path, rcg).stand(monkeypatch)


def without_warnings(text):
    """What is said beside the result, but for the warning about plain http and progress."""
    lines = text.splitlines()
    return [
        e for e in lines if not e.startswith(("fleet.yaml:", "    hint: on", "gate: ", "dock: "))
    ]


def test_every_slot_of_one_camera_and_the_one_in_use_of_several(posts):
    assert posts.ask("storage", "status", GATE).out == dedent("""\
        recordings are in reCamera on the slot in use
        slot            state    in use  medium          uuid       size      free      recordings  quota
        /dev/mmcblk0p8  ready    yes     internal, ext4  -          16.0 GiB  16.0 GiB  3.0 KiB     none
        /dev/mmcblk1p1  mounted  no      SDCARD, exfat   6A1B-2C3D  64.0 GiB  64.0 GiB  3.0 KiB     none
    """)
    assert posts.ask("storage", "status").out == dedent("""\
        camera  slots  in use          state  free      quota
        dock    2      /dev/mmcblk0p8  ready  16.0 GiB  none
        gate    2      /dev/mmcblk0p8  ready  16.0 GiB  none
    """)


def test_programs_read_the_slots_in_json(posts):
    code, found = posts.result("storage", "status", GATE)
    assert (code, found["data_directory"]) == (0, "reCamera")
    assert found["slots"][1] == {
        "device_path": CARD,
        "mount_path": "/mnt/mmcblk1p1",
        "label": "SDCARD",
        "uuid": UUID,
        "file_system": "exfat",
        "state": "mounted",
        "internal": False,
        "selected": False,
        "enabled": False,
        "usable": False,
        "syncing": False,
        "writing": False,
        "rotating": False,
        "size_bytes": 64 << 30,
        "free_bytes": (64 << 30) - 3113,
        "quota_used_bytes": 3113,
        "quota_limit_bytes": None,
        "quota_rotate": False,
    }


@pytest.mark.parametrize(
    ("verb", "lost"),
    [
        (
            "format",
            "formatting /dev/mmcblk1p1 (SDCARD, exfat, 64.0 GiB) with 3.0 KiB of recordings:",
        ),
        ("eject", "ejecting /dev/mmcblk1p1 (SDCARD, exfat, 64.0 GiB) with 3.0 KiB of recordings:"),
    ],
)
def test_without_a_confirmation_nothing_is_sent_and_every_camera_is_named(posts, verb, lost):
    ended = posts.ask("storage", verb, "*", "--slot", CARD)
    assert (ended.code, ended.out) == (5, "")
    errors = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    assert errors[0].startswith(f"error: dock: {lost}")
    assert errors[1].startswith(f"error: gate: {lost}")
    assert errors[2] == "error: not confirmed; nothing was written"
    assert "hint: say --confirm /dev/mmcblk1p1 if that is meant" in ended.err
    assert posts.sent(GATE, CONTROL) == posts.sent(DOCK, CONTROL) == 0
    assert not (posts.root / ".recamera" / "runs").exists()


@pytest.mark.parametrize("word", ["/dev/mmcblk0p8", "gate", "yes", CARD + " "])
def test_another_word_confirms_nothing(posts, word):
    assert posts.ask("storage", "format", GATE, "--slot", CARD, "--confirm", word).code == 5
    assert posts.sent(GATE, CONTROL) == 0


def test_the_path_may_be_typed(posts):
    ended = posts.ask("storage", "format", GATE, "--slot", CARD, answer=CARD)
    assert ended.code == 0
    assert "everything on it is lost. Type /dev/mmcblk1p1 to confirm:" in ended.err
    assert ended.out == dedent("""\
        camera  slot            state    in use  uuid       free      took
        gate    /dev/mmcblk1p1  mounted  no      6A1B-2C3D  64.0 GiB  1 s
    """)
    assert posts.camera().actions["storage-format"] == 1


def test_only_where_it_can_be_done_is_it_asked_and_done(posts):
    posts.camera(DOCK).storage.slot(CARD).state = "FORMATTING"
    ended = posts.ask("storage", "format", "*", "--slot", CARD, "--confirm", CARD)
    assert ended.code == 3
    assert ended.out.splitlines()[1].startswith("gate    /dev/mmcblk1p1  mounted")
    assert ended.out.endswith("dock  failed: /dev/mmcblk1p1 is being formatted already\n")
    assert posts.sent(DOCK, CONTROL) == 0


def test_a_slot_to_which_recordings_went_is_told_to_be_out_of_use(posts):
    posts.ask("storage", "enable", CARD, GATE, "--yes")
    ended = posts.ask("storage", "eject", GATE, "--slot", CARD, "--confirm", CARD)
    assert ended.code == 0
    assert (
        "warning: gate: recordings went to /dev/mmcblk1p1 and no longer do: storage enable"
        in ended.err
    )
    ended = posts.ask("storage", "eject", DOCK, "--slot", CARD, "--confirm", CARD)
    assert "no longer do" not in ended.err


def test_a_protected_camera_is_not_even_asked_about(posts):
    posts.declare(DOCK, "protected: true\n")
    ended = posts.ask("storage", "free-up", "*", "--slot", INTERNAL, "--confirm", INTERNAL)
    assert ended.code == 5
    assert "dock  refused: it is protected" in ended.out
    assert posts.camera(DOCK).requests == 0
    assert posts.camera().actions["storage-free_up"] == 1


def test_what_people_notice_waits_for_the_window(posts):
    posts.write(
        "fleet.yaml",
        posts.read("fleet.yaml") + 'rollout: {window: {start: "01:00", duration: 0s}}\n',
    )
    call = ("storage", "format", GATE, "--slot", CARD, "--confirm", CARD)
    assert posts.ask(*call).code == 5
    assert posts.sent(GATE, CONTROL) == 0
    assert posts.ask(*call, "--outside-window").code == 0


def test_a_lost_answer_ends_with_the_truth_in_the_result_and_in_the_journal(posts):
    posts.camera().faults.add("drop-before", CONTROL, executed=False)
    code, found = posts.json("storage", "format", GATE, "--slot", CARD, "--confirm", CARD)
    assert code == 3
    assert found["devices"][0]["result"] is None
    assert "nothing shows that formatting /dev/mmcblk1p1 has begun" in found["devices"][0]["error"]
    assert posts.sent(GATE, CONTROL) == 1
    (run,) = (posts.root / ".recamera" / "runs").iterdir()
    shown = posts.ask("runs", "show", run.name).out
    assert "POST /record/storage/control" in shown


def test_where_recordings_go_is_warned_of_asked_and_told(posts):
    ended = posts.ask("storage", "enable", CARD, GATE)
    assert ended.code == 5
    overwritten = "a directory reCamera that is there may be overwritten"
    assert without_warnings(ended.err) == [
        f"warning: gate: recordings go to {CARD} from now on; {overwritten}",
        "error: nobody can be asked here; approve with --yes. Nothing was written.",
    ]
    assert posts.sent(GATE, CONFIG) == 0
    ended = posts.ask("storage", "enable", CARD, GATE, answer="yes")
    assert (ended.code, ended.out) == (
        0,
        "camera  recordings go to  state  free\ngate    /dev/mmcblk1p1    ready  64.0 GiB\n",
    )
    again = posts.ask("storage", "enable", UUID, GATE)
    assert again.out.endswith("gate    /dev/mmcblk1p1    ready  64.0 GiB  as before\n")
    assert posts.camera().actions["storage-select"] == 1


def test_nowhere_is_warned_of_too(posts):
    ended = posts.ask("storage", "enable", "none", GATE, "--yes")
    assert (
        ended.out == "camera  recordings go to  state  free\ngate    none              -      -\n"
    )
    assert "nothing is recorded any more until a slot is enabled" in ended.err


def test_a_quota_is_set_and_read_back(posts):
    ended = posts.ask("storage", "quota", GATE, "--slot", INTERNAL, "--max", "10GiB", "--rotate")
    assert (ended.code, ended.out) == (
        0,
        "camera  slot            quota\ngate    /dev/mmcblk0p8  10.0 GiB, oldest deleted\n",
    )
    code, found = posts.result(
        "storage", "quota", GATE, "--slot", INTERNAL, "--max", "unlimited", "--no-rotate"
    )
    assert (code, found["changed"], found["slot"]["quota_limit_bytes"]) == (0, True, None)


def test_a_quota_of_a_slot_that_is_not_there_is_a_failure_with_its_reason(posts):
    ended = posts.ask("storage", "quota", GATE, "--slot", "/dev/none", "--max", "1GiB", "--yes")
    assert ended.code == 3
    assert ended.out.startswith(f"gate  failed: it has no slot /dev/none; it has: {INTERNAL}")
    assert posts.sent(GATE, CONTROL) == 0


def test_a_quota_for_which_recordings_would_go_has_to_be_agreed_to(posts):
    call = ("storage", "quota", GATE, "--slot", INTERNAL, "--max", "1KiB", "--rotate")
    ended = posts.ask(*call)
    assert ended.code == 5
    assert "gate: 3.0 KiB are recorded there; what is beyond the limit is deleted" in ended.err
    assert posts.sent(GATE, CONTROL) == 0
    assert posts.ask(*call, "--yes").code == 0
    assert posts.ask(*call[:-1], "--no-rotate").code == 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "say --max, --rotate or --no-rotate"),
        (("--max", "10GB"), "'10GB' is no amount: say bytes, or KiB, MiB, GiB or TiB"),
        (("--max", "-1"), "'-1' is no amount"),
        (("--max", "0"), "'0' is no amount"),
        (("--max", "9999999TiB"), "is no amount"),
    ],
)
def test_an_amount_that_is_none_is_wrong_usage(posts, options, why):
    ended = posts.ask("storage", "quota", GATE, "--slot", INTERNAL, *options)
    assert ended.code == 64
    assert why in ended.err
    assert posts.camera().requests == 0


@pytest.mark.parametrize(
    "words",
    [
        ("format", "--slot", CARD),
        ("free-up", "--slot", CARD),
        ("eject", "--slot", CARD),
        ("enable", CARD),
        ("quota", "--slot", CARD, "--max", "1GiB"),
    ],
)
def test_cameras_must_be_named(posts, words):
    ended = posts.ask("storage", *words)
    assert ended.code == 64
    assert f"storage {words[0]} wants cameras by name, pattern or label" in ended.err


@pytest.mark.parametrize(
    ("used", "limit", "rotates", "asks"),
    [
        (11, 10, True, True),
        (None, 10, True, True),  # not told is not nothing
        (9, 10, True, False),
        (11, 10, False, False),
        (None, -1, True, False),
    ],
)
def test_what_may_delete_recordings_is_asked_about(used, limit, rotates, asks):
    shown = {"sDevPath": INTERNAL, "sState": "READY", "iQuotaUsedBytes": used}
    slot = decoded(shown)
    assert _would_delete(slot, (limit, rotates)) is asks
