"""Plan in, requests out, for the layer whose product is the requests.

`python tests/reconcile/test_golden.py` writes what is sent today into the stories, to be reviewed.
Each file of `golden/` is a story: flavours, what people did to the camera, the wish, then the plan and
every write of the apply, byte for byte.
"""

import json
import sys
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
STORIES = sorted(GOLDEN.glob("*.json"))


def told(story, make_rig):
    """What the plan shows and what the apply sends."""
    found = make_rig(*story.get("flavours", ()))
    for document, merge in story.get("by_hand", {}).items():
        found.camera.patch(document, merge)
    visit = found.visit(story["wish"])
    planned = visit.plan()
    outcome = visit.apply(planned)
    assert outcome.exit_code == 0, outcome
    assert found.camera.violations == []
    return {
        "plan": {
            resource.address: {
                "impact": list(resource.impact),
                "changes": {each.path: [each.before, each.after] for each in resource.changes},
            }
            for resource in planned.resources
        },
        "warnings": list(planned.warnings),
        "steps": [f"{each.method} {each.path}  {each.summary}" for each in planned.steps],
        "requests": [
            {"request": f"{method} {path}", "body": json.loads(body) if body else None}
            for method, path, body in visit.writes
        ],
    }


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_plan_becomes_exactly_these_requests(path, rig):
    story = json.loads(path.read_text(encoding="utf-8"))
    found = json.loads(json.dumps(told(story, rig)))
    assert {key: story[key] for key in found} == found
    pairs = zip(story["requests"], found["requests"], strict=True)
    assert all(json.dumps(one) == json.dumps(other) for one, other in pairs), "key order or types"


def test_there_are_stories_of_every_family():
    text = "".join(path.read_text(encoding="utf-8") for path in STORIES)
    assert len(STORIES) >= 12
    for family in ("osd", "video", "image", "record", "notify", "network"):
        assert f'"{family}"' in text


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.conftest import Rig

    for each in STORIES:
        before = json.loads(each.read_text(encoding="utf-8"))
        text = json.dumps({**before, **told(before, Rig)}, indent=2, ensure_ascii=False)
        each.write_text(text + "\n", encoding="utf-8")
