"""Files of a camera as their bytes: parts, whole ones, and what comes in their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.device import fetching
from recamera_gitops.device.asking import Fetch
from recamera_gitops.device.session import Standing
from recamera_gitops.errors import NotUnderstood, Rejected
from recamera_gitops.exchange import Response

STANDING = Standing(1, {"Cookie": "token=x"})
VIDEO = {"content-type": "video/mp4"}


def came_of(wanted, response):
    return fetching.piece(wanted, fetching.request(wanted, STANDING), response)


def part(first, last, total, content):
    return Response(206, {**VIDEO, "content-range": f"bytes {first}-{last}/{total}"}, content)


def test_a_whole_file_is_asked_for_without_a_range():
    sent = fetching.request(Fetch("/storage/relay/x/a.mp4"), STANDING)
    assert (sent.path, sent.headers) == ("/storage/relay/x/a.mp4", {"Cookie": "token=x"})


@given(st.integers(0, 10**6), st.integers(1, 10**4))
def test_a_part_is_asked_for_by_its_first_and_last_byte(first, length):
    sent = fetching.request(Fetch("/storage/relay/x/a.mp4", first, length), STANDING)
    assert sent.headers["Range"] == f"bytes={first}-{first + length - 1}"


@given(st.binary(min_size=1, max_size=50), st.integers(0, 60), st.integers(1, 60))
def test_parts_put_together_are_the_file(content, start, length):
    start %= len(content)
    got = content[start : start + length]
    answer = part(start, start + len(got) - 1, len(content), got)
    found = came_of(Fetch("/storage/relay/x/a.mp4", start, length), answer)
    assert (found.content, found.first, found.total) == (got, start, len(content))


def test_a_camera_that_knows_no_ranges_sends_everything():
    found = came_of(Fetch("/download/config.tar", 10, 5), Response(200, VIDEO, b"whole"))
    assert (found.first, found.content, found.total) == (0, b"whole", 5)


@pytest.mark.parametrize(
    "answer",
    [
        part(0, 4, 10, b"12345"),  # another first byte
        part(2, 4, 10, b"12"),  # less than announced
        part(2, 9, 10, b"12345678"),  # more than asked for
        Response(206, VIDEO, b"12345"),
        Response(206, {**VIDEO, "content-range": "bytes two-four/10"}, b"123"),
    ],
)
def test_another_part_than_was_asked_for_is_not_understood(answer):
    with pytest.raises(NotUnderstood):
        came_of(Fetch("/storage/relay/x/a.mp4", 2, 5), answer)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Response(404, {"content-type": "text/html"}, b"<html>"), Rejected),
        (Response(416, {"content-range": "bytes */10"}, b""), Rejected),
        (Response(200, {"content-type": "text/html"}, b"<html>"), NotUnderstood),
        (Response(200, {"content-type": "application/json"}, b'{"code": 404}'), Rejected),
        (Response(200, {"content-type": "application/json"}, b"{}"), NotUnderstood),
    ],
)
def test_what_comes_in_place_of_a_file_is_no_file(answer, error):
    with pytest.raises(error):
        came_of(Fetch("/storage/relay/x/a.mp4"), answer)


def test_a_file_may_itself_be_a_page_or_json():
    for name, kind in (("a.html", "text/html"), ("a.json", "application/json")):
        answer = Response(200, {"content-type": kind}, b'{"code": 5}')
        assert came_of(Fetch(f"/storage/relay/x/{name}"), answer).content == b'{"code": 5}'
