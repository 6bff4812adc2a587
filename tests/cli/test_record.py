"""`record info` and `record trigger`, whole outputs over cameras in process."""

from textwrap import dedent

import pytest

from tests.cli.posts import DOCK, GATE, Posts

ACTIVATE = "/record/rule/http-rule-activate"
WHEN = "2026-08-20T10:00:00Z"


@pytest.fixture
def posts(tmp_path, rcg, monkeypatch):
    posts = Posts(tmp_path, rcg).stand(monkeypatch)
    posts.camera().patch("/record/rule/config", {"bRuleEnabled": True})
    posts.camera().patch("/record/rule/record-rule-config", {"sCurrentSelected": "HTTP"})
    return posts


def test_one_camera_is_told_in_full_and_several_in_a_table(posts):
    ended = posts.ask("record", "info", GATE)
    assert ended.code == 0
    assert ended.out == dedent("""\
        rules         on
        trigger       http
        ready         yes
        media paused  no
        clip length   60 s
        last event    COMPLETED 2026-08-20T10:00:00Z (http)
        gpios         GPIO_01 (number 106, FLOATING, LOW), GPIO_02 (number 107, FLOATING, LOW)
        ttys          Console, ttyS4
    """)
    assert posts.ask("record", "info").out == dedent("""\
        camera  rules  trigger    ready  last event
        dock    off    inference  yes    COMPLETED 2026-08-20T10:00:00Z (http)
        gate    on     http       yes    COMPLETED 2026-08-20T10:00:00Z (http)
    """)


def test_programs_read_the_same_in_json(posts):
    code, found = posts.json("record", "info", GATE)
    pin = {"state": "FLOATING", "level": "LOW"}
    event = {"status": "COMPLETED", "at": WHEN, "rule": "http", "rule_id": "http"}
    assert (code, found) == (
        0,
        {
            "format_version": "1.0",
            "operation": "record info",
            "devices": [
                {
                    "device": "gate",
                    "host": "gate.test",
                    "error": None,
                    "exit_code": 0,
                    "result": {
                        "enabled": True,
                        "trigger": "http",
                        "ready": True,
                        "media_paused": False,
                        "clip_seconds": 60,
                        "last_event": event,
                        "gpios": [
                            {"name": "GPIO_01", "number": 106, **pin},
                            {"name": "GPIO_02", "number": 107, **pin},
                        ],
                        "ttys": [{"name": "Console"}, {"name": "ttyS4"}],
                    },
                }
            ],
        },
    )


def test_where_one_camera_cannot_the_other_records_all_the_same(posts):
    ended = posts.ask("record", "trigger", "*", "--wait")
    lines = ended.out.splitlines()
    assert lines[0].split() == ["camera", "recording", "since"]
    assert lines[1].split()[:2] == ["gate", "COMPLETED"]
    assert lines[2:] == [
        "dock  failed: its trigger is inference; only a camera with record.trigger.type http can be told"
    ]
    assert ended.code == 3
    assert posts.camera().actions["rule-activate"] == 1
    assert posts.sent(DOCK, ACTIVATE) == 0


def test_cameras_must_be_named(posts):
    ended = posts.ask("record", "trigger")
    assert ended.code == 64
    assert "record trigger wants cameras by name, pattern or label" in ended.err


def test_a_protected_camera_does_not_record_on_demand(posts):
    posts.declare(GATE, "protected: true\n")
    assert posts.ask("record", "trigger", GATE).code == 5
    assert posts.sent(GATE, ACTIVATE) == 0


def test_a_lost_answer_is_neither_repeated_nor_called_a_success(posts):
    posts.camera().faults.add("drop-before", ACTIVATE, executed=False)
    code, found = posts.json("record", "trigger", GATE)
    assert code == found["devices"][0]["exit_code"] == 3
    assert "it was not told again" in found["devices"][0]["error"]
    assert posts.sent(GATE, ACTIVATE) == 1
