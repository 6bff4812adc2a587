"""What single operations gave, as people and programs read it."""

from dataclasses import dataclass

import pytest

from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.operating import Done
from recamera_gitops.report.operated import View, as_json, operated_json, operated_text
from recamera_gitops.secret import Secret


@dataclass(frozen=True, slots=True)
class Inner:
    level: int | None


@dataclass(frozen=True, slots=True)
class Found:
    state: str
    parts: tuple[Inner, ...] = ()
    key: Secret | None = None


VIEW = View[Found](
    ("state", "parts"),
    lambda found: (found.state, str(len(found.parts))),
    lambda found, paint: [f"state {found.state}", *(f"part {each.level}" for each in found.parts)],
)
GOOD = Done("gate", "192.0.2.1", Found("ready", (Inner(1), Inner(None)), Secret("k-3y")))
AWAY = Done("dock", "192.0.2.2", error="no answer", exit_code=ExitCode.UNREACHABLE)


def test_several_cameras_are_a_table_with_what_failed_below_it():
    found = operated_text((GOOD, AWAY, GOOD), VIEW)
    assert found == (
        "camera  state  parts\ngate    ready  2\ngate    ready  2\ndock  unreachable: no answer\n"
    )


def test_one_camera_is_told_in_full():
    assert operated_text((GOOD,), VIEW) == "state ready\npart 1\npart None\n"
    assert operated_text((AWAY,), VIEW) == "dock  unreachable: no answer\n"


def test_the_json_has_every_field_and_no_secret():
    assert operated_json("look", (GOOD, AWAY)) == {
        "format_version": "1.0",
        "operation": "look",
        "devices": [
            {
                "device": "gate",
                "host": "192.0.2.1",
                "error": None,
                "exit_code": 0,
                "result": {"state": "ready", "parts": [{"level": 1}, {"level": None}], "key": None},
            },
            {
                "device": "dock",
                "host": "192.0.2.2",
                "error": "no answer",
                "exit_code": 4,
                "result": None,
            },
        ],
    }


def test_what_has_no_form_in_json_is_a_defect():
    with pytest.raises(TypeError):
        as_json(object())
