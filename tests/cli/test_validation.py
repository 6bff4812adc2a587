"""validate: whole outputs in every form, severities that were chosen, and exit codes."""

import json
import shutil
from pathlib import Path

import pytest

from recamera_gitops.report.sarif import sarif
from recamera_gitops.rules import LINT_RULES, RULES

PIN = "ab" * 32
EXAMPLE = Path(__file__).parents[2] / "examples/fleet"


@pytest.fixture
def trusted(fleet):
    """The fleet, with cameras that are known."""
    known = "".join(
        f"{name}: {{serial: {name}, fingerprint: {PIN}}}\n" for name in ("dock", "gate", "yard")
    )
    (fleet / "known_cameras.yaml").write_text(known, encoding="utf-8")
    return fleet


@pytest.fixture
def untidy(trusted):
    """The fleet with a stream that anyone may watch, a profile for nobody, and an ignore for nothing."""
    (trusted / "profiles").mkdir()
    (trusted / "profiles" / "spare.yaml").write_text(
        "# rcg: ignore-file[plain-ftp]\nprofile: spare\nconfig: {image: {flip: none}}\n",
        encoding="utf-8",
    )
    (trusted / "devices" / "gate.yaml").write_text(
        "device: gate\nhost: 192.0.2.77\n"
        "config:\n"
        "  osd: {font: {size: auto}}\n"
        "  stream: {main: {rtsp: {enabled: true, auth: none}}}\n"
        "  system: {ftp: {enabled: true}}   # rcg: ignore[plain-ftp] the recorder fetches from it\n",
        encoding="utf-8",
    )
    return trusted


TEXT = """\
devices/gate.yaml:5:47 config.stream.main.rtsp.auth: {}stream.main.rtsp asks for no password: whoever reaches\
 the camera sees its picture [open-stream]
    hint: write auth: password, with a username and a password
profiles/spare.yaml:1:20: warning: there is no plain-ftp here to be ignored [unused-ignore]
    hint: remove it
profiles/spare.yaml:2:10 profile: warning: no device uses the profile 'spare' [unused-profile]
    hint: name it in a device, in defaults.profiles or in what another profile extends; or remove it
{}
"""
GITHUB = """\
::warning file={0}devices/gate.yaml,line=5,col=47,title=open-stream::config.stream.main.rtsp.auth:\
 stream.main.rtsp asks for no password: whoever reaches the camera sees its picture\
 (write auth: password, with a username and a password)
::warning file={0}profiles/spare.yaml,line=1,col=20,title=unused-ignore::there is no plain-ftp here to be\
 ignored (remove it)
::warning file={0}profiles/spare.yaml,line=2,col=10,title=unused-profile::profile: no device uses the profile\
 'spare' (name it in a device, in defaults.profiles or in what another profile extends; or remove it)
ok: 3 cameras, 0 profiles, 3 warnings
"""


def test_all_is_well(rcg, trusted):
    ended = rcg("validate")
    assert (ended.code, ended.out) == (0, "ok: 3 cameras, 0 profiles\n")


def test_the_example_fleet_is_warned_about_http_alone(rcg):
    ended = rcg("validate", "-C", EXAMPLE)
    assert ended.code == 0
    assert ended.out == (
        "fleet.yaml:8:13 connection.scheme: warning: connections over http are neither encrypted"
        " nor verified [plain-http]\n"
        "    hint: on dock-east and 2 more\n"
        "ok: 3 cameras, 2 profiles, 1 warning\n"
    )


def test_every_problem_is_told_with_its_place(rcg, fleet):
    (fleet / "devices" / "gate.yaml").write_text(
        "device: gate\nhost: 192.0.2.77\nconfig: {osd: {fnt: 1, font: {size: huge}}}\n",
        encoding="utf-8",
    )
    ended = rcg("validate")
    assert ended.code == 1
    assert ended.out == (
        "devices/gate.yaml:3:16 config.osd.fnt: unknown key 'fnt'\n"
        "    hint: did you mean 'font'?\n"
        "devices/gate.yaml:3:37 config.osd.font.size: 'huge' is not one of auto, 16, 32, 48, 64\n"
        "2 errors\n"
    )
    assert rcg("validate", "--format", "github").out.count("::error file=devices/gate.yaml,") == 2
    assert json.loads(rcg("validate", "--format", "json").out)["errors"] == 2
    results = json.loads(rcg("validate", "--format", "sarif").out)["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == ["unknown-key", "not-one-of"]


def test_warnings_as_text(rcg, untidy):
    ended = rcg("validate")
    closing = "ok: 3 cameras, 0 profiles, 3 warnings"
    assert (ended.code, ended.out, ended.err) == (0, TEXT.format("warning: ", closing), "")


def test_warnings_as_annotations(rcg, untidy, monkeypatch):
    assert rcg("validate", "--format", "github").out == GITHUB.format("")
    monkeypatch.chdir(untidy / "devices")  # the repository is further up
    assert rcg("validate", "--format", "github").out == GITHUB.format("")


def test_files_are_named_from_where_the_job_runs(rcg, untidy, monkeypatch):
    monkeypatch.chdir(untidy.parent)
    prefix = f"{untidy.name}/"
    github = rcg("validate", "-C", untidy.name, "--format", "github")
    assert github.out == GITHUB.format(prefix)
    results = json.loads(rcg("validate", "-C", untidy.name, "--format", "sarif").out)
    (first, *_) = results["runs"][0]["results"]
    location = first["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == f"{prefix}devices/gate.yaml"


def test_warnings_as_json(rcg, untidy):
    found = json.loads(rcg("validate", "--format", "json").out)
    assert (found["errors"], found["warnings"]) == (0, 3)
    assert found["diagnostics"][1] == {
        "rule": "unused-ignore",
        "severity": "warning",
        "message": "there is no plain-ftp here to be ignored",
        "hint": "remove it",
        "path": "",
        "file": "profiles/spare.yaml",
        "line": 1,
        "column": 20,
    }


def test_warnings_as_sarif(rcg, untidy):
    found = json.loads(rcg("validate", "--format", "sarif").out)
    assert {**found, "runs": []} == {**sarif([]), "runs": []}
    (run,) = found["runs"]
    results = run.pop("results")
    assert run == {k: v for k, v in sarif([])["runs"][0].items() if k != "results"}
    assert [
        (each["ruleId"], each["level"], each["locations"][0]["physicalLocation"]["region"])
        for each in results
    ] == [
        ("open-stream", "warning", {"startLine": 5, "startColumn": 47}),
        ("unused-ignore", "warning", {"startLine": 1, "startColumn": 20}),
        ("unused-profile", "warning", {"startLine": 2, "startColumn": 10}),
    ]


# --- severities ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        ["-E", "open-stream"],
        ["--error=open-stream"],
        ["-Eopen-stream", "-W", "unused-profile"],
        ["-W", "open-stream", "-E", "open-stream"],
        ["-E", "all", "-W", "unused-ignore", "-W", "unused-profile"],
    ],
)
def test_a_warning_can_be_made_an_error(rcg, untidy, options):
    ended = rcg("validate", *options)
    assert (ended.code, ended.out) == (1, TEXT.format("", "1 error, 2 warnings"))


