"""The image pipeline: device-wide settings, three scenes, and the edit mode that guards them.

A scene's settings are edited live in a buffer. What leaves the buffer for the flash is disputed:
here `scene-save` saves and leaving alone drops what was not saved, unless a flavour differs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import among, problems
from recamera_gitops.emulator.documents import Document, Handler, Routes, Values, revised
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.scenes import (
    NIGHT_TO_DAY,
    SCENES,
    SECTIONS,
    VIDEO_ADJUSTMENT,
    factory_profile,
    scene_section,
)
from recamera_gitops.emulator.trees import copied
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

ROOT = "/image/0"
LEAVE = -1
SCENE_SHAPE = {"iProfile": among(LEAVE, *SCENES)}


@dataclass(slots=True)
class Edit:
    """One open edit session: the scene's settings as they are seen live."""

    scene: int
    profile: Json
    until: float


def documents(flavours: Flavours) -> tuple[Document, ...]:
    """The one object that a GET shows."""
    night_to_day = dict(NIGHT_TO_DAY.factory)
    if "no-profile-cur" in flavours:
        del night_to_day["iProfileCur"]
    factory: Json = {
        "id": 0,
        "videoAdjustment": dict(VIDEO_ADJUSTMENT.factory),
        "nightToDay": night_to_day,
        "profile": [factory_profile(flavours) for _ in SCENES],
    }
    return (Document(ROOT, factory, shown=_live),)


def routes(flavours: Flavours) -> Routes:
    """The addresses that change it."""
    return {path: {verb: handler} for path, verb, handler in _handlers(flavours)}


def _handlers(flavours: Flavours) -> Iterator[tuple[str, str, Handler]]:
    yield ROOT, "POST", _reset
    yield f"{ROOT}/scene", "PUT", _switch
    if "no-scene-save" not in flavours:
        yield f"{ROOT}/scene-save", "POST", _save
    for key, section in (("videoAdjustment", VIDEO_ADJUSTMENT), ("nightToDay", NIGHT_TO_DAY)):
        yield section.path, "PUT", partial(_write_device_wide, key, section)
    for scene in SCENES:
        for key in SECTIONS:
            section = scene_section(key, scene, flavours)
            yield section.path, "PUT", partial(_write_scene, key, section, scene)


def expire(camera: "EmulatedCamera") -> None:
    """End an edit session that was left open for too long (5 minutes [seed])."""
    edit = camera.edit
    if edit is None or camera.clock() < edit.until:
        return
    camera.breach(f"edit-expired: edit mode of scene {edit.scene} was never left")
    if "expiry-commits" in camera.flavours:
        _commit(camera, edit)
    camera.edit = None


def _live(camera: "EmulatedCamera", value: Json, call: Call) -> Json:
    del call
    edit = camera.edit
    profiles = list(value["profile"])
    night_to_day = dict(value["nightToDay"])
    if edit is not None:
        profiles[edit.scene] = edit.profile
    if "iProfileCur" in night_to_day:
        current = night_to_day["iProfileSelect"] if edit is None else edit.scene
        night_to_day["iProfileCur"] = current
    if "live-exposure" in camera.flavours:
        profiles = [_metered(camera, profile) for profile in profiles]
    return {**value, "nightToDay": night_to_day, "profile": profiles}


def _metered(camera: "EmulatedCamera", profile: Json) -> Json:
    exposure = dict(profile["exposure"])
    if exposure["sGainMode"] == "auto":
        exposure["iExposureGain"] = 1 + camera.requests % 7
    if exposure["sExposureMode"] == "auto":
        exposure["sExposureTime"] = f"1/{30 + camera.requests % 5}"
    return {**profile, "exposure": exposure}


def _shown(camera: "EmulatedCamera", call: Call) -> Json:
    return camera.presented(_live(camera, camera.documents[ROOT], call))


def _reset(camera: "EmulatedCamera", call: Call) -> Response:
    body = call.document()
    profile = body.get("profile")
    if not isinstance(profile, list) or len(profile) != len(SCENES):
        raise Refusal(400, "Invalid parameter: profile must be an array of 3")
    modifies = "image-post-modifies" in camera.flavours
    camera.documents[ROOT] = copied(body if modifies else camera.factory[ROOT])
    camera.edit = None
    return camera.written()


def _switch(camera: "EmulatedCamera", call: Call) -> Response:
    body = call.document()
    for problem in problems(SCENE_SHAPE, body):
        raise Refusal(400, problem)
    scene = body["iProfile"]
    if scene == LEAVE:
        _leave(camera)
    else:
        _enter(camera, scene)
    return camera.written()


def _enter(camera: "EmulatedCamera", scene: int) -> None:
    edit = camera.edit
    if edit is not None and edit.scene != scene:
        camera.breach(f"edit-overlap: scene {scene} entered while scene {edit.scene} is edited")
        edit = None
    profile = camera.documents[ROOT]["profile"][scene] if edit is None else edit.profile
    camera.edit = Edit(scene, copied(profile), camera.clock() + camera.edit_seconds)


def _leave(camera: "EmulatedCamera") -> None:
    if camera.edit is not None and camera.flavours & {"leave-commits", "no-scene-save"}:
        _commit(camera, camera.edit)
    camera.edit = None


def _save(camera: "EmulatedCamera", call: Call) -> Response:
    del call
    if camera.edit is None:
        breach = "save-outside-edit: scene-save without edit mode"
        raise Refusal(400, "Not in edit mode", breach=breach)
    _commit(camera, camera.edit)
    return camera.written()


def _commit(camera: "EmulatedCamera", edit: Edit) -> None:
    camera.documents[ROOT]["profile"][edit.scene] = copied(edit.profile)


def _write_device_wide(
    key: str, section: Document, camera: "EmulatedCamera", call: Call
) -> Response:
    body = call.document()
    shown = _shown(camera, call)[key]
    stored = camera.documents[ROOT][key]
    values = Values(stored, shown, camera.factory[ROOT][key])
    camera.documents[ROOT][key] = after = revised(section, camera, values, body)
    return camera.written(after)


def _write_scene(
    key: str, section: Document, scene: int, camera: "EmulatedCamera", call: Call
) -> Response:
    body = call.document()
    edit = camera.edit
    if edit is None or edit.scene != scene:
        breach = f"outside-edit: {section.path} written outside the edit mode of scene {scene}"
        raise Refusal(400, f"Scene {scene} is not in edit mode", breach=breach)
    shown: Mapping[str, Json] = _shown(camera, call)["profile"][scene]
    factory: Json = camera.factory[ROOT]["profile"][scene][key]
    after = revised(section, camera, Values(edit.profile[key], shown[key], factory), body)
    edit.profile[key] = after
    return camera.written(after)
