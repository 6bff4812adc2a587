"""The JSON Schema of what commands about the cloud give, made from the dataclasses that they end with."""

from collections.abc import Mapping
from typing import Final

from recamera_gitops.cli.operation_results import RESULTS
from recamera_gitops.cli.operation_schema import Making, camera
from recamera_gitops.cloud.tasks import Task
from recamera_gitops.desired.promised import Schema, list_of, object_of
from recamera_gitops.report.operated import FORMAT_VERSION
from recamera_gitops.report.operations.cloud import Conversion

CLOUD_RESULTS: Final[Mapping[str, object]] = {
    "cloud list": tuple[Task, ...],
    "cloud status": Task,
    "cloud convert": Conversion,
    "cloud download": Conversion,
    "cloud delete": Task,
}
_INSTALLING: Final = "cloud convert"
_INSTALLED: Final = "models upload"  # what brings the result to cameras


def cloud_schema() -> Schema:
    """The schema of the JSON of these commands."""
    making = Making()
    brought = {"anyOf": [making.of(RESULTS[_INSTALLED]), {"type": "null"}]}
    device = camera({"description": "What was brought there; null where nothing was.", **brought})
    whole = object_of(
        "What SenseCraft told or gave.",
        {
            "format_version": {"const": FORMAT_VERSION, "description": "Version of this form."},
            "operation": {"enum": list(CLOUD_RESULTS), "description": "The command."},
            "result": {"description": "What it gave."},
            "devices": list_of("Cameras that the result was to be brought to.", device),
        },
        optional=("devices",),
    )
    variants = [_variant(name, making.of(kind)) for name, kind in CLOUD_RESULTS.items()]
    return {**whole, "oneOf": variants, "$defs": dict(sorted(making.definitions.items()))}


def _variant(name: str, result: Schema) -> Schema:
    """What is special about one command: the form of its result, and whether there are cameras."""
    devices = {} if name == _INSTALLING else {"devices": False}
    return {"properties": {"operation": {"const": name}, "result": result, **devices}}
