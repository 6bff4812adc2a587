"""`python -m recamera_gitops.emulator`: an emulated fleet on loopback addresses."""

import argparse
import sys
from pathlib import Path

from recamera_gitops.emulator.faults import load
from recamera_gitops.emulator.flavours import FLAVOURS
from recamera_gitops.emulator.server import EmulatedFleet, serve


def main() -> None:
    """Serve until interrupted."""
    options = _parser().parse_args()
    fleet = EmulatedFleet(
        count=options.count,
        address=options.address,
        port=options.port,
        https=options.https,
        flavours=options.flavour,
        faults=load(options.faults) if options.faults else (),
        delay=options.delay,
        rtsp_port=options.rtsp_port,
    )
    serve(fleet, lambda line: sys.stdout.write(line + "\n") and sys.stdout.flush())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m recamera_gitops.emulator", description=__doc__)
    parser.add_argument("--count", type=int, default=1, help="how many cameras")
    parser.add_argument("--address", default="127.11.0.1", help="the first camera's address")
    parser.add_argument("--port", type=int, default=8180, help="one port for all, 0 for free ones")
    parser.add_argument("--rtsp-port", type=int, help="show the picture there, 0 for free ports")
    parser.add_argument("--https", action="store_true", help="with a self-signed certificate each")
    parser.add_argument("--flavour", action="append", default=[], choices=sorted(FLAVOURS))
    parser.add_argument("--faults", type=Path, help="a JSON file of scripted faults")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before every answer")
    return parser


if __name__ == "__main__":
    main()
