"""`logs` and `watch` against cameras behind real sockets."""

import json
import re

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from recamera_gitops.desired.heard_schema import HEARD_SCHEMA
from tests.cli.streams import meanwhile, site

__all__ = ["meanwhile", "site"]

MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HTTP = "plain-http"
PROMISED = Draft202012Validator(HEARD_SCHEMA, format_checker=FormatChecker())


def timeless(text):
    return MOMENT.sub("<at>", text)


def without_warnings(ended):
    return [
        each
        for each in ended.err.splitlines()
        if HTTP not in each and not each.startswith("    hint: on ")
    ]


def documents(ended):
    told = [json.loads(each) for each in ended.out.splitlines()]
    for each in told:
        PROMISED.validate(each)
    return told


def wait_for(path, camera, times=1):
    """Whether the camera has opened that many websockets there, and what it said at once has arrived."""

    def holds():
        opened = [each.at for each in camera.log if each.path == path and each.status == 101]
        return len(opened) >= times and camera.clock() - opened[-1] > 0.15

    return holds


LOGS, RESULTS = "/ws/system/logs", "/ws/inference/results"


@pytest.mark.parametrize("https", [False, True])
def test_the_log_of_one_camera_as_it_is_now(site, rcg, https):
    site = site(https=https)
    ended = rcg("logs", "gate")
    assert (ended.code, without_warnings(ended)) == (0, [])
    assert timeless(ended.out) == (
        "<at>  info     kernel: Booting Linux on physical CPU 0x0\n"
        "<at>  info     init: media process started\n"
        "<at>  info     login: admin from 127.0.0.1\n"
    )
    assert site.violations == []


def test_the_logs_of_several_cameras_say_whose_each_line_is(site, rcg):
    site().camera("dock").syslog.write("error", "on fire")
    ended = rcg("logs", "--level", "warning")
    assert (ended.code, timeless(ended.out)) == (0, "dock  <at>  error    on fire\n")


def test_logs_in_json_are_one_object_a_line(site, rcg):
    site = site()
    site.camera("gate").syslog.entries.clear()
    site.camera("gate").syslog.write("warning", "caf\u00e9 \x1b[2J")
    ended = rcg("logs", "gate", "--format", "json")
    first = documents(ended)[0]
    assert MOMENT.fullmatch(first.pop("time"))
    assert first == {"device": "gate", "level": "warning", "text": "caf\u00e9 \\u001b[2J"}
    assert ended.out.isascii()


def test_no_password_of_a_network_is_shown(site, rcg, canary):
    site = site()
    secret = canary("wifi")
    site.camera("gate").syslog.write("info", f"network: connect wifi ssid=x, password={secret}")
    ended = rcg("logs", "gate")
    assert "  network: connect wifi ssid=x, password=•••\n" in ended.out


def test_a_camera_out_of_reach_is_told_and_the_others_go_on(site, rcg):
    site = site()
    site.camera("dock").power = False
    ended = rcg("logs")
    assert ended.code == 4
    assert "gate  " in ended.out
    assert "dock" not in ended.out
    (line,) = without_warnings(ended)
    assert line.startswith("dock  unreachable: ")
    told = documents(rcg("logs", "dock", "--format", "json"))
    assert MOMENT.fullmatch(told[0].pop("at"))
    assert told[0].pop("error")
    assert told == [{"device": "dock", "event": "left", "exit_code": 4}]


def test_following_goes_on_and_tells_that_nothing_is_missing(site, rcg, meanwhile):
    gate = site().camera("gate")
    gate.faults.add("stream-cut", path=LOGS, after=2)
    meanwhile(
        (wait_for(LOGS, gate), lambda: gate.syslog.write("info", "one")),
        (wait_for(LOGS, gate, 2), lambda: gate.syslog.write("error", "two")),
        (wait_for(LOGS, gate, 2), lambda: None),
    )
    ended = rcg("logs", "gate", "-f")
    assert ended.code == 130
    texts = [each.partition("  ")[2] for each in ended.out.splitlines()]
    assert texts[:5] == [
        "info     kernel: Booting Linux on physical CPU 0x0",
        "info     init: media process started",
        "info     login: admin from 127.0.0.1",
        "info     one",
        "error    two",
    ]
    assert without_warnings(ended) == [
        "gate: connection lost (the connection was cut); again in 0 s",
        "gate: connected again after 0 s; nothing is missing",
    ]


def test_after_a_reboot_lines_may_be_missing_and_that_is_said(site, rcg, meanwhile):
    gate = site().camera("gate")
    gate.reboot_seconds = 0.05
    meanwhile((wait_for(LOGS, gate), gate.reboot), (wait_for(LOGS, gate, 2), lambda: None))
    ended = rcg("logs", "gate", "--follow", "--format", "json")
    events = [each for each in documents(ended) if "event" in each]
    assert [each["event"] for each in events][-1] == "back"
    assert {each["event"] for each in events} == {"lost", "back"}
    back = events[-1]
    assert back.keys() == {"device", "at", "event", "after", "complete"}
    assert back["complete"] is False
    assert events[0].keys() == {"device", "at", "event", "error", "again_in"}


