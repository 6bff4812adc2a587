"""The wired address and the https switch: written once, and the camera found again."""

import pytest

from recamera_gitops.errors import ExitCode, InvalidInput
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.reconcile.plan import Status
from recamera_gitops.resources.catalog import RESOURCES

LAN, SECURE = "/network/lan", "/system/secure"
PIN = "ab" * 32


def static(address, /, **more):
    return {
        "network": {
            "lan": {
                "method": "static",
                "address": address,
                "netmask": "255.255.255.0",
                "gateway": "192.168.10.254",
                "dns": ["9.9.9.9"],
                **more,
            }
        }
    }


HTTPS = {"system": {"https": {"enabled": True}}}


def test_moves_are_marked():
    marked = {each.address: (each.barrier, each.confirm) for each in RESOURCES if each.move}
    assert marked == dict.fromkeys(("network.lan", "network.wifi", "system.https"), (True, True))


@pytest.mark.parametrize(
    "flavours", [(), ("lan-manual",), ("lan-reply-lost",), ("lan-expected-ip",)]
)
def test_an_address(street, flavours):
    camera = street.camera(
        {**static("192.168.10.77"), "image": {"rotation": 180}}, flavours=flavours
    )
    plan, (outcome,) = street.apply()
    assert [each.address for each in plan.devices[0].resources] == ["image", "network.lan"]
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.host == "192.168.10.77"
    assert camera.documents[LAN]["dLink"]["sDNS1"] == "9.9.9.9"
    assert len(street.writes(LAN)) == 1
    method = street.writes(LAN)[0][2]["dIpv4"]["sV4Method"]
    assert method == ("manual" if "lan-manual" in flavours else "static")
    (advice,) = outcome.warnings
    assert "set host: 192.168.10.77 at devices/gate1.yaml:2:7" in advice
    assert "trust gate1" in advice
    street.declare("gate1", camera.host, static("192.168.10.77"))
    assert street.plan().devices[0].status is Status.UNCHANGED


def test_lease_values_are_not_compared(street):
    street.camera({"network": {"lan": {"method": "dhcp", "address": "192.168.10.99"}}})
    plan = street.plan()
    assert plan.devices[0].status is Status.UNCHANGED
    assert "counts only while method is static" in plan.devices[0].warnings[0]


def test_an_address_that_somebody_else_has(street):
    camera = street.camera(static("192.168.10.22"))
    street.camera({})
    street.cameras[1]._key = None
    street.cameras[1].public_key = "another key"
    _, outcomes = street.apply()
    assert outcomes[0].exit_code is ExitCode.REFUSED
    assert "somebody else" in outcomes[0].error
    assert street.writes() == []
    assert camera.host == "192.168.10.21"


def test_a_camera_that_is_not_found_stops_further_moves(street, monkeypatch):
    first, second = street.camera(static("192.168.10.71")), street.camera(static("192.168.10.72"))
    for camera in (first, second):

        def vanish(_index, request, camera=camera):
            if request.method == "PUT" and request.path.endswith(LAN):
                street.cameras.remove(camera)

        camera.on_request = vanish
    _, outcomes = street.apply()
    unknown = [each for each in outcomes if each.outcomes[0].verdict is Verdict.UNKNOWN]
    (refused,) = [each for each in outcomes if each.exit_code is ExitCode.REFUSED]
    assert len(unknown) == 1
    assert len(street.writes(LAN)) == 1
    assert "192.168.42.1" in unknown[0].error
    assert "trust" in unknown[0].error
    assert "is not proved" in refused.error
    assert refused.outcomes[0].verdict is Verdict.NOT_ATTEMPTED


def test_a_lost_request_leaves_it_where_it_was(street):
    camera = street.camera(static("192.168.10.77"))
    camera.faults.add("drop-before", LAN, method="PUT")
    _, (outcome,) = street.apply()
    assert outcome.outcomes[0].verdict is Verdict.FAILED
    assert len(street.writes(LAN)) == 1
    assert camera.host == "192.168.10.21"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"gateway": "192.168.11.254"}, "not in the network"),
        ({"gateway": "192.168.10.77"}, "the camera itself"),
        ({"netmask": "255.0.255.0"}, "not a netmask"),
        ({"address": "192.168.10.255"}, "the network's own"),
        ({"address": "192.168.10.0"}, "the network's own"),
        ({"address": "192.168.10.1"}, "first address"),
        ({"address": "127.0.0.5"}, "loopback"),
        ({"address": "192.168.10.256"}, "form"),
        ({"dns": []}, "at least 1"),
    ],
)
def test_addresses_that_cannot_be(street, more, words):
    street.camera(static("192.168.10.77", **more))
    with pytest.raises(InvalidInput, match=words):
        street.run()


@pytest.mark.parametrize("flavours", [(), ("no-redirect",)])
@pytest.mark.parametrize("fault", [None, "drop-after"])
def test_https_on(street, flavours, fault):
    pinned = f'{{tls: {{fingerprint: "sha256:{PIN}"}}}}'
    camera = street.camera(HTTPS, connection=pinned, flavours=flavours)
    if fault:
        camera.faults.add(fault, SECURE, method="POST")
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.scheme == "https"
    assert len(street.writes(SECURE)) == 1
    assert "scheme: https" in outcome.warnings[0]
    assert camera.violations == []


def test_https_on_another_port(street):
    pinned = f'{{tls: {{fingerprint: "sha256:{PIN}"}}}}'
    camera = street.camera(HTTPS, connection=pinned)
    camera.ports["https"] = 8443
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert "connection.port: 8443" in outcome.warnings[0]


def test_https_off(street):
    camera = street.camera(
        {"system": {"https": {"enabled": False}}},
        connection=f'{{scheme: https, tls: {{fingerprint: "sha256:{PIN}"}}}}',
    )
    camera.documents[SECURE]["sEnable"] = True
    _, (outcome,) = street.apply()
    assert camera.documents[SECURE]["sEnable"] is False
    assert outcome.exit_code is ExitCode.FAILED, outcome
    assert "scheme: http at devices/gate1.yaml:3" in outcome.error
    assert camera.logins == 1  # over TLS; the files do not say that plain http may carry one


def test_address_and_https_and_password_in_one_go(street):
    street.variables["NEW"] = "Camera-2"
    config = {
        **static("192.168.10.77"),
        "system": {"https": {"enabled": True}, "admin_password": "${env:NEW}"},
    }
    camera = street.camera(config, connection=f'{{tls: {{fingerprint: "sha256:{PIN}"}}}}')
    plan, (outcome,) = street.apply()
    assert [each.address for each in plan.devices[0].resources] == [
        "network.lan",
        "system.https",
        "system.admin_password",
    ]
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert camera.host == "192.168.10.77"
    assert camera.scheme == "https"
    assert camera.actions["password-change"] == 1
    assert camera.failed_logins == 0
    assert camera.violations == []


@pytest.mark.parametrize("told", [True, False])
def test_a_lease_is_followed_where_the_camera_tells_it(street, told):
    flavours = ["lan-manual", *(["lan-expected-ip"] if told else [])]
    camera = street.camera({"network": {"lan": {"method": "dhcp"}}}, flavours=flavours)
    camera.leases["/network/lan"]["sV4Address"] = "192.168.10.150"
    _, (outcome,) = street.apply()
    assert camera.host == "192.168.10.150"
    assert outcome.outcomes[0].verdict is (Verdict.VERIFIED if told else Verdict.UNKNOWN)
    assert len(street.writes(LAN)) == 1
    if not told:
        assert "192.168.42.1" in outcome.error
