"""Complaints: beside a terminal, in a program, in a pull request."""

from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.report.diagnostics import (
    diagnostics_github,
    diagnostics_json,
    diagnostics_text,
)
from recamera_gitops.rules import Severity

MODE = Diagnostic(
    "not-one-of",
    "'manuel' is not one of auto, manual",
    "image.scenes.night.exposure.mode",
    Place("profiles/outdoor.yaml", 12, 25),
    "did you mean 'manual'?",
)
HTTP = Diagnostic(
    "plain-http", "not encrypted", "", Place("fleet.yaml", 3, 1), severity=Severity.WARNING
)
HOSTILE = Diagnostic("syntax", "a\n::error::b%", "p", Place("a,b:c\n%.yaml", 1, 1))


def test_text():
    assert diagnostics_text((MODE, HTTP), 0, 0) == (
        "profiles/outdoor.yaml:12:25 image.scenes.night.exposure.mode:"
        " 'manuel' is not one of auto, manual\n"
        "    hint: did you mean 'manual'?\n"
        "fleet.yaml:3:1: warning: not encrypted [plain-http]\n"
        "1 error, 1 warning\n"
    )


def test_a_complaint_without_a_place_says_what_it_is():
    assert diagnostics_text(
        (Diagnostic("nothing-selected", "no device matches"),), 0, 0
    ).startswith("error: no device matches\n")


def test_all_is_well():
    assert diagnostics_text((), 3, 1) == "ok: 3 cameras, 1 profile\n"


def test_annotations():
    assert diagnostics_github((MODE, HTTP), 3, 2).splitlines() == [
        (
            "::error file=profiles/outdoor.yaml,line=12,col=25,title=not-one-of"
            "::image.scenes.night.exposure.mode: 'manuel' is not one of auto, manual"
            " (did you mean 'manual'?)"
        ),
        "::warning file=fleet.yaml,line=3,col=1,title=plain-http::not encrypted",
        "1 error, 1 warning",
    ]


def test_annotations_cannot_be_broken_out_of():
    first, *rest = diagnostics_github((HOSTILE,), 0, 0).splitlines()
    assert first == (
        "::error file=a%2Cb%3Ac\\u000a%25.yaml,line=1,col=1,title=syntax::p: a\\u000a::error::b%25"
    )
    assert rest == ["1 error"]


def test_json():
    found = diagnostics_json((MODE, HTTP), 3, 2)
    assert (found["errors"], found["warnings"]) == (1, 1)
    assert found["diagnostics"][0] == {
        "rule": "not-one-of",
        "severity": "error",
        "message": "'manuel' is not one of auto, manual",
        "hint": "did you mean 'manual'?",
        "path": "image.scenes.night.exposure.mode",
        "file": "profiles/outdoor.yaml",
        "line": 12,
        "column": 25,
    }
