"""Names of variables: after what they are for, one for equal secrets, nobody else's."""

import re

from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.naming import Found, named
from recamera_gitops.secret import Secret

RTSP, SUB = "stream.main.rtsp.password", "stream.sub.rtsp.password"


def names(*found, known=None, used=(), environment=None):
    made = named(
        [Found(camera, path, Secret(value)) for camera, path, value in found],
        {Secret(value): text for value, text in (known or {}).items()},
        used,
        environment or {},
    )
    return [made.references[camera, path] for camera, path, _ in found]


def test_a_secret_is_named_after_its_camera_and_what_it_is_for():
    assert names(("gate-north", RTSP, "one")) == ["${env:GATE_NORTH_RTSP_PASSWORD}"]
    assert names(("7.up", "system.api.key", "one")) == ["${env:CAMERA_7_UP_API_KEY}"]
    assert names(("", "notify.mqtt.password", "one")) == ["${env:MQTT_PASSWORD}"]


def test_equal_secrets_share_a_variable():
    assert names(("a", RTSP, "one"), ("a", SUB, "one")) == ["${env:A_RTSP_PASSWORD}"] * 2
    assert names(("a", RTSP, "one"), ("b", RTSP, "one")) == ["${env:RTSP_PASSWORD}"] * 2
    assert names(("a", RTSP, "one"), known={"one": "${env:PW}"}) == ["${env:PW}"]


def test_different_secrets_of_one_kind_have_longer_names_then_numbers():
    assert names(("a", RTSP, "one"), ("a", SUB, "two")) == [
        "${env:A_RTSP_PASSWORD}",
        "${env:A_SUB_RTSP_PASSWORD}",
    ]
    assert names(("a-b", RTSP, "one"), ("a.b", RTSP, "two"), ("a_b", RTSP, "three")) == [
        "${env:A_B_RTSP_PASSWORD}",
        "${env:A_B_MAIN_RTSP_PASSWORD}",
        "${env:A_B_RTSP_PASSWORD_2}",
    ]


def test_a_name_that_is_used_or_set_for_something_else_is_passed_over():
    longer = ["${env:A_MAIN_RTSP_PASSWORD}"]
    assert names(("a", RTSP, "one"), used=["A_RTSP_PASSWORD"]) == longer
    assert names(("a", RTSP, "one"), environment={"A_RTSP_PASSWORD": "two"}) == longer
    same = names(
        ("a", RTSP, "one"), used=["A_RTSP_PASSWORD"], environment={"A_RTSP_PASSWORD": "one"}
    )
    assert same == ["${env:A_RTSP_PASSWORD}"]


_found = st.tuples(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True),
    st.sampled_from([RTSP, SUB, "system.api.key", "notify.mqtt.password"]),
    st.sampled_from(["one", "two", "three"]),
)


@given(st.lists(_found, max_size=12, unique_by=lambda each: each[:2]))
def test_a_name_means_one_secret_and_is_a_name(found):
    by_name = {}
    for reference, (_, _, value) in zip(names(*found), found, strict=True):
        name = re.fullmatch(r"\$\{env:([A-Z_][A-Z0-9_]*)\}", reference)[1]
        assert by_name.setdefault(name, value) == value


def test_a_variable_shows_nothing_of_its_secret():
    made = named([Found("a", RTSP, Secret("c4n-not-shown"))], {}, (), {})
    assert "c4n" not in repr(made)
