import pytest

IMAGE = "/image/0"
ADJUSTMENT = {"iBrightness": 61, "iContrast": 50, "iHue": 50, "iSaturation": 50, "iSharpness": 50}


def enter(admin, scene):
    return admin.put("/image/0/scene", {"iProfile": scene})


def brightness(admin, scene=2):
    return admin.get(IMAGE)["profile"][scene]["imageAdjustment"]["iBrightness"]


def section(admin, scene, key, path, **change):
    shown = admin.get(IMAGE)["profile"][scene][key]
    return admin.put(f"/image/0/{scene}/{path}", shown | change)


def test_a_section_outside_edit_mode_is_refused(person):
    admin = person()
    assert admin.put("/image/0/2/adjustment", ADJUSTMENT)["code"] == 400
    assert brightness(admin) == 50
    assert admin.violations[0].startswith("outside-edit: /image/0/2/adjustment")


def test_a_section_of_another_scene_is_refused(person):
    admin = person()
    enter(admin, 1)
    assert admin.put("/image/0/2/adjustment", ADJUSTMENT)["code"] == 400


def test_edits_are_live_saved_by_scene_save_and_dropped_without(person):
    admin = person()
    enter(admin, 2)
    assert admin.put("/image/0/2/adjustment", ADJUSTMENT)["code"] == 0
    assert brightness(admin) == 61
    enter(admin, -1)
    assert brightness(admin) == 50
    enter(admin, 2)
    admin.put("/image/0/2/adjustment", ADJUSTMENT)
    assert admin.post("/image/0/scene-save")["code"] == 0
    enter(admin, -1)
    assert brightness(admin) == 61
    assert admin.violations == []


def test_what_is_changed_after_the_save_is_dropped(person):
    admin = person()
    enter(admin, 2)
    admin.put("/image/0/2/adjustment", ADJUSTMENT)
    admin.post("/image/0/scene-save")
    admin.put("/image/0/2/adjustment", ADJUSTMENT | {"iBrightness": 70})
    enter(admin, -1)
    assert brightness(admin) == 61


@pytest.mark.parametrize("flavour", ["leave-commits", "no-scene-save"])
def test_leaving_alone_can_save(person, flavour):
    admin = person(flavour)
    enter(admin, 2)
    admin.put("/image/0/2/adjustment", ADJUSTMENT)
    enter(admin, -1)
    assert brightness(admin) == 61


def test_scene_save_may_be_unknown(person):
    admin = person("no-scene-save")
    enter(admin, 2)
    assert admin.post("/image/0/scene-save")["code"] == 404
    assert admin.violations == []


@pytest.mark.parametrize(("flavours", "kept"), [((), 50), (("expiry-commits",), 61)])
def test_edit_mode_ends_after_five_minutes(person, flavours, kept):
    admin = person(*flavours)
    enter(admin, 2)
    admin.put("/image/0/2/adjustment", ADJUSTMENT)
    admin.clock.now += 299.9
    assert brightness(admin) == 61
    admin.clock.now += 0.1
    assert brightness(admin) == kept
    assert admin.violations == ["edit-expired: edit mode of scene 2 was never left"]
    assert admin.post("/image/0/scene-save")["code"] == 400


def test_entering_another_scene_drops_the_edits_and_is_a_breach(person):
    admin = person()
    enter(admin, 2)
    admin.put("/image/0/2/adjustment", ADJUSTMENT)
    enter(admin, 1)
    assert brightness(admin) == 50
    assert admin.violations == ["edit-overlap: scene 1 entered while scene 2 is edited"]


def test_entering_the_same_scene_again_keeps_the_edits(person):
    admin = person()
    enter(admin, 2)
    admin.put("/image/0/2/adjustment", ADJUSTMENT)
    enter(admin, 2)
    assert brightness(admin) == 61
    assert admin.violations == []


@pytest.mark.parametrize("body", [{"iProfile": 3}, {"iProfile": "1"}, {"iProfileCur": 1}])
def test_the_scene_is_a_number_up_to_two(person, body):
    assert person().put("/image/0/scene", body)["code"] == 400


def test_leaving_what_was_never_entered_is_harmless(person):
    admin = person()
    assert enter(admin, -1)["code"] == 0
    assert admin.violations == []


def test_the_current_profile_follows_the_edit(person):
    admin = person()
    enter(admin, 2)
    assert admin.get(IMAGE)["nightToDay"]["iProfileCur"] == 2
    enter(admin, -1)
    assert admin.get(IMAGE)["nightToDay"]["iProfileCur"] == 0


