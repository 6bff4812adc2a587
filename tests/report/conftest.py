"""Plans made by hand."""

import pytest

from recamera_gitops.errors import Place
from recamera_gitops.reconcile.plan import (
    Action,
    Change,
    DevicePlan,
    Plan,
    PlannedRequest,
    ResourcePlan,
    Status,
)


def _change(path, before, after, *, sensitive=False, file="profiles/outdoor.yaml", line=12):
    return Change(path, before, after, sensitive, Place(file, line, 11))


def _resource(address, *changes, impact=("none",)):
    return ResourcePlan(address, Action.UPDATE, impact, "sha256:" + "0" * 64, changes)


def _device(name, *resources, status=None, **more):
    status = status or (Status.CHANGED if resources else Status.UNCHANGED)
    return DevicePlan(name, "192.0.2.1", status, resources=resources, **more)


def _plan(*devices):
    return Plan("acme", "2026-11-22T10:00:00Z", "0.1.0", devices)


@pytest.fixture
def make():
    """Short words for plans: make.plan(make.device("a", make.resource("osd", make.change(…))))."""

    class Make:
        plan = staticmethod(_plan)
        device = staticmethod(_device)
        resource = staticmethod(_resource)
        change = staticmethod(_change)
        request = staticmethod(PlannedRequest)

    return Make
