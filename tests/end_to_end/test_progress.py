"""A real apply as a person at a terminal sees it, and as a program reads it."""

import json
import re
import signal

import pytest
from jsonschema import Draft202012Validator

from recamera_gitops.desired.event_schema import EVENT_SCHEMA
from tests.conftest import betrayed
from tests.end_to_end.terminal import PATIENCE, Watched


@pytest.fixture
def slow(site):
    return site(delay=0.08)


@pytest.fixture
def apply():
    made = []

    def start(site, **more):
        command = ("apply", "--auto-approve", "--target", "osd", "--target", "video")
        made.append(Watched(site, *command, **more))
        return made[-1]

    yield start
    for each in made:
        each.process.kill()
        each.process.wait(PATIENCE)


def test_a_person_sees_the_cameras_at_work_and_then_only_what_went_wrong(slow, apply):
    slow.camera("lobby").faults.add("status-500", "/osd/cfg", method="POST", every=True)
    watched = apply(slow)
    shown = watched.until("  gate-north  writing osd")
    assert any(re.match(r"[012]/3 [━╸╺ ]{24} 0:0\d applying", line) for line in shown), shown
    code, left = watched.ended()
    assert code == 3
    assert any(line.startswith("lobby: failed: osd: ") for line in left)
    assert not any("/3 " in line or "  gate-north" in line for line in left)
    assert b"\x1b[?25l" not in watched.written


@pytest.mark.parametrize(("columns", "rows"), [(20, 24), (80, 4)])
def test_a_small_terminal_is_used_as_it_is(slow, columns, rows, apply):
    watched = apply(slow, columns=columns, rows=rows)
    watched.until("0/3 0:00 applying" if columns == 20 else "applying")
    code, left = watched.ended()
    assert code == 0
    assert not any("/3 " in line for line in left)


def test_a_terminal_that_is_resized_meanwhile(slow, apply):
    watched = apply(slow)
    watched.until("  gate-north  writing osd")
    watched.resize(40, 24)
    watched.screen.resize(24, 40)
    watched.until("0/3 0:0")
    code, left = watched.ended()
    assert code == 0
    assert not any("/3 " in line for line in left)


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupted_run_leaves_the_terminal_clean(slow, times, apply):
    watched = apply(slow)
    watched.until("  gate-north  writing osd")
    for number in (signal.SIGINT, signal.SIGTERM)[:times]:
        watched.process.send_signal(number)
    code, left = watched.ended()
    assert code == 130
    if times == 1:
        assert "interrupted: finishing the current step; once more to end at once" in left
    assert not any("/3 " in line or "  gate-north" in line for line in left)
    assert watched.screen.cursor.x == 0


def test_a_dumb_terminal_has_lines(slow, apply):
    watched = apply(slow, TERM="dumb")
    code, left = watched.ended()
    assert code == 0
    assert "gate-north: done verified" in left
    assert b"\x1b" not in watched.written


def test_a_terminal_without_colours_has_none(slow, apply):
    watched = apply(slow)
    watched.until("applying")
    watched.ended()
    assert b"\x1b[J" in watched.written
    assert not [
        each
        for each in watched.written.split(b"\x1b[")[1:]
        if each.lstrip(b"0123456789;")[:1] == b"m"
    ]


def test_a_program_reads_what_happens_while_it_happens(site):
    site = site()
    site.camera("dock-east").power = False
    site.camera("lobby").faults.add("status-500", "/osd/cfg", method="POST", every=True)
    ended = site.rcg("apply", "--auto-approve", "--target", "osd", "--events", "events.ndjson")
    assert ended.code == 3
    content = (site.root / "events.ndjson").read_bytes()
    assert not betrayed(content)
    lines = [json.loads(line) for line in content.splitlines()]
    valid = Draft202012Validator(EVENT_SCHEMA)
    assert [each.message for line in lines for each in valid.iter_errors(line)] == []
    ends = {each["device"]: each for each in lines if "outcomes" in each}
    assert {name: each["exit_code"] for name, each in ends.items()} == {
        "gate-north": 0,
        "dock-east": 4,
        "lobby": 3,
    }
    assert [each["verdict"] for each in ends["lobby"]["outcomes"]] == ["failed"]
    phases = [e["phase"] for e in lines if (e["event"], e.get("device")) == ("phase", "gate-north")]
    assert phases == ["reading", "done", "reading", "writing", "verifying", "done"]
    assert lines[-1]["exit_code"] == ended.code
    assert "lobby: failed: osd: " in ended.err
    told = [line for line in ended.err.splitlines() if line.startswith("gate-north: ")]
    assert told == ["gate-north: writing", "gate-north: done verified"]


def test_a_dash_is_stderr_in_place_of_the_lines(site):
    ended = site().rcg("apply", "--auto-approve", "--target", "osd", "--events", "-")
    told = [json.loads(line) for line in ended.err.splitlines() if line.startswith("{")]
    assert (ended.code, told[-1]["event"]) == (0, "exit")
    assert ": writing" not in ended.err


def test_trust_and_pull_tell_of_what_they_look_at(site):
    site = site()
    assert site.rcg("trust", "--yes", "--events", "events").code == 0
    assert site.rcg("pull", "--dry-run", "--events", "events").code == 0
    lines = [json.loads(line) for line in (site.root / "events").read_text().splitlines()]
    assert [e["part"] for e in lines if e["event"] == "part"] == ["trust", "read"]
    assert sum(each["event"] == "device" for each in lines) == 6
    assert [each["exit_code"] for each in lines if each["event"] == "exit"] == [0, 0]
