"""Joining a network: what the camera says of it is believed, and nothing is said twice."""

import pytest

from recamera_gitops.emulator.answers import data
from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.outcome import Verdict

JOIN = "/network/wifi"


@pytest.fixture
def seen(street):
    """The camera, and a network in its reach that it has not joined."""

    def make(wish, flavours=()):
        camera = street.camera({"network": {"wifi": wish}}, flavours=flavours)
        with street.run() as run:
            scan = run._client(run._devices[0]).get("/network/wifi-list")
        street.sent.clear()
        joined = [each["sSsid"] for each in scan if str(each["sConnected"]).lower() == "true"]
        return camera, next(each["sSsid"] for each in scan if each["sSsid"] not in ["", *joined])

    return make


def joins(street):
    return [body for method, _, body in street.writes(JOIN) if method == "POST"]


@pytest.mark.parametrize(
    ("status", "words"),
    [(-1, "in time"), (-2, "password is wrong"), ("-2", "password is wrong"), (7, "status 7")],
)
def test_a_refusal_is_the_truth(street, seen, status, words):
    street.variables["WIFI"] = "wireless-1"
    camera, name = seen({"enabled": True})
    wish = {"enabled": True, "ssid": name, "password": "${env:WIFI}"}
    street.declare("gate1", camera.host, {"network": {"wifi": wish}})
    told = {"POST": lambda _camera, _call: data({"code": 0, "status": status})}
    camera.routes = {**camera.routes, JOIN: {**camera.routes[JOIN], **told}}
    _, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.FAILED
    assert words in outcome.error
    assert len(joins(street)) == 1


def test_a_lost_answer_is_never_repeated(street, seen):
    street.variables["WIFI"] = "wireless-1"
    camera, name = seen({"enabled": True})
    wish = {"enabled": True, "ssid": name, "password": "${env:WIFI}"}
    street.declare("gate1", camera.host, {"network": {"wifi": wish}})
    camera.faults.add("drop-before", JOIN, method="POST")
    _, (outcome,) = street.apply()
    assert outcome.outcomes[0].verdict is Verdict.FAILED
    assert len(joins(street)) == 1
