"""What the schema does not know, laid over the object that the known settings are written with."""

import pytest

from recamera_gitops.errors import ExitCode, InvalidInput


def paths(plan):
    return [change.path for device in plan.devices for change in device.changes]


def test_a_fragment_is_compared_written_and_proved(street):
    camera = street.camera({"wire": {"/osd/cfg": {"attribute": {"iOSDFontSize": 16}}}})
    camera.documents["/osd/cfg"]["attribute"]["iOSDFontSize"] = 0
    plan, (outcome,) = street.apply()
    (resource,) = plan.devices[0].resources
    assert resource.address == "wire./osd/cfg"
    assert resource.changes[0].path == "wire./osd/cfg"
    assert resource.changes[0].before == {"attribute": {"iOSDFontSize": 0}}
    assert outcome.exit_code is ExitCode.DONE, outcome
    ((method, path, body),) = street.writes()
    assert (method, path) == ("POST", "/osd/cfg")
    assert set(body) == set(camera.documents["/osd/cfg"])
    assert not street.plan().devices[0].changes


def test_known_settings_and_fragments_of_a_route_are_one_write(street):
    street.camera(
        {
            "osd": {"date_time": {"enabled": False}},
            "wire": {"/osd/cfg": {"attribute": {"iOSDFontSize": 32}}},
        }
    )
    plan, (outcome,) = street.apply()
    assert [each.address for each in plan.devices[0].resources] == ["osd"]
    assert paths(plan) == ["osd.date_time.enabled", "wire./osd/cfg"]
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert len(street.writes()) == 1


def test_types_count(street):
    camera = street.camera({"wire": {"/video/0/encode": {"iGOP": "50"}}})
    camera.documents["/video/0/encode"]["iGOP"] = 50
    assert paths(street.plan()) == ["wire./video/0/encode"]


def test_a_fragment_inside_an_edit_mode(street):
    camera = street.camera({"wire": {"/image/0/2/adjustment": {"iHue": 7}}})
    plan, (outcome,) = street.apply()
    assert outcome.exit_code is ExitCode.DONE, outcome
    assert [path for _, path, _ in street.writes()] == [
        "/image/0/scene",
        "/image/0/2/adjustment",
        "/image/0/scene-save",
        "/image/0/scene",
    ]
    assert camera.violations == []
    assert len(plan.devices[0].resources) == 1


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"wire": {"/osd/unknown-thing-xyz": {"a": 1}}}, "unknown key"),
        ({"wire": {"/network/lan": {"a": 1}}}, "unknown key"),
        ({"wire": {"/web/setting": {"sEnable": False}}}, "unknown key"),
        ({"wire": {"/notify/cfg": {"dMqtt": {"sPassword": "x"}}}}, "which is secret"),
        (
            {"video": {"main": {"gop": 5}}, "wire": {"/video/0/encode": {"iGOP": 5}}},
            "video.main.gop is declared",
        ),
        ({"video": {"main": {"gop": 5}}, "wire": {"/video/0/encode": 7}}, "expected a mapping"),
    ],
)
def test_mistakes(street, config, words):
    street.camera(config)
    with pytest.raises(InvalidInput, match=words) as caught:
        street.run()
    assert all(each.place for each in caught.value.diagnostics)


def test_an_unknown_route_is_answered_with_the_known_ones(street):
    street.camera({"wire": {"/zzz": {"a": 1}}})
    with pytest.raises(InvalidInput) as caught:
        street.run()
    assert "/osd/cfg" in caught.value.diagnostics[0].hint
