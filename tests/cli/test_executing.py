"""`--executor dask`: whose machines reach the cameras, as it stands on the command line."""

import sys
from contextlib import nullcontext

import pytest

TOGETHER = (
    "error: --executor dask and --scheduler ADDRESS belong together\n"
    "    hint: recamera-gitops {verb} --help shows what it takes\n"
)


@pytest.mark.parametrize("verb", ["plan", "apply", "drift check", "rollback"])
@pytest.mark.parametrize("said", [("--executor", "dask"), ("--scheduler", "tls://a:1")])
def test_dask_takes_a_scheduler_and_nothing_else_does(rcg, fleet, script, verb, said):
    ended = rcg(*verb.split(), *said)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err == TOGETHER.format(verb=verb)
    assert script.asked == []


def test_the_sites_of_the_selected_cameras_are_asked_of_the_cluster(
    rcg, fleet, script, monkeypatch
):
    asked = []

    def connected(address, resources, stop):
        asked.append((address, resources))
        return nullcontext("the cluster")

    monkeypatch.setattr("recamera_gitops.cli.running.connected", connected)
    script.devices = ()
    far = ("--executor", "dask", "--scheduler", "tls://a:1")
    assert rcg("plan", "gate", "dock", *far).code == 0
    assert rcg("drift", *far).code == 0
    assert rcg("plan").code == 0
    assert asked == [("tls://a:1", {"site-hq"}), ("tls://a:1", {"site-hq", "site-far"})]
    assert script.clusters == ["the cluster", "the cluster", None]


def test_without_the_extra_it_is_said_what_to_install(rcg, fleet, script, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    ended = rcg("plan", "--executor", "dask", "--scheduler", "tls://a:1")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "error: distributed is missing\n    hint: pip install 'recamera-gitops[dask]'\n"
    )
    assert script.asked == []
