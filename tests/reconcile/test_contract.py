"""The contract of every setting: set it, look, plan again, find nothing to do; and touch nothing else."""

import copy

import pytest

from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.resources.base import dig, spelling
from recamera_gitops.resources.catalog import LEAVES
from recamera_gitops.resources.values import same
from tests.conftest import nested, unlike
from tests.reconcile.stories import beside, owned_pointers, values
from tests.resources.strategies import OWNER

EVERYWHERE = ("code-200", "echo-writes", "errors-as-200", "vendor-fields", "float-noise")
OF_FAMILY = {
    "osd": ("lists-shuffled",),
    "video": ("max-rate-200000",),
    "image": (
        *("no-scene-save", "leave-commits", "image-merge", "live-exposure", "noise-reduce-s"),
        *("dark-boost-zero", "no-dark-boost", "no-profile-cur", "expiry-commits"),
    ),
    "record": (
        *("lists-shuffled", "class-filter-ints", "gpio-both", "gpio-number", "sed"),
        *("legacy-trigger-names", "source-filter"),
    ),
    "notify": ("template-obb", "uart-ref"),
    "network": ("wifi-strings",),
    "stream": ("rtsp-url-stored",),
    "audio": ("audio-floor", "audio-strings"),
    "inference": ("metrics-percent", "models-object"),
    "system": ("time-typos", "ftp-sEnabel"),
}
# Left out: what cannot be logged in to, and what the camera has no counterpart for today.
NOT_ON_EVERY_CAMERA = {
    ("no-dark-boost", "dark_boost"),
    ("plain", "obb"),
}
# Walked in tests/moves: what restarts the camera, moves it, or changes how it is logged in to.
ELSEWHERE = {"firmware", "network.lan", "system", "system.https"}
PATHS = [path for path in LEAVES if OWNER[path].path not in ELSEWHERE]
METERED = ("/sExposureTime", "/iExposureGain")  # in mode auto they move by themselves
FLAVOURED = [
    (family, flavour)
    for family, own in OF_FAMILY.items()
    for flavour in (*EVERYWHERE, *own, "loopback-open", "streams-not-exclusive")
]


def wish_for(path, value):
    wish = {**beside(path), path: value}
    password = "network.wifi.password"
    if password in wish:
        wish[password] = "plant-wifi-pass"
    return wish


def absent(path, flavour):
    last = path.rpartition(".")[2]
    if last == "obb":
        return flavour != "template-obb"
    return (flavour, last) in NOT_ON_EVERY_CAMERA


def effects(wish, raw_objects):
    """Pointers that these wishes own, by document."""
    owned = set()
    for path in wish:
        leaf, resource = LEAVES[path], OWNER[path]
        if resource.flow is None:
            raw = dig(raw_objects[resource.get.partition("?")[0]], resource.at)
            owned |= set(owned_pointers(path, leaf, raw, spelling))
        else:  # a conversation may change the whole document
            owned.add((next(resource.documents()).partition("?")[0], ""))
    return owned


def untouched(before, after, owned, flavour):
    for document, old in before.items():
        roots = [pointer for where, pointer in owned if where == document]
        for pointer in unlike(old, after[document]):
            inside = any(pointer == root or pointer.startswith(root + "/") for root in roots)
            noise = same(at(old, pointer), at(after[document], pointer))
            metered = flavour == "live-exposure" and pointer.endswith(METERED)
            assert inside or noise or metered, f"{document}{pointer} has changed"


def at(document, pointer):
    return dig(document, [int(each) if each.isdigit() else each for each in pointer.split("/")[1:]])


@pytest.mark.parametrize("path", PATHS)
def test_set_then_nothing_to_do(rig, path):
    found, flavour = rig(), ""
    camera = found.camera
    sensitive = LEAVES[path].wire.codec.sensitive
    write_only = LEAVES[path].wire.codec.write_only
    for value in values(path, sensitive):
        wish = wish_for(path, value)
        before = copy.deepcopy(camera.documents)
        found.settle(nested(wish))
        assert camera.violations == []
        if OWNER[path].flow is None:
            untouched(before, camera.documents, effects(wish, before), flavour)
        again = found.visit(nested(wish))
        planned = again.plan()
        assert planned.resources == (), planned.resources
        assert any(path in each for each in planned.warnings) is absent(path, flavour)
        outcome = again.apply(planned)
        assert outcome.exit_code == 0
        assert again.writes == []
        assert camera.edit is None
        if not (absent(path, flavour) or write_only):
            (shown,) = [each for each in again.look().managed if each.path == path]
            assert not shown.differs


def whole(family):
    """One legal value of every setting of a family, all at once."""
    wish = {}
    for path in PATHS:
        leaf = LEAVES[path]
        if path.partition(".")[0] == family and not leaf.wire.codec.write_only:
            wish[path] = values(path, leaf.wire.codec.sensitive)[0]
    for path in list(wish):
        wish |= wish_for(path, wish[path]) if beside(path) else {}
    return {**wish, **OVERRIDES.get(family, {})}


OVERRIDES = {
    "video": {
        "video.main.rate_control": "VBR",
        "video.sub.rate_control": "VBR",
        "video.main.frame_rate": 25,
    },
    "stream": {"stream.main.rtsp.enabled": True, "stream.sub.rtsp.enabled": True},
    "notify": {"notify.mode": "mqtt"},
}


@pytest.mark.parametrize(("family", "flavour"), FLAVOURED)
def test_a_whole_family_at_once_whatever_the_flavour(rig, family, flavour):
    found = rig(flavour)
    wish = nested(whole(family))
    before = copy.deepcopy(found.camera.documents)
    found.settle(wish)
    assert found.camera.violations == []
    untouched(before, found.camera.documents, effects(whole(family), before), flavour)
    again = found.visit(wish)
    assert again.plan().resources == ()
    assert again.apply(again.plan()).count(Verdict.VERIFIED) == 0
    assert again.writes == []
    assert found.camera.max_in_flight <= 4


def test_every_family_of_the_catalogue_is_walked():
    assert {path.partition(".")[0] for path in PATHS} == OF_FAMILY.keys()
    assert {OWNER[path].path for path in LEAVES} >= ELSEWHERE
