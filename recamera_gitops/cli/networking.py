"""`network show`: how cameras are connected."""

from recamera_gitops.cli.operating import operate
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.operating import Operation, Reached
from recamera_gitops.operations.network import NetworkState, network_state
from recamera_gitops.report.operations.network import NETWORK


def show(selection: Selection, form: str) -> ExitCode:
    """Read and show."""
    return operate(selection, Operation("network show", _seen), NETWORK, form)


def _seen(reached: Reached) -> NetworkState:
    reached.identify()
    return network_state(reached.gather, lambda: reached.client.peer)
