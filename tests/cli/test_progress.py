"""What people, logs and programs are told while a run goes on."""

import json
import re
import stat
import threading

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rich.cells import cell_len

from recamera_gitops.cli import console
from recamera_gitops.cli.progress import screen as screens
from recamera_gitops.cli.progress.board import Board
from recamera_gitops.cli.progress.drawing import Drawing
from recamera_gitops.cli.progress.events import EventFile
from recamera_gitops.cli.progress.lines import Lines
from recamera_gitops.cli.progress.screen import Screen
from recamera_gitops.cli.progress.watching import watched
from recamera_gitops.desired.event_schema import EVENT_SCHEMA, EVENTS
from recamera_gitops.errors import ExitCode, Unwritable
from recamera_gitops.fleet.environment import _now
from recamera_gitops.reconcile.outcome import (
    Phase,
    Progress,
    Verdict,
)
from recamera_gitops.reconcile.plan import Status
from recamera_gitops.report.paint import plain
from recamera_gitops.secret import Secret
from tests.conftest import ROOT

FAILED = Progress("yard", Phase.DONE, "osd: refused", exit_code=ExitCode.FAILED)
STORY = (
    Progress("gate", Phase.READING),
    Progress("dock", Phase.DONE, "unchanged"),
    Progress("gate", Phase.WRITING, "osd"),
    Progress("gate", Phase.WRITING, "image"),
    Progress("gate", Phase.VERIFYING),
    Progress("gate", Phase.DONE, "verified\x1b[1m"),
)
APPLY = ("part", {"part": "apply", "cameras": 3, "fleet": "acme"})
PLAN = ("part", {"part": "plan", "cameras": 3, "fleet": "acme"})
ROLLOUT = (
    ("wave", {"wave": "2.1", "waves": 3, "devices": ["gate", "dock"]}),
    ("soak", {"wave": "2.1", "seconds": 60}),
    ("check", {"wave": "2.1", "unwell": {"gate": "inference: silent"}}),
    ("stop", {"reason": "rollout.max_failures: 1 of 3"}),
    ("rollback", {"devices": ["gate"]}),
)


def device(name="gate", code=ExitCode.UNREACHABLE, error="no answer"):
    return "device", {"device": name, "exit_code": int(code), "error": error}


def tell(observer, *story):
    for each in story:
        if isinstance(each, Progress):
            observer(each)
        else:
            observer.note(*each)


class TestLog:
    @pytest.fixture
    def said(self):
        return []

    @pytest.fixture
    def lines(self, said):
        return Lines(said.append)

    def test_it_has_two_lines_for_each_camera_that_is_written(self, lines, said):
        tell(lines, APPLY, *STORY)
        assert said == ["gate: writing", "gate: done verified\\u001b[1m"]

    def test_it_tells_every_tenth_part_of_an_upload(self, lines, said):
        tell(
            lines,
            *(Progress("gate", Phase.WRITING, f"{p} %", p) for p in (4, 9, 12, 19, 20, 100)),
        )
        assert said == [f"gate: writing {p} %" for p in (4, 12, 20, 100)]

    def test_it_tells_of_waves_and_of_what_stops_them(self, lines, said):
        tell(lines, APPLY, *ROLLOUT)
        assert said == [
            "wave 2.1 of 3: 2 cameras",
            "wave 2.1: waiting 60 s",
            "gate: not well: inference: silent",
            "stopped: rollout.max_failures: 1 of 3",
            "rolling back 1 camera",
        ]

    def test_a_rollout_of_one_wave_is_none(self, lines, said):
        tell(lines, APPLY, ("wave", {"wave": "1", "waves": 1, "devices": ["gate"]}))
        assert said == []

    def test_a_trouble_is_told_when_it_happens_and_once(self, lines, said):
        tell(lines, APPLY, FAILED, device("yard", ExitCode.FAILED, "osd: refused"), device())
        assert said == ["yard: failed: osd: refused", "gate: unreachable: no answer"]

    def test_a_part_that_only_looks_is_silent_and_what_its_result_tells_is_not_told_again(
        self, lines, said
    ):
        tell(lines, PLAN, Progress("yard", Phase.READING), FAILED, device(), APPLY, device())
        assert said == []

    @pytest.mark.parametrize("code", [ExitCode.DONE, ExitCode.INTERRUPTED])
    def test_what_was_left_alone_is_no_trouble(self, lines, said, code):
        tell(lines, APPLY, device(code=code, error="interrupted before it was begun"))
        assert said == []

    def test_what_strangers_say_is_one_line_of_bounded_length(self, lines, said):
        hostile = "\n::error::\x1b[2J\u202e" + "x" * 5000
        tell(lines, APPLY, device(hostile, error=hostile), ("stop", {"reason": hostile}))
        assert all(len(each) < 300 and each.isprintable() for each in said)
        assert len(said) == 2


