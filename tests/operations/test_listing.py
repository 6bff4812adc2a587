"""What directories of recordings hold, as the camera lists them, and what of that is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.errors import NotUnderstood, Rejected
from recamera_gitops.operations.listing import Entry, Left, listed, walked
from recamera_gitops.operations.relay import Relay, relayed
from tests.operations.footage import INTERNAL, Post, drive

WHEN = "Thu, 20 Aug 2026 10:00:00 GMT"
STATUS = {
    "lSlots": [{"sDevPath": INTERNAL, "sState": "READY", "bSelected": True, "bEnabled": True}]
}
OPEN = {"dRelayStatus": {"sRelayDirectory": "0" * 32, "iRelayTimeoutRemain": 300}}


def file(name="clip.mp4", **change):
    return {"name": name, "type": "file", "mtime": WHEN, "size": 5, **change}


def opened():
    relay = Relay(None, float)
    drive(relay.opened(), [STATUS, OPEN, OPEN])
    return relay


def seen(*entries, parts=()):
    return drive(listed(opened(), parts), [list(entries)])[1]


@pytest.fixture
def post():
    return Post()


def look(post, flow, *arguments):
    with relayed(post, Relay(None, post.clock.monotonic)) as relay:
        return post.converse(flow(relay, *arguments))


def test_a_directory_is_told_and_everything_below_it(post):
    assert look(post, listed, ()).entries == (
        Entry("2026-08-20", "directory", None, "2026-08-20T10:01:00Z"),
    )
    found = look(post, walked, ())
    assert [each.path for each in found.entries] == [
        "2026-08-20",
        "2026-08-20/clip_0001.mp4",
        "2026-08-20/clip_0002.mp4",
    ]
    assert found.files[1] == Entry("2026-08-20/clip_0002.mp4", "file", 1036, "2026-08-20T10:01:00Z")
    assert found.files[0].stamp == 1_787_220_000


def test_names_with_anything_in_them_are_asked_for_as_they_are(post):
    post.camera.storage.slots[0].files["a b/ü#?.mp4"] = post.files["2026-08-20/clip_0001.mp4"]
    found = look(post, walked, ("a b",))
    assert [each.path for each in found.entries] == ["a b/ü#?.mp4"]
    assert post.camera.violations == []


@pytest.mark.parametrize("parts", [("none",), ("2026-08-20", "clip_0001.mp4")])
def test_what_is_no_directory_is_told_to_be_missing(post, parts):
    with pytest.raises(Rejected, match=f"it has no directory {'/'.join(parts)}"):
        look(post, listed, parts)


@pytest.mark.parametrize("parts", [(), ("2026-08-20",)])
def test_a_camera_that_lists_nothing_is_told_so(parts):
    post = Post("relay-no-listing")
    with pytest.raises(Rejected, match="this camera does not list its recordings: Not found"):
        look(post, listed, parts)


@pytest.mark.parametrize("kind", ["redirect", "html", "garbage", "deep", "endless"])
def test_what_is_no_listing_is_not_understood(post, kind):
    post.camera.faults.add(kind, "/storage/relay/*")
    with pytest.raises(NotUnderstood):
        look(post, listed, ())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../../.bashrc", "the name holds a slash"),
        ("..", "the name leads to another folder"),
        ("", "the name is empty"),
        (".profile", "the name begins with a dot"),
        ("a\x1b[2J", "the name holds characters that cannot be shown"),
        ("x" * 300, "the name is longer than 200 bytes"),
    ],
)
def test_a_hostile_name_is_refused_and_the_others_are_not(name, why):
    found = seen(file(name), file("good.mp4"), parts=("day",))
    assert [each.path for each in found.entries] == ["day/good.mp4"]
    assert [each.reason for each in found.refused] == [why]
    assert "\x1b" not in found.refused[0].path


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"type": "socket"}, "neither a file nor a directory"),
        ({"size": None}, "does not tell its size"),
        ({"size": -1}, "does not tell its size"),
        ({"size": True}, "does not tell its size"),
        ({"size": "5"}, "does not tell its size"),
        ({"size": 1 << 60}, "does not tell its size"),
        ({"mtime": None}, "does not tell its time"),
        ({"mtime": "2026-08-20"}, "does not tell its time"),
        ({"mtime": "Thu, 99 Aug 2026 10:00:00 GMT"}, "does not tell its time"),
        ({"mtime": "Thu, 20 Aug 1026 10:00:00 GMT"}, "does not tell its time"),
    ],
)
def test_an_entry_without_what_is_needed_is_refused(change, why):
    found = seen(file(**change))
    assert found.entries == ()
    assert why in found.refused[0].reason


def test_a_name_that_is_listed_twice_is_refused_the_second_time():
    found = seen(file(size=1), file(size=2))
    assert [each.size_bytes for each in found.entries] == [1]
    assert found.refused == (Left("clip.mp4", "it is listed twice"),)


def test_the_folder_of_thumbnails_is_passed_over_without_a_word():
    assert seen({"name": ".thumb", "type": "directory", "mtime": WHEN}) == seen()


@pytest.mark.parametrize(
    "answer", [{}, {"entries": []}, "x", 5, None, [1], [{"size": 1}], [{"name": 1}]]
)
def test_an_answer_of_another_form_is_not_understood(answer):
    with pytest.raises(NotUnderstood):
        drive(listed(opened(), ()), [answer])


def test_a_directory_that_is_gone_by_now_stops_no_other(post):
    lie = {"name": "gone", "type": "directory", "mtime": WHEN}
    post.camera.storage.lies = [lie]
    found = look(post, walked, ())
    assert found.refused == (
        Left("2026-08-20/gone", "it is no longer there"),
        Left("gone", "it is no longer there"),
    )
    assert len(found.files) == 2


def test_directories_without_an_end_are_given_up():
    class Endless(Relay):
        def listing(self, parts):
            yield from ()
            return [{"name": "again", "type": "directory", "mtime": WHEN}]

    with pytest.raises(NotUnderstood, match="nested too deep"):
        drive(walked(Endless(None, float), ()), [])


@given(
    st.lists(
        st.fixed_dictionaries(
            {"name": st.text()},
            optional={
                "type": st.sampled_from(["file", "directory", "other", "x", None]),
                "size": st.one_of(st.none(), st.integers(), st.text(max_size=3)),
                "mtime": st.one_of(st.just(WHEN), st.text(max_size=5)),
            },
        ),
        max_size=5,
    )
)
def test_every_entry_is_either_taken_or_refused(entries):
    found = seen(*entries)
    passed = [e for e in entries if e["name"] == ".thumb" and e.get("type") == "directory"]
    assert len(found.entries) + len(found.refused) + len(passed) == len(entries)
