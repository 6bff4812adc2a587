"""Cameras that were found, as a table to import."""

from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.arrivals import Told, arrival, listed
from recamera_gitops.desired.listing import Place, table_of
from recamera_gitops.desired.nodes import mapping_at, text_at

PLACES = st.builds(
    Place,
    st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str),
    st.sampled_from(["http", "https"]),
    st.integers(1, 65535),
)


def test_a_line_is_what_import_takes():
    places = [Place("192.0.2.7", "https", 443), Place("fd00::7", "http", 8180)]
    assert table_of(places, ["Camera-192-0-2-7"], every_port=False) == (
        "host,name,labels,profiles,scheme,port\n"
        "192.0.2.7,camera-192-0-2-7.2,,,https,\n"
        "[fd00::7],camera-fd00--7,,,http,8180\n"
    )


def test_a_port_is_stated_where_the_fleet_says_another_one():
    table = table_of([Place("192.0.2.7", "https", 443)], [], every_port=True)
    assert table.endswith("192.0.2.7,camera-192-0-2-7,,,https,443\n")


@given(st.lists(PLACES, min_size=1, max_size=5))
def test_what_import_reads_of_the_table_is_what_was_found(places):
    rows, problems = listed(table_of(places, [], every_port=True).encode(), "x.csv", Told())
    assert not problems
    documents = [arrival(each).document for each in rows]
    connections = [mapping_at(each, "connection") for each in documents]
    assert [text_at(each, "host").strip("[]") for each in documents] == [e.address for e in places]
    assert [text_at(each, "scheme") for each in connections] == [each.scheme for each in places]
    assert [each.get("port").value for each in connections] == [each.port for each in places]
    assert len({text_at(each, "device") for each in documents}) == len(places)
