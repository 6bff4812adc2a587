"""The fleet that is planned: the profiles of the example, and as many cameras as are wanted."""

from pathlib import Path
from typing import Final

from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.device.clock import SystemClock
from recamera_gitops.errors import CameraError
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.run import Run
from recamera_gitops.fleet.seeing import Look
from recamera_gitops.reconcile.observe import (
    Gather,
    Observation,
    managed_resources,
    observe,
    wanted_contexts,
)
from recamera_gitops.reconcile.plan import Plan
from recamera_gitops.resources.declared import Declared

PASSWORD: Final = "recamera"
VARIABLES: Final = {"RECAMERA_PASSWORD": PASSWORD, "MQTT_PASSWORD": "made-up"}
_FLEET: Final = """\
fleet: benchmark
defaults:
  connection: {scheme: http, username: admin, password: "${env:RECAMERA_PASSWORD}"}
  profiles: [base]
"""
_DEVICE: Final = """\
device: camera-%(number)04d
host: 127.0.0.1
labels: {site: hq, role: gate, ring: early}
profiles: [outdoor]
connection: {port: %(port)d}

config:
  osd:
    privacy_masks:
      enabled: true
      regions:
        - {x: 0.0, y: 0.0, width: 0.25, height: 0.3}

  record:
    schedule:
      enabled: true
      windows:
        - {start: "Mon 18:00:00", end: "Tue 06:00:00"}
        - {start: "Sat 00:00:00", end: "Sun 24:00:00"}
    trigger:
      type: inference
      inference:
        - id: person-or-car
          debounce: 3
          confidence: [0.5, 1.0]
          classes: [person, car]
          regions: [[[0, 0.3], [1, 0.3], [1, 1], [0, 1]]]
"""


def write_files(root: Path, ports: list[int]) -> None:
    """A repository with a camera on each port, over the profiles of the example fleet."""
    examples = Path(__file__).parent.parent / "examples" / "fleet" / "profiles"
    for directory in ("profiles", "devices"):
        (root / directory).mkdir(parents=True, exist_ok=True)
    for profile in examples.glob("*.yaml"):
        (root / "profiles" / profile.name).write_bytes(profile.read_bytes())
    (root / "fleet.yaml").write_text(_FLEET, encoding="utf-8")
    for number, port in enumerate(ports, 1):
        file = root / "devices" / f"camera-{number:04d}.yaml"
        file.write_text(_DEVICE % {"number": number, "port": port}, encoding="utf-8")


def environment() -> Environment:
    """The real network, made-up secrets."""
    return Environment(variables=VARIABLES, clock=SystemClock())


def planned(fleet: Fleet, devices: tuple[Device, ...], surroundings: Environment) -> Plan:
    """What is measured: a run is opened, plans, and closes its connections."""
    with Run(fleet, devices, surroundings, lambda _: None) as run:
        return run.plan()


def observed(
    fleet: Fleet, devices: tuple[Device, ...], surroundings: Environment
) -> tuple[Observation, ...]:
    """The reads of a plan, and nothing compared."""
    with Run(fleet, devices, surroundings, lambda _: None) as run:
        return run.read(Look(_observed, _failed))


def _observed(device: Device, gather: Gather, declared: Declared) -> Observation:
    del device
    return observe(gather, managed_resources(declared), wanted_contexts(declared))


def _failed(device: Device, error: CameraError) -> Observation:
    raise RuntimeError(f"{device.name} could not be read") from error
