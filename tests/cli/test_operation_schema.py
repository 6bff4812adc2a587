"""The schema of operations: made from their results, and true of the JSON that is made from them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

import pytest
from jsonschema import Draft202012Validator

from recamera_gitops.cli import operation_results, schemas
from recamera_gitops.cli.main import program
from recamera_gitops.cli.operation_schema import operation_schema
from recamera_gitops.desired.schema import text_of
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.operating import Done
from recamera_gitops.report.operated import operated_json
from recamera_gitops.secret import Secret
from tests.conftest import ROOT

COMMANDS = {" ".join(words): command for words, command in program.every_command()}


class State(StrEnum):
    READY = "READY"
    FORMATTING = "FORMATTING"


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot
    of a camera.

    More about it.
    """

    path: str
    state: State
    free_bytes: int | None
    share: float


@dataclass(frozen=True, slots=True)
class Storage:
    """What storage a camera has."""

    slots: tuple[Slot, ...]
    selected: Slot | None
    way: Literal["SYNC", "ASYNC"]
    key: Secret | None
    span: tuple[int, float]
    ages: Mapping[str, int]
    busy: bool = False


SLOT = Slot("/dev/sda1", State.READY, 5, 0.5)
STORAGE = Storage((SLOT,), None, "SYNC", Secret("made-up-key"), (1, 2), {"a": 1})
SCHEMA = operation_schema({"storage status": Storage, "device reboot": str, "files rm": type(None)})
VALIDATOR = Draft202012Validator(SCHEMA)


def told(name, *values):
    done = [Done(f"gate-{number}", "192.0.2.1", each) for number, each in enumerate(values)]
    failed = Done("dock", "192.0.2.9", error="no answer", exit_code=ExitCode.UNREACHABLE)
    return json.loads(json.dumps(operated_json(name, [*done, failed])))


def test_it_is_a_schema_with_every_dataclass_once():
    Draft202012Validator.check_schema(SCHEMA)
    assert list(SCHEMA["$defs"]) == ["Slot", "Storage"]
    assert SCHEMA["$defs"]["Slot"]["description"] == "A slot of a camera."
    assert SCHEMA["$defs"]["Slot"]["properties"] == {
        "path": {"type": "string"},
        "state": {"enum": ["READY", "FORMATTING"]},
        "free_bytes": {"type": ["integer", "null"]},
        "share": {"type": "number"},
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("storage status", STORAGE),
        ("storage status", replace(STORAGE, selected=SLOT, key=None, slots=())),
        ("device reboot", "V1.1.1"),
        ("files rm", None),
    ],
)
def test_what_an_operation_prints_is_what_the_schema_says(name, value):
    document = told(name, value)
    assert [each.message for each in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        replace(STORAGE, way="LATER"),
        replace(STORAGE, span=(1, 2, 3)),
        replace(STORAGE, span=(1,)),
        replace(STORAGE, busy=1),
        replace(STORAGE, slots=(replace(SLOT, free_bytes="5"),)),
        replace(STORAGE, ages={"a": "1"}),
        "text",
    ],
)
def test_anything_else_is_not(wrong):
    assert not VALIDATOR.is_valid(told("storage status", wrong))
    assert not VALIDATOR.is_valid(told("storage eject", STORAGE))


def test_an_unknown_key_is_not_either():
    document = told("device reboot", "V1.1.1")
    document["devices"][0]["more"] = 1
    assert not VALIDATOR.is_valid(document)


def test_two_results_of_one_name_are_a_defect():
    other = dataclass(frozen=True)(type("Slot", (), {"__annotations__": {"path": str}}))
    with pytest.raises(TypeError, match="two results are called Slot"):
        operation_schema({"one": Slot, "other": other})


def test_what_has_no_form_in_json_is_a_defect():
    with pytest.raises(TypeError, match="no form in JSON"):
        operation_schema({"one": bytes})


# --- the operations that there are ------------------------------------------------------------------


def test_the_committed_schema_is_current():
    committed = (ROOT / "schemas" / "operation.schema.json").read_text(encoding="utf-8")
    made = schemas.every()["operation.schema.json"]
    Draft202012Validator.check_schema(made)
    assert committed == text_of(made), "write it again: recamera-gitops schema"


@pytest.mark.parametrize("name", operation_results.RESULTS)
def test_an_operation_is_called_like_a_command_that_prints_json(name):
    (form,) = (each for each in COMMANDS[name].params if "--format" in each.opts)
    assert "json" in form.type.choices


def test_every_result_says_what_it_is():
    for name, made in schemas.every()["operation.schema.json"]["$defs"].items():
        assert made["description"], name