def test_who_does_not_want_to_wait_ends_when_the_connection_is_lost(site, rcg):
    site().camera("gate").faults.add("stream-cut", path=LOGS, after=1)
    ended = rcg("logs", "gate", "--follow", "--retry-for", "0")
    assert ended.code == 4
    assert without_warnings(ended) == ["gate  unreachable: the connection was cut"]


def test_an_option_that_would_do_nothing_is_wrong_usage(site, rcg):
    site()
    ended = rcg("logs", "--retry-for", "5")
    assert ended.code == 64
    assert ended.err.startswith("error: --retry-for goes with --follow\n")


def test_a_session_that_ends_meanwhile_is_renewed(site, rcg, meanwhile):
    gate = site().camera("gate")
    gate.faults.add("stream-cut", path=LOGS, after=2)

    def expire():
        gate.sessions.expire_all()
        gate.syslog.write("info", "one")
        gate.syslog.write("info", "two")

    meanwhile((wait_for(LOGS, gate), expire), (wait_for(LOGS, gate, 2), lambda: None))
    assert rcg("logs", "gate", "--follow").code == 130
    assert (gate.logins, gate.failed_logins) == (2, 0)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("stream-noise", "what came is no websocket message"),
        ("stream-huge", "a message is longer than 4194304 bytes"),
    ],
)
def test_what_is_no_stream_ends_it_for_this_camera(site, rcg, fault, says):
    site().camera("gate").faults.add(fault, path=LOGS, after=0)
    ended = rcg("logs", "gate", "--follow")
    assert ended.code == 3
    assert without_warnings(ended) == [f"gate  failed: {says}"]


def test_a_wrong_password_is_tried_once(site, rcg, monkeypatch):
    site = site()
    monkeypatch.setenv("PW", "another password")
    ended = rcg("logs")
    assert ended.code == 1
    assert sum(each.failed_logins for each in site.fleet.cameras) == 1
    assert "the user name or the password is wrong" in ended.err


def test_results_are_told_by_name_and_confidence(site, rcg):
    site()
    ended = rcg("watch", "gate", "--count", "3")
    assert (ended.code, without_warnings(ended)) == (0, [])
    assert timeless(ended.out) == (
        "<at>  nothing\n<at>  bicycle 0.51\n<at>  car 0.52, motorcycle 0.53\n"
    )


def test_results_in_json_are_handed_on_as_they_are(site, rcg):
    site()
    first, second = documents(rcg("watch", "--format", "json", "--count", "2", "gate"))
    assert first["result"]["results"] == []
    assert MOMENT.fullmatch(second["at"])
    box = {"class": "bicycle", "confidence": 0.51, "x1": 0.025, "y1": 0.0, "x2": 0.225, "y2": 0.3}
    assert second["result"]["results"] == [box]
    assert second.keys() == {"device", "at", "result"}


def test_results_of_a_template_are_shown_as_they_come(site, rcg):
    gate = site().camera("gate")
    gate.documents["/notify/cfg"]["dTemplate"]["sDetection"] = "{class};{confidence}\x1b[2J"
    ended = rcg("watch", "gate", "--count", "3")
    assert timeless(ended.out).splitlines() == [
        "<at>  ",
        "<at>  bicycle;0.51\\u001b[2J",
        "<at>  car;0.52\\u001b[2J | motorcycle;0.53\\u001b[2J",
    ]


def test_watching_ends_after_some_time(site, rcg):
    site = site()
    for camera in site.fleet.cameras:
        camera.documents["/model/inference"]["iEnable"] = 0
    ended = rcg("watch", "--for", "0.3")
    assert (ended.code, ended.out, without_warnings(ended)) == (0, "", [])


def test_results_between_two_connections_are_not_known(site, rcg):
    site().camera("gate").faults.add("stream-cut", path=RESULTS, after=1)
    ended = rcg("watch", "gate", "--count", "2")
    assert ended.code == 0
    assert without_warnings(ended) == [
        "gate: connection lost (the connection was cut); again in 0 s",
        "gate: connected again after 0 s; what happened in between is not known",
    ]


def test_garbage_among_results_is_text(site, rcg):
    site().camera("gate").faults.add("stream-garbage", path=RESULTS, after=0)
    ended = rcg("watch", "gate", "--count", "1")
    assert timeless(ended.out) == "<at>  \\u001b]0;gone\\u0007{not json\n"
    site_document = documents(rcg("watch", "gate", "--count", "1", "--format", "json"))
    assert site_document[0]["result"]["model"] == "YOLO11n"


def test_several_cameras_are_watched_at_once(site, rcg):
    site()
    told = documents(rcg("watch", "--count", "20", "--format", "json"))
    assert {each["device"] for each in told} == {"gate", "dock"}
