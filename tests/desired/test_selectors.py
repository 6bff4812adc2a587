import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.selectors import Selector, select
from recamera_gitops.errors import InvalidInput

LABELS = {"site": "hq", "role": "gate", "ring": "canary"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("site=hq", True),
        ("site==hq", True),
        ("site = hq , role = gate", True),
        ("site=lab", False),
        ("role!=gate", False),
        ("floor!=3", True),
        ("ring in (canary,early)", True),
        ("ring in ( early )", False),
        ("ring notin (canary,early)", False),
        ("floor notin (1,2)", True),
        ("site", True),
        ("!site", False),
        ("!floor", True),
        ("site=hq,role!=dock,ring in (canary,early)", True),
        ("site=hq,role!=gate,ring in (canary,early)", False),
        ("all", True),
    ],
)
def test_a_selector_means_what_it_says(text, expected):
    assert Selector.parse(text).matches(LABELS) is expected


@pytest.mark.parametrize(
    "text",
    ["", ",", "a=", "=b", "a==", "a in b", "a in ()", "a in (b", "a b", "!a=b", "a=b,", "a=b c"],
)
def test_anything_else_is_no_selector(text):
    with pytest.raises(ValueError, match="is no selector"):
        Selector.parse(text)


@given(st.text("ab=!,() in", max_size=20))
def test_no_text_breaks_the_parser(text):
    try:
        Selector.parse(text).matches(LABELS)
    except ValueError as error:
        assert "is no selector" in str(error)  # noqa: PT017


@pytest.fixture
def fleet(repository):
    for name, site in {"gate-north": "hq", "gate-south": "hq", "lobby": "lab"}.items():
        repository.write(
            f"devices/{name}.yaml", f"device: {name}\nhost: {name}\nlabels: {{site: {site}}}\n"
        )
    return repository.load()


@pytest.mark.parametrize(
    ("names", "selector", "expected"),
    [
        ((), None, ["gate-north", "gate-south", "lobby"]),
        (("lobby", "gate-north"), None, ["gate-north", "lobby"]),
        (("gate-*",), None, ["gate-north", "gate-south"]),
        (("gate-*", "gate-north"), None, ["gate-north", "gate-south"]),
        ((), "site=lab", ["lobby"]),
        (("gate-*",), "site=hq", ["gate-north", "gate-south"]),
    ],
)
def test_devices_are_selected_in_the_order_of_the_fleet(fleet, names, selector, expected):
    assert [device.name for device in select(fleet, names, selector)] == expected


@pytest.mark.parametrize(
    ("names", "selector", "rules", "hint"),
    [
        (("gate-nort",), None, ["unknown-device"], "did you mean 'gate-north'?"),
        (("x", "y*"), "z=", ["unknown-device", "nothing-selected", "bad-selector"], None),
        ((), "site=moon", ["nothing-selected"], None),
        (("lobby",), "site=hq", ["nothing-selected"], None),
    ],
)
def test_selecting_nothing_is_an_error(fleet, names, selector, rules, hint):
    with pytest.raises(InvalidInput) as caught:
        select(fleet, names, selector)
    assert [d.rule for d in caught.value.diagnostics] == rules
    assert hint in (None, caught.value.diagnostics[0].hint)


def test_a_fleet_without_devices_has_nothing_to_select(repository):
    assert select(repository.load()) == ()
