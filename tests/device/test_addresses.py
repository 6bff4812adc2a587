"""What networks, ranges and addresses mean together."""

import ipaddress
from itertools import chain, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.device.addresses import MOST, spans_of
from recamera_gitops.errors import InvalidInput


def meant(*texts):
    return list(chain.from_iterable(spans_of(texts)))


@pytest.mark.parametrize(
    ("texts", "addresses"),
    [
        (["192.0.2.7"], ["192.0.2.7"]),
        (["192.0.2.0/30"], ["192.0.2.1", "192.0.2.2"]),
        (["192.0.2.2/30"], ["192.0.2.1", "192.0.2.2"]),
        (["192.0.2.0/31"], ["192.0.2.0", "192.0.2.1"]),
        (["192.0.2.9/32"], ["192.0.2.9"]),
        (["192.0.2.8-192.0.2.10"], ["192.0.2.8", "192.0.2.9", "192.0.2.10"]),
        (["192.0.2.8-9"], ["192.0.2.8", "192.0.2.9"]),
        ([" 192.0.2.8 - 9 "], ["192.0.2.8", "192.0.2.9"]),
        (["fd00::10"], ["fd00::10"]),
        (["[fd00::10]"], ["fd00::10"]),
        (["fd00::9-fd00::a"], ["fd00::9", "fd00::a"]),
        (["fd00::/126"], ["fd00::1", "fd00::2", "fd00::3"]),
        (["fe80::1%br-lan"], ["fe80::1%br-lan"]),
        (["127.0.0.1", "::1"], ["127.0.0.1", "::1"]),
        (["192.0.2.2", "192.0.2.0/30", "192.0.2.1-2"], ["192.0.2.1", "192.0.2.2"]),
        (["192.0.2.0/30", "192.0.2.3"], ["192.0.2.1", "192.0.2.2", "192.0.2.3"]),
    ],
    ids=str,
)
def test_every_address_is_meant_once_and_in_order(texts, addresses):
    assert meant(*texts) == addresses


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gate.local", "this is no address, range or network"),
        ("", "this is no address, range or network"),
        ("192.0.2.0/33", "this is no network"),
        ("1-2", "this is no address, range or network"),
        ("192.0.2.9-8", "this range ends before it begins"),
        ("192.0.2.9-300", "this is no address, range or network"),
        ("192.0.2.9-fd00::9", "a range begins and ends in the same network"),
        ("0.0.0.0/32", "0.0.0.0 is an unspecified address, and no camera's"),
        ("0.0.1.0/24", "0.0.1.1 is an unspecified address, and no camera's"),
        ("::", ":: is an unspecified address, and no camera's"),
        ("255.255.255.255", "255.255.255.255 is the broadcast address, and no camera's"),
        ("239.1.0.0/24", "239.1.0.1 is a multicast address, and no camera's"),
        ("223.255.255.255-224.0.0.1", "224.0.0.1 is a multicast address, and no camera's"),
        ("240.0.0.1", "240.0.0.1 is a reserved address, and no camera's"),
        ("ff02::1", "ff02::1 is a multicast address, and no camera's"),
        ("fe80::1", "this needs the interface it is behind"),
        ("::ffff:192.0.2.1", "this is an IPv4 address"),
        ("10.0.0.0/15", "these are 131070 addresses; 65536 are the most"),
        ("fd00::/64", f"these are {2**64 - 1} addresses; 65536 are the most"),
    ],
)
def test_what_no_camera_can_have_is_refused(text, message):
    with pytest.raises(InvalidInput) as refused:
        spans_of([text])
    assert [each.message for each in refused.value.diagnostics] == [message]


def test_every_mistake_is_told_at_once_and_names_what_was_typed():
    with pytest.raises(InvalidInput) as refused:
        spans_of(["192.0.2.1", "x", "224.0.0.1", "\x1b[2J"])
    told = [each.path for each in refused.value.diagnostics]
    assert told == ["x", "224.0.0.1", "\\u001b[2J"]


def test_the_sum_has_a_limit_in_which_no_address_counts_twice():
    assert (
        sum(each.count for each in spans_of(["10.0.0.0/16", "10.0.0.0/16", "10.1.0.1-2"])) == MOST
    )
    with pytest.raises(InvalidInput, match="these are 65537 addresses together"):
        spans_of(["10.0.0.0/16", "10.1.0.1-3"])


def test_addresses_are_made_when_they_are_asked_for():
    first = islice(chain.from_iterable(spans_of(["10.0.0.0/16"])), 2)
    assert list(first) == ["10.0.0.1", "10.0.0.2"]


NETWORKS = st.builds(
    lambda number, prefix: ipaddress.ip_network((0x0A000000 + number, prefix), strict=False),
    st.integers(0, 2047),
    st.integers(24, 32),
)


@given(st.lists(NETWORKS, min_size=1, max_size=6))
def test_networks_that_overlap_are_the_union_of_their_hosts(networks):
    hosts = {host for each in networks for host in each.hosts()}
    assert meant(*map(str, networks)) == [str(each) for each in sorted(hosts)]