class Terminal:
    """What a person sees of what is written."""

    def __init__(self, columns=60, rows=12):
        self.screen = pyte.Screen(columns, rows)
        self.screen.set_mode(
            pyte.modes.LNM
        )  # as the terminal driver does it: \n goes to the left too
        self.stream = pyte.Stream(self.screen)
        self.changed = threading.Condition()
        self.seen = []

    def write(self, text):
        with self.changed:
            self.stream.feed(text)
            self.seen.append(self.lines)
            self.changed.notify_all()

    @property
    def lines(self):
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def until(self, line):
        with self.changed:
            assert self.changed.wait_for(lambda: line in self.lines, 10), self.lines
            return self.lines


@pytest.fixture
def terminal(monkeypatch):
    made = Terminal()
    monkeypatch.setattr(screens, "_BETWEEN_PICTURES", 0.005)
    monkeypatch.setenv("COLUMNS", str(made.screen.columns))
    monkeypatch.setenv("LINES", str(made.screen.lines))
    monkeypatch.setattr(
        console.click, "echo", lambda text, *, err=False, nl=True: made.write(text + "\n" * nl)
    )
    return made


@pytest.fixture
def screen(terminal):
    made = Screen(terminal.write, plain, lambda: 75.0)
    terminal.write("$ rcg apply\n")
    yield made
    made.close()
    assert console._screens == []


class TestScreen:
    def test_it_shows_the_whole_and_the_cameras_at_work(self, screen, terminal):
        tell(screen, APPLY, *STORY[:3], Progress("yard", Phase.WRITING, "a.rknn", 40))
        assert terminal.until("  gate  writing osd") == [
            "$ rcg apply",
            "1/3 0:00 applying",
            "  gate  writing osd",
            "  yard  writing 40 % a.rknn",
        ]

    def test_it_says_in_which_wave(self, screen, terminal):
        tell(screen, APPLY, *ROLLOUT[:1])
        terminal.until("0/3 0:00 wave 2.1 of 3")
        tell(screen, *ROLLOUT[1:2])
        terminal.until("0/3 0:00 wave 2.1 of 3, waiting 60 s")
        tell(screen, *ROLLOUT[2:3])
        terminal.until("1/3 0:00 wave 2.1 of 3, 1 failed")
        tell(screen, *ROLLOUT[3:])
        assert terminal.until("0/1 0:00 rolling back")[1:4] == [
            "gate: not well: inference: silent",
            "stopped: rollout.max_failures: 1 of 3",
            "rolling back 1 camera",
        ]

    def test_only_troubles_are_left_of_it(self, screen, terminal):
        tell(screen, APPLY, *STORY[:3], FAILED, device())
        terminal.until("3/3 0:00 applying, 1 failed, 1 unreachable")
        screen.clear()
        assert terminal.lines == [
            "$ rcg apply",
            "yard: failed: osd: refused",
            "gate: unreachable: no answer",
        ]
        assert (terminal.screen.cursor.x, terminal.screen.cursor.y) == (0, 3)

    def test_a_part_without_a_picture_tells_its_troubles_all_the_same(
        self, screen, terminal, monkeypatch
    ):
        monkeypatch.setattr(screens, "_BETWEEN_PICTURES", 60)
        tell(screen, APPLY, FAILED)
        screen.clear()
        assert terminal.lines == ["$ rcg apply", "yard: failed: osd: refused"]

    def test_what_is_said_meanwhile_stands_above(self, screen, terminal):
        tell(screen, APPLY, STORY[2])
        terminal.until("  gate  writing osd")
        console.say("a word")
        console.result("a result\n")
        assert terminal.until("  gate  writing osd") == [
            "$ rcg apply",
            "a word",
            "a result",
            "0/3 0:00 applying",
            "  gate  writing osd",
        ]

    def test_a_signal_is_told_above_and_a_second_one_leaves_nothing(self, screen, terminal):
        tell(screen, APPLY, STORY[2])
        terminal.until("  gate  writing osd")
        console.interject("interrupted")
        terminal.until("interrupted")
        terminal.until("  gate  writing osd")
        console.leave()
        assert terminal.lines == ["$ rcg apply", "interrupted"]

    def test_the_next_part_counts_anew(self, screen, terminal):
        tell(screen, PLAN, *STORY[:2])
        terminal.until("1/3 0:00 planning")
        screen.clear()
        tell(screen, APPLY)
        terminal.until("0/3 0:00 applying")

    def test_it_never_scrolls_away_what_was_there_and_bounds_the_cameras(self, screen, terminal):
        tell(screen, APPLY, *(Progress(f"cam-{n:02}", Phase.READING) for n in range(20)))
        shown = terminal.until("  and 12 more")
        assert shown[0] == "$ rcg apply"
        assert shown[-2:] == ["  cam-07  reading", "  and 12 more"]

    def test_the_cursor_is_never_hidden(self, screen, terminal):
        tell(screen, APPLY, *STORY)
        terminal.until("2/3 0:00 applying")
        assert not terminal.screen.cursor.hidden


