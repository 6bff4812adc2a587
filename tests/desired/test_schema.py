"""The schemas in the repository are current, and say the same as the loader."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from recamera_gitops.desired.document import parse
from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.nodes import value_of
from recamera_gitops.desired.reference import settings_markdown
from recamera_gitops.desired.resolve import resolve
from recamera_gitops.desired.schema import schemas, text_of
from recamera_gitops.errors import Place
from recamera_gitops.reconcile.plan import (
    Action,
    Change,
    DevicePlan,
    Plan,
    PlannedRequest,
    ResourcePlan,
    Status,
    plan_json,
)
from recamera_gitops.resources.catalog import LEAVES
from tests.conftest import lookup

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/fleet"
ENVIRONMENT = {
    "RECAMERA_PASSWORD": "recamera",
    "MQTT_PASSWORD": "mqtt-pass",
    "PLANT_WIFI_PASSWORD": "plant-wifi-pass",
}


def errors(name, document):
    return [e.message for e in Draft202012Validator(schemas()[name]).iter_errors(document)]


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_committed_schema_is_current(name):
    committed = (ROOT / "schemas" / name).read_text(encoding="utf-8")
    assert committed == text_of(schemas()[name]), "write them again: recamera-gitops schema"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_every_schema_is_one(name):
    document = schemas()[name]
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"urn:recamera-gitops:file/{name.partition('.')[0]}"


@pytest.mark.parametrize(
    "name",
    sorted(set(schemas()) - {"plan.schema.json", "drift.schema.json", "webhook.schema.json"}),
)
def test_every_key_is_described(name):
    document = schemas()[name]
    for holder in (document, *document["$defs"].values()):
        for key, schema in holder.get("properties", {}).items():
            assert schema.get("description"), key
            assert "title" not in schema


@pytest.mark.parametrize("path", sorted(EXAMPLE.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_example_fits_the_schema_it_names(path):
    content = path.read_bytes()
    named = content.decode().partition("$schema=")[2].partition("\n")[0]
    assert (path.parent / named).resolve().parent == ROOT / "schemas"
    for document in parse(content, path.name)[0]:
        assert errors(Path(named).name, value_of(document, lambda _: False)) == []


def test_the_example_loads_and_resolves():
    fleet = load(EXAMPLE)
    assert [device.name for device in fleet.devices] == ["dock-east", "gate-north", "lobby"]
    assert {warning.rule for warning in fleet.warnings} == {"plain-http"}
    for device in fleet.devices:
        declared, login = resolve(device, lookup(EXAMPLE, ENVIRONMENT), EXAMPLE)
        assert declared
        assert login.password is not None


def test_the_example_shows_every_family():
    families = ("video.main", "video.sub", "osd.privacy_masks", "image.day_night", "image.scenes")
    more = ("record.schedule", "record.trigger", "notify.mqtt", "network.wifi")
    paths = {path for device in load(EXAMPLE).devices for path in device.declared}
    for family in (*families, *more):
        assert any(path.startswith(family + ".") for path in paths), family


CONFIGS = [
    ({"video": {"main": {"gop": 50}}}, True),
    ({"video": {"main": {"gop": 500}}}, False),
    ({"video": {"main": {"gop": "50"}}}, False),
    ({"video": {"main": {"gop": None}}}, True),
    ({"video": {"main": None}}, True),
    ({"video": {"main": {"gopp": 1}}}, False),
    ({"image": {"flip": "none"}}, True),
    ({"image": {"flip": "sideways"}}, False),
    ({"osd": {"font": {"color": "xyz"}}}, False),
    ({"osd": {"privacy_masks": {"regions": [{"x": 0, "y": 0, "width": 1, "height": 1}]}}}, True),
    ({"osd": {"privacy_masks": {"regions": [None]}}}, False),
]


@pytest.mark.parametrize(("config", "fits"), CONFIGS)
def test_schema_and_loader_agree(repository, config, fits):
    document = {"device": "gate", "host": "h", "config": config}
    assert (errors("device.schema.json", document) == []) is fits
    repository.write("devices/gate.yaml", json.dumps(document))
    if fits:
        repository.load()
    else:
        assert repository.problems()


def test_settings_that_are_no_text_may_be_a_reference():
    config = {"video": {"main": {"gop": "${var:gop}", "codec": "${label:codec}"}}}
    assert (
        errors("device.schema.json", {"device": "a", "host": "${device}.lan", "config": config})
        == []
    )


SOURCE = Place("profiles/outdoor.yaml", 12, 11)
CHANGES = (
    Change("image.flip", "none", "both", source=SOURCE),
    Change("notify.mqtt.password", None, None, sensitive=True),
)
RESOURCE = ResourcePlan("image", Action.UPDATE, ("none",), "sha256:" + "0" * 64, CHANGES)
PLAN = Plan(
    "acme",
    "2026-11-22T10:00:00Z",
    "0.1.0",
    (
        DevicePlan("gate", "h", Status.UNREACHABLE, error="no answer", exit_code=4),
        DevicePlan(
            "dock",
            "h",
            Status.CHANGED,
            serial="S",
            firmware="V1.1.1",
            warnings=("cannot be managed",),
            resources=(RESOURCE,),
            steps=(PlannedRequest("PUT", "/image/0", "flip"),),
        ),
    ),
)


def test_a_plan_fits_its_schema():
    document = json.loads(json.dumps(plan_json(PLAN)))
    assert errors("plan.schema.json", document) == []
    assert errors("plan.schema.json", {**document, "secret": 1})


def test_the_reference_of_all_settings_is_current():
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == settings_markdown(), "run: make schema"
    assert all(f"`{leaf.path}`" in settings_markdown() for leaf in LEAVES.values())
