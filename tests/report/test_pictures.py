"""What is said of pictures before and after."""

import pytest

from recamera_gitops.report.pictures import picture_lines, with_pictures


def seen(mean, black=0.0, white=0.0, **more):
    return {"mean": mean, "black": black, "white": white, "alarm": None, **more}


@pytest.mark.parametrize(
    ("pictures", "lines"),
    [
        ({}, []),
        (
            {"before": seen(91.6), "after": seen(61.2, 0.1, 0.02, differs=0.416)},
            ["gate: picture 92 → 61 mean luminance, 0 % → 12 % clipped, 42 % of it differs"],
        ),
        (
            {"before": seen(92), "after": seen(92.4, differs=0.0)},
            ["gate: picture 92 mean luminance, 0 % clipped, 0 % of it differs"],
        ),
        (
            {"before": {"trouble": "no\x1b[2J"}, "after": seen(0, 1.0, alarm="black", differs=0.0)},
            [
                "gate: picture 0 mean luminance, 100 % clipped",
                "gate: warning: no picture before: no\\u001b[2J",
                "gate: warning: the picture is black",
            ],
        ),
        (
            {"before": seen(3, alarm="frozen"), "after": {"trouble": "401"}},
            [
                "gate: picture 3 mean luminance, 0 % clipped",
                "gate: warning: the picture was frozen before",
                "gate: warning: no picture after: 401",
            ],
        ),
    ],
)
def test_a_line_tells_how_the_picture_changed_and_others_what_is_wrong(pictures, lines):
    assert list(picture_lines("gate", pictures)) == lines


def test_programs_are_told_of_pictures_only_where_somebody_looked():
    assert with_pictures(None) == with_pictures({}) == {}
    pictures = {"before": seen(1)}
    assert with_pictures(pictures) == {"pictures": pictures}
