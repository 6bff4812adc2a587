"""What a file could state of what has drifted, and what it could not."""

import pytest

from recamera_gitops.reconcile.observe import managed_resources, observe, wanted_contexts
from recamera_gitops.reconcile.planner import compare
from recamera_gitops.reconcile.taking import NEVER_WRITTEN, Left, Taken, drifted

RULES = "/record/rule/record-rule-config"
INFERENCE = {
    "record": {
        "trigger": {
            "type": "inference",
            "inference": [
                {"id": "person", "debounce": 3, "classes": ["person", "car"]},
                {"id": "bus", "classes": ["bus"]},
            ],
        }
    }
}


def taken(rig, config, path, merge):
    """What has drifted once somebody has laid `merge` over a camera that was as declared."""
    rig.settle(config)
    rig.camera.patch(path, merge)
    return list(drifted(rig.visit(config).look()))


def test_nothing_has_drifted_on_a_camera_as_declared(rig):
    rig = rig()
    rig.settle(INFERENCE)
    assert list(drifted(rig.visit(INFERENCE).look())) == []


def test_an_item_says_only_what_its_declared_match_says(rig):
    rig = rig()
    rig.settle(INFERENCE)
    rules = rig.camera.documents[RULES]["lInferenceSet"]
    rules[0]["iDebounceTimes"] = 5
    rules[0]["lClassFilter"] = ["bus", "car", "person"]
    rules[1]["iDebounceTimes"] = 9  # nobody has declared it
    (found,) = drifted(rig.visit(INFERENCE).look())
    assert found.after == [
        {"id": "person", "debounce": 5, "classes": ["person", "car", "bus"]},
        {"id": "bus", "classes": ["bus"]},
    ]


def test_a_new_item_says_everything_that_it_shows(rig):
    rig = rig()
    rig.settle(INFERENCE)
    rules = rig.camera.documents[RULES]["lInferenceSet"]
    rules.append({**rules[1], "sID": "truck", "lClassFilter": ["truck"]})
    (found,) = drifted(rig.visit(INFERENCE).look())
    assert found.after[2].keys() == {"id", "debounce", "confidence", "classes", "regions"}


@pytest.mark.parametrize(
    ("fragment", "merge", "expected"),
    [
        (
            {"SNOverlay": {"iPositionX": 0.0}},
            {"SNOverlay": {"iPositionX": 0.25}},
            Taken(
                "wire./osd/cfg",
                {"SNOverlay": {"iPositionX": 0.0}},
                {"SNOverlay": {"iPositionX": 0.25}},
            ),
        ),
        (
            {"inferenceOverlay": {"iEnabled": 1}},
            {"inferenceOverlay": {"iEnabled": 0}},
            Taken(
                "wire./osd/cfg",
                {"inferenceOverlay": {"iEnabled": 1}},
                {"inferenceOverlay": {"iEnabled": 0}},
            ),
        ),
    ],
)
def test_of_an_object_only_what_a_fragment_speaks_about_is_taken(rig, fragment, merge, expected):
    assert taken(rig(), {"wire": {"/osd/cfg": fragment}}, "/osd/cfg", merge) == [expected]


def test_a_part_that_the_camera_has_lost_is_left(rig):
    rig = rig()
    config = {"wire": {"/osd/cfg": {"SNOverlay": {"iPositionX": 0.0}}}}
    rig.settle(config)
    del rig.camera.documents["/osd/cfg"]["SNOverlay"]["iPositionX"]
    assert list(drifted(rig.visit(config).look())) == [
        Left("wire./osd/cfg", "the camera does not show all of it")
    ]


def test_a_fragment_below_a_secretive_key_is_left(rig):
    rig = rig()
    config = {
        "wire": {"/osd/cfg": {"SNOverlay": {"iPositionX": 0.0}, "dLogin": {"sPassword": "a"}}}
    }
    rig.camera.documents["/osd/cfg"]["dLogin"] = {"sPassword": "b"}
    found = [each for each in drifted(rig.visit(config).look()) if isinstance(each, Left)]
    assert found == [Left("wire./osd/cfg", NEVER_WRITTEN)]


def test_a_model_that_came_back_is_left_with_what_to_do(rig):
    config = {"models": {"mobilenet.rknn": "absent"}}
    assert list(drifted(rig().visit(config).look())) == [
        Left(
            "models.mobilenet.rknn",
            "the camera has it; remove `absent` where it stands if it is to stay",
        )
    ]


def test_a_model_that_is_not_there_is_left(rig):
    config = {"models": {"new.rknn": {"info": {"name": "New"}}}}
    visit = rig().visit(config)
    observation = observe(
        visit._gather, managed_resources(visit.declared), wanted_contexts(visit.declared)
    )
    found = list(drifted(compare(visit.declared, observation, judged=False)))
    assert found == [Left("models.new.rknn.info.name", "the camera does not show it")]
