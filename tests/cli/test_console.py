"""What terminals and logs are shown while a run goes on."""

import io

import pytest

from recamera_gitops.cli import console
from recamera_gitops.reconcile.outcome import Phase, Progress
from recamera_gitops.report.paint import coloured, plain

STORY = (
    Progress("gate", Phase.READING),
    Progress("dock", Phase.DONE, "unchanged"),
    Progress("gate", Phase.WRITING, "osd"),
    Progress("gate", Phase.WRITING, "image"),
    Progress("gate", Phase.VERIFYING),
    Progress("gate", Phase.DONE, "verified\x1b[1m"),
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def told(story):
    lines = console.ProgressLines(2)
    for each in story:
        lines(each)
    lines.clear()


def test_a_log_has_two_lines_for_each_camera_that_is_written(capsys):
    told(STORY)
    assert capsys.readouterr() == ("", "gate: writing\ngate: done verified\\u001b[1m\n")


def test_a_log_tells_every_tenth_part_of_an_upload(capsys):
    told(Progress("gate", Phase.WRITING, f"a.rknn {p}", p) for p in (4, 9, 12, 19, 20, 100))
    assert capsys.readouterr().err == "".join(
        f"gate: writing a.rknn {p}\n" for p in (4, 12, 20, 100)
    )


def test_a_terminal_has_one_line_that_moves(capsys, monkeypatch):
    monkeypatch.setattr(console, "is_terminal", lambda _stream: True)
    told(STORY[:2])
    assert capsys.readouterr().err == (
        "\r\x1b[K[0/2] gate: reading\r\x1b[K[1/2] dock: done unchanged\r\x1b[K"
    )


@pytest.mark.parametrize(
    ("variables", "paint"),
    [
        ({}, coloured),
        ({"NO_COLOR": "1"}, plain),
        ({"TERM": "dumb"}, plain),
        ({"NO_COLOR": ""}, coloured),
    ],
)
def test_colour_is_for_terminals_that_want_it(monkeypatch, variables, paint):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert console.paint(Terminal()) is paint
    assert console.paint(io.StringIO()) is plain


def test_the_result_has_no_line_that_a_job_runner_obeys(capsys):
    console.result("::error::x\n")
    assert capsys.readouterr().out == "\\u003a:error::x\n"
