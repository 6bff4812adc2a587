"""Where two values differ inside, for people; the only door to deepdiff.

Whether a setting differs at all is decided by its codec. This is asked only about the few values that
do, because a deep comparison costs a hundred times a plain one; and importing the library a sixth of
what a whole `plan` imports, so that waits until somebody asks.
"""

from recamera_gitops.exchange import Json
from recamera_gitops.resources.values import FLOAT_NOISE

Inner = tuple[str, Json, Json]


def inner_differences(before: Json, after: Json) -> list[Inner]:
    """Path inside the value (`[0].debounce`), before, after; None where one side has nothing there."""
    from deepdiff import DeepDiff
    from deepdiff.helper import notpresent

    def side(value: Json) -> Json:
        return None if value is notpresent else value

    found = DeepDiff(
        before, after, view="tree", math_epsilon=FLOAT_NOISE, ignore_numeric_type_changes=True
    )
    levels = (level for group in found.values() for level in group)
    return sorted(
        (
            (_path(level.path(output_format="list")), side(level.t1), side(level.t2))
            for level in levels
        ),
        key=lambda each: each[0],
    )


def _path(steps: list[str | int]) -> str:
    spelled = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return spelled.removeprefix(".")
