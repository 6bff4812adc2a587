"""The closing table keeps the five verdicts apart."""

import json

from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.outcome import DeviceOutcome, Difference, Outcome, Verdict
from recamera_gitops.report.outcomes import outcomes_json, outcomes_text

OUTCOMES = (
    DeviceOutcome("calm", "192.0.2.9", ExitCode.DONE),
    DeviceOutcome(
        "gate-north", "192.0.2.1", ExitCode.DONE, outcomes=(Outcome("osd", Verdict.VERIFIED),)
    ),
    DeviceOutcome(
        "dock-east",
        "192.0.2.2",
        ExitCode.FAILED,
        outcomes=(
            Outcome(
                "video.main",
                Verdict.UNVERIFIED,
                "stored otherwise",
                (
                    Difference("video.main.gop", 50, 50, 60),
                    Difference("x.key", "a", "b", "c", sensitive=True),
                ),
            ),
            Outcome("notify", Verdict.UNKNOWN, "the reply was lost"),
            Outcome("network.wifi", Verdict.NOT_ATTEMPTED),
        ),
    ),
    DeviceOutcome("yard", "192.0.2.3", ExitCode.UNREACHABLE, "no connection\x1b[1m"),
)


def test_the_closing_table():
    assert outcomes_text(OUTCOMES) == (
        "camera      verified  unverified  failed  unknown  not attempted  result\n"
        "gate-north         1           0       0        0              0  done\n"
        "dock-east          0           1       0        1              1  failed\n"
        "yard               0           0       0        0              0  unreachable\n"
        "\n"
        "dock-east: video.main unverified: stored otherwise\n"
        "    video.main.gop: desired 50, sent 50, observed 60\n"
        "    x.key: desired (sensitive), sent (sensitive), observed (sensitive)\n"
        "dock-east: notify unknown: the reply was lost\n"
        "\n"
        "yard: no connection\\u001b[1m\n"
        "\n"
        "Apply: 1 verified, 1 unverified, 1 unknown, 1 not attempted on 2 cameras."
        " 1 camera unreachable.\n"
    )


def test_the_json_form_holds_no_sensitive_value():
    found = outcomes_json("acme", "sha256:0", OUTCOMES, ExitCode.FAILED)
    assert found["exit_code"] == 3
    assert found["summary"]["unknown"] == 1
    hidden = found["devices"][2]["outcomes"][0]["differences"][1]
    assert hidden == {
        "path": "x.key",
        "desired": None,
        "sent": None,
        "observed": None,
        "sensitive": True,
    }
    json.dumps(found)
