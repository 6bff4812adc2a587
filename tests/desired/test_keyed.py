"""What a fleet says under keys of its own, and in place of a mapping: models and slots."""

import json

import pytest
from jsonschema import Draft202012Validator

from recamera_gitops.artifact import Artifact
from recamera_gitops.desired.catalogue import wrong_address
from recamera_gitops.desired.resolve import resolve
from recamera_gitops.desired.schema import schemas
from recamera_gitops.errors import InvalidInput
from tests.conftest import lookup


@pytest.fixture
def models(repository):
    repository.write("models/a.rknn", b"content")
    return repository


def test_a_model_and_its_places(models):
    models.device(
        """\
        models:
          a.rknn:
            source: models/a.rknn
            info: {classes: [x], metrics: {iou: 0.4}}
          old.v2.rknn: absent
        """
    )
    (device,) = models.load().devices
    found = {path: (wish.value, str(wish.place)) for path, wish in device.declared.items()}
    assert found == {
        "models.a.rknn.source": ("models/a.rknn", "devices/gate.yaml:6:15"),
        "models.a.rknn.info.classes": (["x"], "devices/gate.yaml:7:23"),
        "models.a.rknn.info.metrics.iou": (0.4, "devices/gate.yaml:7:43"),
        "models.old.v2.rknn": ("absent", "devices/gate.yaml:8:18"),
    }


def test_a_file_is_measured_when_a_run_begins(models):
    models.device("models: {a.rknn: {source: models/a.rknn}}\n")
    fleet = models.load()
    (device,) = fleet.devices
    declared, _ = resolve(device, lookup(models.root, {"PW": "x"}), models.root)
    found = declared["models.a.rknn.source"].value
    assert isinstance(found, Artifact)
    assert found.shown() == {
        "file": "models/a.rknn",
        "size": 7,
        "md5": "9a0364b9e99bb480dd25e1f0284c8555",
    }
    (models.root / "models/a.rknn").unlink()
    with pytest.raises(InvalidInput, match=r"no file 'models/a\.rknn'"):
        resolve(device, lookup(models.root, {"PW": "x"}), models.root)


@pytest.mark.parametrize(
    ("config", "rule", "column", "hint"),
    [
        ("models: {a.rknn: {source: models/b.rknn}}", "no-such-file", 29, None),
        ("models: {a.rknn: {source: ../fleet.yaml}}", "outside", 29, None),
        ("models: {a.rknn: {source: models}}", "no-such-file", 29, None),
        ("models: {a.rknn: {source: models/empty.rknn}}", "empty-file", 29, None),
        ("models: {a.rknn: {sourc: models/a.rknn}}", "unknown-key", 21, "did you mean 'source'?"),
        ("models: {a.onnx: absent}", "bad-name", 12, "for example yolo11n.rknn"),
        ("models: {a.rknn: abesnt}", "not-one-of", 20, "did you mean 'absent'?"),
        ("models: {a.rknn: {info: {clases: [x]}}}", "unknown-key", 28, "did you mean 'classes'?"),
        ("models: {a.rknn: 5}", "wrong-type", 20, None),
        ("record: {storage: {slot: none, quota: {rotate: true}}}", "quota-without-slot", 50, None),
        ("record: {storage: {slot: nonee}}", "not-one-of", 28, "did you mean 'none'?"),
        (
            "record: {storage: {slot: {devise: /dev/x}}}",
            "unknown-key",
            29,
            "did you mean 'device'?",
        ),
        (
            "record: {storage: {slot: {device: /dev/x, uuid: y}}}",
            "bad-value",
            28,
            "state one of them, or `slot: none`",
        ),
        ("record: {storage: {slot: {}}}", "bad-value", 28, None),
        ("record: {storage: {slot: {device: x}}}", "bad-form", 37, "for example /dev/mmcblk0p8"),
    ],
)
def test_a_mistake_is_said_once_and_where_it_stands(models, config, rule, column, hint):
    models.write("models/empty.rknn", b"")
    models.device(config + "\n")
    problem = models.only_problem()
    assert problem.rule == rule
    assert str(problem.place) == f"devices/gate.yaml:4:{column}"
    if hint is not None:
        assert problem.hint == hint


def test_a_model_that_inference_runs_cannot_go(models):
    models.device("models: {a.rknn: absent}\ninference: {model: a.rknn}\n")
    assert models.only_problem().rule == "absent-but-running"


def test_a_device_says_otherwise_than_its_profile(models):
    models.write(
        "profiles/base.yaml",
        "profile: base\nconfig: {models: {a.rknn: absent, b.rknn: absent, c.rknn: absent}}\n",
    )
    header = "device: gate\nhost: h\nprofiles: [base]\n"
    models.device("models: {a.rknn: {source: models/a.rknn}, b.rknn: null}\n", header=header)
    (device,) = models.load().devices
    assert device.declared.keys() == {"models.a.rknn.source", "models.c.rknn"}


def test_a_reference_inside_a_slot(repository):
    repository.device(
        "record: {storage: {slot: {uuid: '${var:card}'}}}\n",
        header="device: gate\nhost: h\nvariables: {card: 6A1B-2C3D}\n",
    )
    (device,) = repository.load().devices
    assert device.declared["record.storage.slot"].value == {"uuid": "6A1B-2C3D"}


@pytest.mark.parametrize(
    "path", ["models", "models.a.rknn", "models.a.rknn.info", "models.a.rknn.info.metrics.iou"]
)
def test_an_address_below_a_key(path):
    assert wrong_address(path) is None


@pytest.mark.parametrize("path", ["models.a", "models.a.rknn.soruce", "record.storage.slots"])
def test_an_address_that_leads_nowhere(path):
    assert wrong_address(path) is not None


@pytest.mark.parametrize(
    ("config", "fits"),
    [
        ({"models": {"a.rknn": {"source": "models/a.rknn"}, "b.rkllm": "absent"}}, True),
        ({"models": {"a.rknn": None}}, True),
        ({"models": None}, True),
        ({"models": {"a.rknn": {"info": {"metrics": {"iou": 50}}}}}, True),
        ({"models": {"a.rknn": {"info": {"metrics": {"iou": 101}}}}}, False),
        ({"models": {"a.onnx": "absent"}}, False),
        ({"models": {"a.rknn": "present"}}, False),
        ({"models": "absent"}, False),
        ({"record": {"storage": {"slot": "none"}}}, True),
        ({"record": {"storage": {"slot": {"device": "/dev/sda1"}}}}, True),
        ({"record": {"storage": {"slot": None, "quota": {"limit_bytes": "unlimited"}}}}, True),
        ({"record": {"storage": {"slot": {"dev": "/dev/sda1"}}}}, False),
        ({"record": {"storage": {"quota": {"limit_bytes": -1}}}}, False),
    ],
)
def test_schema_and_loader_agree(models, config, fits):
    document = {"device": "gate", "host": "h", "config": config}
    validator = Draft202012Validator(schemas()["device.schema.json"])
    assert (list(validator.iter_errors(document)) == []) is fits
    models.write("devices/gate.yaml", json.dumps(document))
    if fits:
        models.load()
    else:
        assert models.problems()
