"""The list of endpoints: what the emulator serves and what settings are written with is on it."""

import pytest

from recamera_gitops.emulator import EmulatedCamera
from recamera_gitops.emulator.flavours import FLAVOURS
from recamera_gitops.resources.catalog import RESOURCES
from tests.conftest import ROOT
from tests.reference.addresses import listed, meant

TAGS = {"seed", "wiki", "cgi", "ext", "sdk", "web", "ha"}


def routes():
    """Everything that an emulated camera of whatever flavour serves."""
    alone = [EmulatedCamera(flavours=frozenset({flavour})) for flavour in FLAVOURS]
    cameras = [EmulatedCamera(), *alone]
    return sorted(
        {(method, path) for each in cameras for path in each.routes for method in each.routes[path]}
    )


def test_every_endpoint_is_listed_once_with_its_sources():
    assert len(set(listed())) == len(listed())
    text = (ROOT / "tests" / "reference" / "endpoints.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            assert set(line.partition("  # ")[2].split(", ")) <= TAGS, line


@pytest.mark.parametrize(("method", "path"), routes(), ids=" ".join)
def test_what_the_emulator_serves_is_listed(method, path):
    assert len(meant("WS" if path.startswith("/ws/") else method, path)) == 1


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.path)
def test_what_a_setting_is_read_from_and_written_to_is_listed(resource):
    read, written = meant("GET", resource.get), meant(resource.method, resource.put)
    assert read or not resource.get.startswith("/")
    assert written or not resource.put