HOSTILE = st.text(
    st.sampled_from("ab[red][/]:smile:\\\x1b\n\r\t\x9b\u202e\u200b\u65e5\U0001f600é"), max_size=60
)


@given(
    names=st.lists(HOSTILE, max_size=12, unique=True),
    detail=HOSTILE,
    columns=st.integers(1, 130),
    rows=st.integers(1, 30),
)
def test_a_picture_fits_and_holds_nothing_but_colours(names, detail, columns, rows):
    board = Board("applying", 3)
    for name in names:
        board.step(Progress(name, Phase.WRITING, detail, 7))
    drawing = Drawing(coloured=True)
    drawing._console.size = (columns, rows)
    drawn = drawing.lines(board, 4000)
    assert 1 <= len(drawn) <= max(1, rows - 1)
    for line in drawn:
        text = re.sub(r"\x1b\[[0-9;]*m", "", line)
        assert text.isprintable()
        assert cell_len(text) <= max(1, columns - 1)


def test_markup_is_shown_and_not_obeyed():
    board = Board("applying", 1)
    board.step(Progress("[red]gate", Phase.WRITING, ":smile: [/] [bold]osd"))
    drawn = Drawing(coloured=False).lines(board, 0)
    assert drawn[1] == "  [red]gate  writing :smile: [/] [bold]osd"


def test_a_single_operation_goes_by_its_command():
    board = Board().note("part", {"part": "device reboot", "fleet": "acme", "cameras": 2})
    assert Drawing(coloured=False).lines(board, 0)[0].endswith("0:00 device reboot")


def test_a_narrow_terminal_keeps_the_count():
    drawing = Drawing(coloured=False)
    drawing._console.size = (20, 10)
    board = Board("wave 2.1 of 3", 200)
    board.step(Progress("a-rather-long-name", Phase.WRITING, "osd"))
    assert drawing.lines(board, 61) == ["0/200 1:01 wave 2.…", "  a-rather…  writi…"]


VALID = Draft202012Validator(EVENT_SCHEMA)


def events_in(path):
    lines = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
    for line in lines:
        assert [each.message for each in VALID.iter_errors(line)] == [], line
    return lines


class TestEvents:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "events.ndjson"

    @pytest.fixture
    def file(self, path):
        made = EventFile(path, _now, pytest.fail)
        yield made
        made.close()

    def test_everything_that_happens_is_a_line_as_promised(self, file, path):
        outcomes = [
            {"address": "osd", "verdict": str(each), "reason": None, "observed": {}}
            for each in Verdict
        ]
        tell(
            file,
            ("part", {"part": "apply", "cameras": 1, "fleet": "acme"}),
            ("begin", {"run": "r", "kind": "apply", "fleet": "acme", "checksum": "", "pid": 7}),
            ("warning", {"message": "ffprobe is not there"}),
            *(Progress("gate", phase, "osd", 7) for phase in Phase),
            *ROLLOUT,
            ("device", {**device()[1], "outcomes": outcomes}),
            *(
                ("device", {"device": "a", "exit_code": 0, "error": None, "status": status.value})
                for status in Status
            ),
            ("end", {"exit_code": 3}),
            ("exit", {"exit_code": 3}),
        )
        assert {each["event"] for each in events_in(path)} == set(EVENTS)

    def test_a_line_tells_when_and_what(self, path):
        file = EventFile(path, lambda: _now().replace(2026, 11, 22, 1, 2, 3, 4000), pytest.fail)
        tell(file, STORY[2], STORY[1])
        assert path.read_text() == (
            '{"at":"2026-11-22T01:02:03.004Z","event":"phase","device":"gate","phase":"writing",'
            '"detail":"osd"}\n'
            '{"at":"2026-11-22T01:02:03.004Z","event":"phase","device":"dock","phase":"done",'
            '"detail":"unchanged","exit_code":0}\n'
        )

    def test_what_is_not_promised_is_not_told(self, file, path):
        tell(
            file,
            ("intent", {"device": "gate", "request": "PUT /image/0"}),
            ("begin", {"run": "r", "kind": "recover", "pid": 7, "by": "somebody"}),
        )
        assert [each.keys() for each in events_in(path)] == [{"at", "event", "run", "kind"}]

    def test_the_file_is_for_its_owner_and_keeps_what_it_has(self, path):
        for _ in range(2):
            file = EventFile(path, _now, pytest.fail)
            tell(file, APPLY)
            file.close()
            tell(file, APPLY)
        assert len(events_in(path)) == 2
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_secrets_are_masked_in_what_is_said_and_names_stay_whole(self, file, path):
        Secret("camera")
        reason = "camera \x1b[2J" + "x" * 1000
        tell(
            file,
            Progress("camera-1", Phase.DONE, reason, exit_code=ExitCode.FAILED),
            device("camera-1", error=reason),
            ("check", {"wave": "1", "unwell": {"camera-1": reason, "device": reason}}),
            ("stop", {"reason": reason}),
            ("exit", {"exit_code": 3, "error": reason}),
        )
        text = path.read_text().replace("camera-1", "")
        assert "camera" not in text
        assert "\x1b" not in text
        assert "x" * 401 not in text
        assert [each.get("device") for each in events_in(path)][:2] == ["camera-1"] * 2

    def test_a_full_disk_is_told_once_and_stops_nothing(self, tmp_path):
        full, warned = tmp_path / "full", []
        full.symlink_to("/dev/full")
        tell(EventFile(full, _now, warned.append), APPLY, *STORY)
        assert warned == [
            f"{full} cannot be written (No space left on device); it gets no more events"
        ]

    def test_a_file_that_cannot_be_opened_is_refused(self, tmp_path):
        with pytest.raises(Unwritable, match=r"No such file or directory.*no camera was asked"):
            EventFile(tmp_path / "nowhere" / "x", _now, pytest.fail)