@pytest.mark.parametrize(
    ("key", "path", "change", "code"),
    [
        ("BLC", "blc", {"sHDR": "open"}, 0),
        ("BLC", "blc", {"sHDR": "open", "sHLC": "open"}, 400),
        ("BLC", "blc", {"sBLCRegion": "open", "sHLC": "open"}, 400),
        ("BLC", "blc", {"iHDRLevel": 2}, 400),
        ("BLC", "blc", {"iHLCLevel": 0}, 400),
        ("BLC", "blc", {"iDarkBoostLevel": 0}, 400),
        ("exposure", "exposure", {"sExposureMode": "manual", "sExposureTime": "1/30"}, 0),
        ("exposure", "exposure", {"sExposureMode": "manual", "sExposureTime": "1/29"}, 400),
        ("exposure", "exposure", {"sExposureTime": "1/6"}, 0),
        ("exposure", "exposure", {"sExposureTime": "1/0"}, 400),
        ("exposure", "exposure", {"iExposureGain": 0}, 400),
        ("whiteBlance", "white-blance", {"sWhiteBlanceStyle": "outdoor"}, 0),
        ("whiteBlance", "white-blance", {"iWhiteBalanceCT": 2799}, 400),
        ("imageEnhancement", "enhancement", {"iNoiseReduceMode": 2}, 400),
        ("imageEnhancement", "enhancement", {"iSpatialDenoiseLevel": 101}, 400),
        ("imageAdjustment", "adjustment", {"iHue": 50.0}, 400),
    ],
)
def test_rules_of_the_sections(person, key, path, change, code):
    admin = person()
    enter(admin, 1)
    assert section(admin, 1, key, path, **change)["code"] == code


def test_the_backlights_switch_over_in_one_write(person):
    admin = person()
    enter(admin, 0)
    section(admin, 0, "BLC", "blc", sHDR="open")
    assert section(admin, 0, "BLC", "blc", sHDR="close", sHLC="open")["code"] == 0


def test_denoise_levels_are_forced_while_denoising_is_off(person):
    admin = person()
    enter(admin, 0)
    section(admin, 0, "imageEnhancement", "enhancement", iSpatialDenoiseLevel=80)
    section(admin, 0, "imageEnhancement", "enhancement", iNoiseReduceMode=0)
    enhancement = admin.get(IMAGE)["profile"][0]["imageEnhancement"]
    assert list(enhancement.values()) == [0, 50, 50]


@pytest.mark.parametrize(("flavours", "contrast"), [((), 50), (("image-merge",), 77)])
def test_a_partial_section_resets_or_merges(person, flavours, contrast):
    admin = person(*flavours)
    admin.camera.patch(IMAGE, {"profile": {"2": {"imageAdjustment": {"iContrast": 77}}}})
    enter(admin, 2)
    admin.put("/image/0/2/adjustment", {"iBrightness": 61})
    shown = admin.get(IMAGE)["profile"][2]["imageAdjustment"]
    assert (shown["iBrightness"], shown["iContrast"]) == (61, contrast)
    assert "partial: /image/0/2/adjustment iContrast left out" in admin.violations


def test_device_wide_settings_need_no_edit_mode(person):
    admin = person()
    shown = admin.get(IMAGE)
    turned = shown["videoAdjustment"] | {"iImageRotation": 90}
    assert admin.put("/image/0/video-adjustment", turned)["code"] == 0
    assert admin.put("/image/0/night-to-day", shown["nightToDay"] | {"iMode": 1})["code"] == 0
    after = admin.get(IMAGE)
    assert (after["videoAdjustment"], after["nightToDay"]["iMode"]) == (turned, 1)
    assert admin.violations == []


@pytest.mark.parametrize("dusk", [28800, 0, 86401])
def test_dusk_is_later_than_dawn(person, dusk):
    admin = person()
    shown = admin.get(IMAGE)["nightToDay"]
    assert admin.put("/image/0/night-to-day", shown | {"iDuskTime": dusk})["code"] == 400


def test_the_current_profile_cannot_be_written(person):
    admin = person()
    shown = admin.get(IMAGE)["nightToDay"]
    admin.put("/image/0/night-to-day", shown | {"iProfileCur": 2})
    assert admin.get(IMAGE)["nightToDay"]["iProfileCur"] == 0
    assert admin.violations == ["read-only: /image/0/night-to-day iProfileCur changed"]


def test_posting_the_whole_object_resets_it(person):
    admin = person()
    factory = admin.get(IMAGE)
    admin.camera.patch(IMAGE, {"videoAdjustment": {"iImageRotation": 90}})
    assert admin.post(IMAGE, {"profile": []})["code"] == 400
    assert admin.post(IMAGE, admin.get(IMAGE))["code"] == 0
    assert admin.get(IMAGE) == factory


def test_raising_the_frame_rate_past_a_manual_shutter_is_a_breach(person):
    admin = person()
    enter(admin, 0)
    section(admin, 0, "exposure", "exposure", sExposureMode="manual", sExposureTime="1/30")
    admin.post("/image/0/scene-save")
    enter(admin, -1)
    admin.edit("/video/0/encode", {"sFrameRate": "25"}, method="PUT")
    assert admin.violations == []
    admin.edit("/video/0/encode", {"sFrameRate": "60"}, method="PUT")
    assert admin.violations == ["shutter-too-long: scene 0 at 60 frames"]
