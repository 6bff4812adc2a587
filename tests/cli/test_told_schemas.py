"""The schemas of what the cloud and what addresses tell: current, whole, and true of nothing else."""

import json

import pytest
from jsonschema import Draft202012Validator

from recamera_gitops.cli import schemas
from recamera_gitops.cli.cloud_schema import CLOUD_RESULTS
from recamera_gitops.cloud.fetching import Fetched
from recamera_gitops.cloud.tasks import State, Task
from recamera_gitops.desired.schema import text_of
from recamera_gitops.report.discovered import Discovered, Found, discovered_json
from recamera_gitops.report.operations.cloud import Conversion, result_json
from tests.conftest import COMMANDS, ROOT, wrong_in

TASK = Task("a-model", State.UNKNOWN, 0, word="queued")
MADE = Conversion(TASK, Fetched("a-model", "a.rknn", 5, "0" * 32))
FOUND = Discovered(
    3,
    (Found("192.0.2.1", 443, "https", "0" * 64, "gate", "192.0.2.7", notes=("moved",)),),
    (Found("192.0.2.2", 80, "http", reason="another device"),),
    (Found("192.0.2.3", reason="no answer"),),
)


@pytest.mark.parametrize("name", ["cloud", "discover"])
def test_the_committed_schema_is_current(name):
    committed = (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    made = schemas.every()[f"{name}.schema.json"]
    Draft202012Validator.check_schema(made)
    assert committed == text_of(made), "write it again: recamera-gitops schema"


def test_every_command_about_the_cloud_that_prints_json_has_its_result():
    silent = {"cloud login", "cloud logout"}
    assert CLOUD_RESULTS.keys() == {name for name in COMMANDS if name.startswith("cloud ")} - silent


def told(name, value):
    return json.loads(result_json(name, value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("cloud list", ()), ("cloud list", (TASK, TASK)), ("cloud status", TASK)],
        *[("cloud delete", TASK), ("cloud download", MADE), ("cloud convert", Conversion(TASK))],
    ],
)
def test_what_the_cloud_tells_is_promised(name, value):
    assert wrong_in("cloud", told(name, value)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("cloud list", TASK), ("cloud status", (TASK,)), ("cloud download", TASK)],
        *[("cloud delete", None), ("cloud login", TASK), ("cloud convert", MADE.file)],
    ],
)
def test_nothing_else_is(name, value):
    assert wrong_in("cloud", told(name, value))


def test_cameras_stand_only_where_a_result_was_brought_to_them():
    assert wrong_in("cloud", {**told("cloud convert", MADE), "devices": []}) == []
    assert wrong_in("cloud", {**told("cloud status", TASK), "devices": []})
    assert wrong_in("cloud", {**told("cloud convert", MADE), "devices": [{"device": "gate"}]})


def test_what_addresses_tell_is_promised():
    assert wrong_in("discover", discovered_json(FOUND)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        *[{"port": 0}, {"scheme": "ftp"}, {"fingerprint": "0" * 64}, {"notes": None}, {"more": 1}],
        {"address": None},
    ],
)
def test_no_other_address_is(wrong):
    document = discovered_json(FOUND)
    document["recamera"][0] |= wrong
    assert wrong_in("discover", document)
