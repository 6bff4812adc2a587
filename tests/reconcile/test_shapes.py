"""A camera that shows only a part of an object is not written: what is left out would fall back."""

import pytest

from recamera_gitops.errors import NotUnderstood
from recamera_gitops.resources.base import dig
from recamera_gitops.resources.catalog import RESOURCES
from tests.conftest import nested
from tests.reconcile.stories import beside, values

PLAIN = [
    each
    for each in RESOURCES
    if each.flow is None and each.path not in ("system.https", "network.lan")
]


def wish_for(resource):
    """The last setting of a resource, which a part of its object lacks first."""
    always = [e for e in resource.leaves if not (e.wire.only_if_shown or e.wire.follows)]
    leaf = always[-1]
    path = resource.path_of(leaf)
    return nested({**beside(path), path: values(path, leaf.wire.codec.sensitive)[0]})


def hollowed(resource, kept):
    """An answer to the read of a resource in which its object has only the first `kept` keys."""

    def shown(document):
        if not resource.at:
            return dict(list(document.items())[:kept])
        found = dig(document, resource.at)
        for key in list(found)[kept:]:
            del found[key]
        return document

    return shown


@pytest.mark.parametrize("kept", [0, 1])
@pytest.mark.parametrize("resource", PLAIN, ids=lambda each: each.path)
def test_a_part_of_an_object_is_no_base_for_a_write(rig, resource, kept, monkeypatch):
    if kept and len(resource.leaves) == 1:
        pytest.skip("one key is the whole of it")
    visit = rig().visit(wish_for(resource))
    answer, shape = visit._answer, hollowed(resource, kept)
    path = resource.get
    monkeypatch.setattr(
        visit, "_answer", lambda at: shape(answer(at)) if at == path else answer(at)
    )
    with pytest.raises(NotUnderstood, match=r"the answer lacks .*; nothing is written"):
        visit.plan()
    assert visit.writes == []


def test_an_object_that_shrinks_between_plan_and_write_is_left_alone(rig, monkeypatch):
    found = rig()
    visit = found.visit(nested({"system.ftp.port": 2121}))
    planned = visit.plan()
    answer = visit._answer
    monkeypatch.setattr(
        visit,
        "_answer",
        lambda at: {"sFtpPort": "21"} if at == "/ftp/setting" else answer(at),
    )
    outcome = visit.apply(planned)
    assert outcome.exit_code == 3
    assert "the answer lacks sEnable" in outcome.error
    assert visit.writes == []


def test_another_form_of_the_slot_is_not_guessed_at(rig, monkeypatch):
    visit = rig().visit({"record": {"storage": {"slot": {"device": "/dev/mmcblk1p1"}}}})
    answer = visit._answer
    other = {"sTargetEnabledSlotDevPath": "/dev/mmcblk0p8"}
    monkeypatch.setattr(
        visit, "_answer", lambda at: other if at == "/record/storage/config" else answer(at)
    )
    with pytest.raises(NotUnderstood, match="unknown form"):
        visit.plan()


def test_a_quality_without_a_meaning_need_not_be_shown(rig):
    found = rig()
    encode = found.camera.documents["/video/0/encode"]
    encode["sRCMode"] = "CBR"
    del encode["sRCQuality"]
    (planned,) = found.visit(nested({"video.main.gop": 33})).plan().resources
    assert [change.path for change in planned.changes] == ["video.main.gop"]
