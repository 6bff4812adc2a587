"""The second look at one device agrees with loading it: the same value wins, for every path."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.layers import Kind, Origin, _history
from recamera_gitops.desired.nodes import Mapping, Scalar, Sequence
from recamera_gitops.desired.overlay import EMPTY, is_null, overlay, without_nulls
from recamera_gitops.errors import Place

PLACE = Place("file.yaml", 1, 1)
SCALARS = st.sampled_from([None, 1, "x"]).map(lambda value: Scalar(PLACE, value, ""))
LISTS = st.lists(SCALARS.filter(lambda s: s.value is not None), max_size=2).map(
    lambda items: Sequence(PLACE, tuple(items))
)


def mappings(inner):
    keys = st.sampled_from("abc")
    return st.dictionaries(keys, inner, max_size=3).map(
        lambda items: Mapping(PLACE, items, dict.fromkeys(items, PLACE))
    )


LAYERS = st.lists(mappings(st.recursive(SCALARS | LISTS, mappings, max_leaves=6)), max_size=4)


def flat(node, at=()):
    """Everything that is no mapping, by its keys."""
    if not isinstance(node, Mapping):
        return {at: node}
    return {k: v for key, inner in node.items.items() for k, v in flat(inner, (*at, key)).items()}


def origins(layers):
    documents = (Mapping(PLACE, {"config": each}, {"config": PLACE}) for each in layers)
    return [(Origin(Kind.PROFILE, "p", each), ("config",)) for each in documents]


@given(LAYERS)
def test_the_last_word_on_a_path_is_the_value_that_loading_gives_it(layers):
    loaded = flat(without_nulls(reduce(overlay, layers, EMPTY)))
    history = _history(iter(origins(layers)))
    won = {at: said[-1].node for at, said in history.items() if said[-1].at == at}
    assert {at: node for at, node in won.items() if not is_null(node)} == loaded


@given(LAYERS)
def test_statements_are_told_from_the_lowest_layer_to_the_highest(layers):
    for said in _history(iter(origins(layers))).values():
        ranks = [_rank(layers, each) for each in said]
        assert ranks == sorted(set(ranks))


def _rank(layers, statement):
    document = statement.origin.document.items["config"]
    return next(number for number, each in enumerate(layers) if each is document)
