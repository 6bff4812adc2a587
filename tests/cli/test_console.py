"""What is printed where, and in which colours."""

import io

import pytest

from recamera_gitops.cli import console
from recamera_gitops.report.paint import coloured, plain


class Terminal(io.StringIO):
    def isatty(self):
        return True


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
