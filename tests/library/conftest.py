"""A fleet of cameras in process that the library finds as if it were on the network."""

import pytest

from recamera_gitops.fleet.environment import Environment
from tests.fleet.conftest import Yard


@pytest.fixture
def yard(tmp_path, environment, monkeypatch):
    """Makes the fleet; what is made up of cameras, variables and time is what a session works with."""

    def make(**options):
        made = Yard(tmp_path, environment, **options)
        monkeypatch.setattr(Environment, "real", classmethod(lambda _cls, **_: made.environment))
        return made

    return make