def test_whoever_reads_no_more_stops_nothing(environment, monkeypatch, tmp_path):
    def broken(_text):
        raise BrokenPipeError

    (tmp_path / "full").symlink_to("/dev/full")
    monkeypatch.setattr(console, "say", broken)
    with watched(environment({}), tmp_path / "full") as observer:
        tell(observer, APPLY, *STORY, FAILED)


def test_the_page_tells_of_every_event():
    page = (ROOT / "docs" / "progress.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == sorted(EVENTS)
    example = page.partition("```json\n")[2].partition("```")[0]
    assert [
        each.message for e in example.splitlines() for each in VALID.iter_errors(json.loads(e))
    ] == []


@pytest.mark.usefixtures("fleet")
class TestOption:
    def test_apply_tells_of_both_its_parts(self, rcg, script, plans, tmp_path):
        script.devices = (plans.changed("gate"), plans.unchanged("dock"))
        script.ends = {"gate": ExitCode.FAILED}
        ended = rcg("apply", "--auto-approve", "--events", "events")
        assert ended.code == 3
        told = [
            (each["event"], each.get("part") or each.get("device") or each["exit_code"])
            for each in events_in(tmp_path / "events")
            if each["event"] != "phase"
        ]
        assert told == [
            ("part", "plan"),
            ("device", "gate"),
            ("device", "dock"),
            ("part", "apply"),
            ("exit", 3),
        ]

    @pytest.mark.parametrize("command", ["plan", "drift"])
    def test_looking_tells_what_was_found(self, rcg, script, plans, tmp_path, command):
        script.devices = (plans.changed("gate"), plans.broken("dock", ExitCode.UNREACHABLE))
        code = rcg(command, "--events", "events").code
        told = [each for each in events_in(tmp_path / "events") if each["event"] != "phase"]
        assert [each["event"] for each in told] == ["part", "device", "device", "exit"]
        assert (told[1]["status"], told[1]["changes"]) == ("changed", 1)
        assert (told[2]["exit_code"], told[2]["error"]) == (4, "so it is")
        assert told[3]["exit_code"] == code

    def test_an_error_of_the_whole_is_the_last_event(self, rcg, script, plans, tmp_path):
        script.devices = (plans.changed("gate"),)
        assert rcg("apply", "--events", "events").code == 5
        last = events_in(tmp_path / "events")[-1]
        assert (last["event"], last["exit_code"]) == ("exit", 5)
        assert "nobody can be asked here" in last["error"]

    def test_nothing_is_asked_where_events_cannot_be_written(self, rcg, script, tmp_path):
        ended = rcg("apply", "--auto-approve", "--events", tmp_path / "nowhere" / "x")
        assert (ended.code, ended.out) == (1, "")
        assert "cannot be written (No such file or directory); no camera was asked" in ended.err
        assert script.asked == []
