"""SARIF as the standard wants it; its schema stands beside this file, less its descriptions."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from recamera_gitops import __version__
from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.report.sarif import sarif
from recamera_gitops.rules import RULES, Severity

SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
GOP = Diagnostic(
    "out-of-range",
    "300 is not between 1 and 120",
    "config.video.main.gop",
    Place("profiles/night watch.yaml", 12, 25),
    "write less",
)
HTTP = Diagnostic(
    "plain-http", "not encrypted", "", Place("fleet.yaml", 3, 1), severity=Severity.WARNING
)
NOWHERE = Diagnostic("unknown-device", "there is no device 'gaet'")
HOSTILE = Diagnostic("bad-value", "a\x1b[31m\n\ud800", "p\n", Place("a#?%:\udcff.yaml", 1, 1))


def results(*found, prefix=""):
    made = sarif(found, prefix)
    jsonschema.Draft4Validator(SCHEMA).validate(json.loads(json.dumps(made)))
    return made["runs"][0]["results"]


def fingerprints(*found):
    return [each["partialFingerprints"]["ruleAndPath/v1"] for each in results(*found)]


def test_the_schema_tells_right_from_wrong():
    validator = jsonschema.Draft4Validator(SCHEMA)
    assert validator.is_valid(sarif([GOP]))
    made = sarif([GOP])
    made["runs"][0]["results"][0]["level"] = "grave"
    assert not validator.is_valid(made)


def test_every_rule_is_described():
    driver = sarif([])["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("recamera-gitops", __version__)
    assert [each["id"] for each in driver["rules"]] == list(RULES)
    for each in driver["rules"]:
        rule = RULES[each["id"]]
        assert each["shortDescription"]["text"] == rule.says
        assert each["help"]["text"] == rule.hint
        assert each["defaultConfiguration"]["level"] == rule.severity


def test_a_result_says_what_is_wrong_and_where():
    (found,) = results(GOP)
    assert found == {
        "ruleId": "out-of-range",
        "ruleIndex": list(RULES).index("out-of-range"),
        "level": "error",
        "message": {"text": "config.video.main.gop: 300 is not between 1 and 120 (write less)"},
        "partialFingerprints": found["partialFingerprints"],
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "profiles/night%20watch.yaml",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 12, "startColumn": 25},
                },
                "logicalLocations": [{"fullyQualifiedName": "config.video.main.gop"}],
            }
        ],
    }


def test_a_severity_that_was_chosen_is_the_level():
    assert [each["level"] for each in results(GOP, HTTP)] == ["error", "warning"]


def test_files_are_named_from_the_root_of_the_checkout():
    (found,) = results(HTTP, prefix="fleets/acme/")
    location = found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "fleets/acme/fleet.yaml"


def test_what_stands_nowhere_has_no_location():
    (found,) = results(NOWHERE)
    assert "locations" not in found


@pytest.mark.parametrize("found", [(), (GOP, HTTP, NOWHERE, HOSTILE)])
def test_the_schema_is_kept(found):
    assert len(results(*found)) == len(found)


def test_what_a_stranger_wrote_can_neither_steer_nor_break_anything():
    (found,) = results(HOSTILE)
    text = json.dumps(found)
    assert "\\u001b" not in text.replace("\\\\u001b", "")
    assert "\\n" not in text.replace("\\\\n", "")
    location = found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "a%23%3F%25%3A%FF.yaml"


# --- what is the same from run to run ---------------------------------------------------------------


def test_a_complaint_is_the_same_where_its_line_has_moved():
    moved = replace(GOP, place=Place(GOP.place.file, 40, 3), hint=None, message="300 is too much")
    assert fingerprints(moved) == fingerprints(GOP)


def test_two_complaints_are_never_the_same():
    others = [
        replace(GOP, rule="bad-value"),
        replace(GOP, path="config.video.sub.gop"),
        replace(GOP, place=Place("fleet.yaml", 12, 25)),
        replace(GOP, place=Place(GOP.place.file, 13, 25)),
        NOWHERE,
        HTTP,
    ]
    assert len(set(fingerprints(GOP, *others))) == 7


def test_a_fingerprint_does_not_depend_on_where_the_program_runs():
    assert [each["partialFingerprints"] for each in results(GOP, HTTP, prefix="fleets/acme/")] == [
        each["partialFingerprints"] for each in results(GOP, HTTP)
    ]
