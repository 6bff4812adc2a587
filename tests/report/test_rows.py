"""Rows say once what is the same, and count what people will notice."""

from recamera_gitops.report.rows import plan_rows


def test_changes_from_different_places_are_not_the_same(make):
    devices = [
        make.device(
            name,
            make.resource("osd", make.change("osd.x", 1, 2, file=f"devices/{name}.yaml")),
        )
        for name in ("a", "b")
    ]
    assert [group.devices for group in plan_rows(make.plan(*devices)).groups] == [("a",), ("b",)]


def test_true_and_one_are_not_the_same(make):
    devices = [
        make.device(name, make.resource("osd", make.change("osd.x", value, 2)))
        for name, value in (("a", 1), ("b", True))
    ]
    assert len(plan_rows(make.plan(*devices)).groups) == 2


def test_a_stream_restarts_once_however_many_of_its_resources_change(make):
    change = make.change("x.y", 1, 2)
    restart = ("stream-restart",)
    both = make.device(
        "a",
        make.resource("video.main", change, impact=restart),
        make.resource("stream.main", change, impact=restart),
        make.resource("video.sub", change, impact=restart),
    )
    notify = make.device("b", make.resource("notify", change, impact=restart))
    assert plan_rows(make.plan(both)).impacts == {"stream-restart": 2}
    assert plan_rows(make.plan(notify)).impacts == {"stream-restart": 2}
