"""Every conversation that moves, restarts or re-opens a camera, against every flavour that concerns it.

The ending is the same everywhere, or it is named here: the camera is what was wished, the next plan is
empty, the second apply writes nothing, and nothing was sent that a client must not send.
"""

import pytest

from recamera_gitops.emulator.flavours import FLAVOURS
from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.plan import Status
from tests.moves.test_everything import ENDS_OTHERWISE

PIN = "ab" * 32
LAN = {
    "network": {
        "lan": {
            "method": "static",
            "address": "192.168.10.77",
            "netmask": "255.255.255.0",
            "gateway": "192.168.10.254",
            "dns": ["9.9.9.9"],
        }
    }
}
CONVERSATIONS = {
    "firmware": {"firmware": {"version": "V1.1.0"}},
    "lan": LAN,
    "https": {"system": {"https": {"enabled": True}}},
    "password": {"system": {"admin_password": "${env:NEW}"}},
    "key": {"system": {"api": {"enabled": True, "key": "${env:KEY}"}}},
    "clock and firmware": {
        "system": {"time": {"method": "manual", "timezone": "Asia/Tokyo"}},
        "firmware": {"version": "V1.1.0"},
    },
    "clock": {"system": {"time": {"method": "manual", "timezone": "Asia/Tokyo"}}},
}
# What each is told instead, where the flavour stands in the way.
OTHERWISE = {
    ("firmware", "no-internet"): (ExitCode.FAILED, "rate limit"),
    ("firmware", "upgrade-sha256-error"): (ExitCode.FAILED, "sha256_error"),
    ("firmware", "upgrade-unchanged"): (ExitCode.FAILED, "does not run"),
    ("clock and firmware", "no-internet"): (ExitCode.FAILED, "rate limit"),
    ("clock and firmware", "upgrade-sha256-error"): (ExitCode.FAILED, "sha256_error"),
    ("clock and firmware", "upgrade-unchanged"): (ExitCode.FAILED, "does not run"),
    ("lan", "lan-unobtainable"): (ExitCode.FAILED, "Unable to Obtain IP"),
    ("lan", "dns-method-inverted"): (ExitCode.FAILED, "DHCP DNS is not allowed"),
    ("password", "password-sha256"): (ExitCode.FAILED, "password"),
    ("password", "first-use"): None,  # there the change is the first thing, not the last
}
CASES = [
    (conversation, flavour)
    for conversation in CONVERSATIONS
    for flavour in ("", *FLAVOURS)
    if flavour not in ENDS_OTHERWISE or (conversation, flavour) in OTHERWISE
]


@pytest.mark.parametrize(("conversation", "flavour"), CASES)
def test_it_ends_well_or_with_the_truth(street, conversation, flavour):
    street.variables |= {"NEW": "Camera-2", "KEY": "0123456789abcdefghijklmnopqrstuv"}
    pinned = f'{{tls: {{fingerprint: "sha256:{PIN}"}}}}' if conversation == "https" else ""
    config = CONVERSATIONS[conversation]
    camera = street.camera(
        config,
        connection=pinned.replace("{tls", "{scheme: http, tls"),
        flavours=[flavour] if flavour else [],
    )
    camera.releases = ("V1.1.0",)
    _, (outcome,) = street.apply()
    otherwise = OTHERWISE.get((conversation, flavour))
    if otherwise is not None:
        code, words = otherwise
        assert (outcome.exit_code, words in (outcome.error or "")) == (code, True), outcome
        return
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.violations == []
    connection = pinned.replace("{tls", "{scheme: https, tls")
    street.declare("gate1", camera.host, config, connection)
    street.sent.clear()
    plan, _ = street.apply()
    assert plan.devices[0].status is Status.UNCHANGED, plan.devices[0]
    assert street.writes() == []


def test_what_ends_otherwise_is_a_flavour_of_a_conversation():
    assert {name for name, _ in OTHERWISE} <= CONVERSATIONS.keys()
    assert {flavour for _, flavour in OTHERWISE} <= FLAVOURS.keys()