@pytest.mark.parametrize(
    "options",
    [
        ["-W", "all"],
        ["-E", "open-stream", "-W", "open-stream"],
        ["-E", "open-stream", "-W", "all"],
        ["-E", "all", "-W", "all"],
        ["-E", "plain-http"],
        ["-E", "unknown-key"],
    ],
)
def test_the_last_word_about_a_rule_counts(rcg, untidy, options):
    assert rcg("validate", *options).code == 0


def test_all_means_every_rule_of_warnings(rcg, untidy):
    ended = rcg("validate", "-E", "all", "--format", "json")
    assert (ended.code, json.loads(ended.out)["errors"]) == (1, 3)
    levels = [word for rule in LINT_RULES for word in ("-E", rule)]
    assert rcg("validate", *levels, "--format", "json").out == ended.out


def test_options_may_stand_before_the_verb(rcg, untidy):
    assert rcg("-E", "open-stream", "-C", untidy, "validate").code == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["-E", "open-straem"],
            "--error: there is no rule 'open-straem'; did you mean 'open-stream'?",
        ),
        (["-W", "x"], "--warning: there is no rule 'x'"),
        (["-E", "al"], "--error: there is no rule 'al'; did you mean 'all'?"),
        (["-W", "unknown-key"], "--warning: unknown-key is always an error"),
        (["-W", "unset-variable"], "--warning: unset-variable is always an error"),
    ],
)
def test_a_rule_that_there_is_not_is_wrong_usage(rcg, untidy, options, message):
    ended = rcg("validate", *options)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err.splitlines()[0] == f"error: {message}"


def test_an_error_stays_one_whatever_is_said(rcg, untidy):
    (untidy / "devices" / "gate.yaml").write_text("device: gate\nhst: x\n", encoding="utf-8")
    assert rcg("validate", "-W", "all").code == 1


def test_a_mistake_in_a_comment_is_an_error(rcg, untidy):
    (untidy / "profiles" / "spare.yaml").write_text(
        "profile: spare # rcg: ignore[unused-profil]\nconfig: {image: {flip: none}}\n", "utf-8"
    )
    ended = rcg("validate", "-W", "all")
    assert ended.code == 1
    assert "profiles/spare.yaml:1:30: there is no rule 'unused-profil'\n" in ended.out
    assert "hint: did you mean 'unused-profile'?\n" in ended.out


# --- other commands --------------------------------------------------------------------------------


def test_a_plan_says_what_every_command_says_and_nothing_more(rcg, untidy, script, plans):
    (untidy / "fleet.yaml").write_text(
        "# rcg: ignore-file[plain-http]\nfleet: acme\n"
        'defaults: {connection: {scheme: http, password: "${env:CAMERA}"}}\n',
        encoding="utf-8",
    )
    script.devices = (plans.unchanged("gate"),)
    assert rcg("plan").err == (
        "fleet.yaml:3:33 connection.scheme: warning: connections over http are neither encrypted"
        " nor verified [plain-http]\n"
        "    hint: on dock and 2 more\n"
    )
    assert "plain-http" not in rcg("validate").out


def test_a_name_that_no_camera_has_is_told_in_every_form(rcg, trusted):
    assert rcg("validate", "gaet").code == 1
    (result,) = json.loads(rcg("validate", "gaet", "--format", "sarif").out)["runs"][0]["results"]
    assert result["ruleId"] == "unknown-device"
    assert RULES[result["ruleId"]].kind == "use"


def test_a_fleet_in_a_folder_that_is_a_link_is_found(rcg, untidy, tmp_path_factory, monkeypatch):
    here = tmp_path_factory.mktemp("here")
    (here / "fleet").symlink_to(untidy)
    monkeypatch.chdir(here)
    assert rcg("validate", "-C", "fleet", "--format", "github").out == GITHUB.format("fleet/")
    shutil.rmtree(untidy / "profiles")
    assert rcg("validate", "-C", "fleet").out.endswith("ok: 3 cameras, 0 profiles, 1 warning\n")
