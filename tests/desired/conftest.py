import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.state import Fleet
from recamera_gitops.errors import Diagnostic, InvalidInput

# Other work on the machine must not decide whether an example is too slow.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

FLEET = """\
fleet: acme
defaults:
  connection: {username: admin, password: "${env:PW}"}
"""
DEVICE = """\
device: gate
host: 10.0.0.1
"""


class Repository:
    """A fleet repository under a temporary directory, valid until a test spoils it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("fleet.yaml", FLEET)

    def write(self, name: str, text: str | bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        path.write_bytes(content)

    def device(self, config: str, *, header: str = DEVICE, name: str = "gate") -> None:
        body = textwrap.indent(textwrap.dedent(config), "  ")
        self.write(f"devices/{name}.yaml", f"{header}config:\n{body}")

    def load(self) -> Fleet:
        return load(self.root)

    def problems(self) -> tuple[Diagnostic, ...]:
        with pytest.raises(InvalidInput) as caught:
            load(self.root)
        return caught.value.diagnostics

    def only_problem(self) -> Diagnostic:
        (problem,) = self.problems()
        return problem


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def values(repository: Repository) -> Callable[[], dict[str, object]]:
    """The declared values of the only device, by leaf path."""

    def read() -> dict[str, object]:
        (device,) = repository.load().devices
        return {path: wish.value for path, wish in device.declared.items()}

    return read
