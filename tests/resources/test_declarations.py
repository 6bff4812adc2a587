"""What a declaration must say, whichever setting it is about."""

import pytest
from pydantic import ValidationError

from recamera_gitops.resources.base import Fragment, Impact, Nested, Section, Stage, section_type
from recamera_gitops.resources.catalog import (
    COLLECTIONS,
    CONTEXTS,
    FLOWS,
    LEAVES,
    RESOURCES,
    Config,
    resource_at,
)
from recamera_gitops.resources.declared import Wish, is_below
from recamera_gitops.resources.values import MISSING
from tests.conftest import nested
from tests.resources.strategies import OWNER, info_of

SOURCES = {"cgi", "ref", "sdk", "sdk-local", "wiki", "seed", "web", "ext", "draft", "rockchip"}


def sections(section, path=""):
    yield path, section
    for name, info in section.model_fields.items():
        inner = section_type(info.annotation)
        if inner is not None:
            yield from sections(inner, f"{path}.{name}".lstrip("."))


def accepted(path, value):
    try:
        Config.model_validate(nested({path: value}))
    except ValidationError:
        return False
    return True


def test_every_path_is_declared_once():
    paths = [each.path_of(leaf) for each in RESOURCES for leaf in each.leaves]
    assert len(set(paths)) == len(paths) == len(LEAVES) == len(OWNER)


@pytest.mark.parametrize("path", sorted(LEAVES))
def test_a_setting_has_a_sentence_a_key_and_a_known_source(path):
    leaf = LEAVES[path]
    says = info_of(path).description
    assert says.endswith(".")
    assert says[0].isupper() or says[0].isdigit()
    assert leaf.wire.source in SOURCES
    assert leaf.keys
    assert all(key and " " not in key for key in leaf.keys)


@pytest.mark.parametrize("path", sorted(LEAVES))
def test_what_a_camera_comes_with_and_every_example_may_be_written(path):
    assert all(accepted(path, each) for each in info_of(path).examples or ())
    factory = resource_at(path).factory(LEAVES[path])
    assert factory is MISSING or accepted(path, factory), factory


def test_factory_values_are_known_of_some_settings_and_may_differ_between_resources():
    known = {path: resource_at(path).factory(leaf) for path, leaf in LEAVES.items()}
    known = {path: value for path, value in known.items() if value is not MISSING}
    assert 60 < len(known) < len(LEAVES)
    assert known["video.main.resolution"] == "3840x2160"
    assert known["video.sub.resolution"] == "640x480"
    assert known["image.scenes.night.denoise.enabled"] is True
    assert "video.main.gop" not in known  # cameras were seen with several


@pytest.mark.parametrize("path", sorted(LEAVES))
@pytest.mark.parametrize("value", [{"no": "such"}, [[["x"]]], object(), b"bytes"])
def test_a_value_of_another_kind_is_refused(path, value):
    assert not accepted(path, value)


@pytest.mark.parametrize("path", sorted(p for p in LEAVES if LEAVES[p].wire.when))
def test_a_dependent_setting_names_a_value_that_its_sibling_can_have(path):
    when = LEAVES[path].wire.when
    assert accepted(f"{path.rpartition('.')[0]}.{when.sibling}", when.value)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.path)
def test_a_resource_is_read_and_can_be_written(resource):
    assert resource.leaves
    if resource.path != "system":  # which is also the parent of other resources
        assert is_below(resource.path, resource.address)
    assert resource.impact
    assert all(isinstance(each, Impact) for each in resource.impact)
    assert resource.settles > 0
    if resource.flow is None:
        assert resource.get.startswith("/")
        assert resource.put.startswith("/")
        assert resource.method in {"POST", "PUT"}
    else:
        assert resource.flow in FLOWS
        assert not resource.put


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.path)
def test_no_two_settings_of_an_object_share_a_key(resource):
    if resource.flow is None:
        keys = [key for leaf in resource.leaves for keys in leaf.keys for key in keys.split("|")]
        assert len(set(keys)) == len(keys)


def test_resources_are_in_the_order_of_their_stages():
    stages = [each.stage for each in RESOURCES]
    assert stages == sorted(stages)
    assert set(stages) <= set(Stage)


def test_settings_of_one_address_are_neighbours():
    seen = [each.address for each in RESOURCES]
    first = list(dict.fromkeys(seen))
    assert sorted(seen, key=first.index) == seen


@pytest.mark.parametrize(("path", "section"), tuple(sections(Config)))
def test_every_section_says_what_it_is_and_takes_nothing_else(path, section):
    assert (section.__doc__ or "").strip().endswith("."), path
    assert section.model_config["extra"] == ("allow" if section is Fragment else "forbid")
    assert section.model_config["strict"]
    assert section.model_config["hide_input_in_errors"]
    for info in section.model_fields.values():
        if any(isinstance(note, Nested) for note in info.metadata):
            assert issubclass(section_type(info.annotation), Section)


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda each: each.name)
def test_a_context_is_wanted_by_some_settings_and_not_by_others(context):
    paths = [*LEAVES, *(f"{each.path}.some.rknn" for each in COLLECTIONS)]
    wanting = [path for path in paths if context.wanted({path: Wish("manual")})]
    assert 0 < len(wanting) < len(LEAVES)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("image.day_night.dawn", "0\u0660:00:00"),
        ("image.day_night.dusk", "1\u0668:30:00"),
        ("video.main.resolution", "1\u066280x720"),
        ("image.scenes.day.exposure.time", "1/1\u0660"),
    ],
)
def test_digits_are_ascii(path, value):
    assert not accepted(path, value)
