"""A camera to talk to: an emulated reCamera (RV1126B), in process or behind real sockets.

    camera = EmulatedCamera(flavours=frozenset({"errors-as-200"}))
    response = camera.handle(Request("GET", "/cgi-bin/entry.cgi/system/key"))

    with EmulatedFleet(count=3, port=0) as fleet:     # from recamera_gitops.emulator.server
        print(fleet.urls)

It knows raw JSON and nothing of the declarations of the rest of this package, so that a wrong
declaration cannot agree with itself. Its strictness is the worst reading of what is published about
the device; where sources contradict each other, a flavour switches between them.

In its comments a tag names the source of a fact: [ext] device-tested extension API documents,
[cgi] text constants of the firmware's CGI binary, [sdk] and [sdk-local] the fleet SDK and its
on-camera variant, [web] the console's source, [wiki] the vendor's pages, [ref] and [seed] the
endpoint reference, [draft] its Chinese draft, [rockchip] the CGI's open-source ancestor.
"""

from recamera_gitops.emulator.camera import EmulatedCamera, Exchange
from recamera_gitops.emulator.faults import ConnectionDropped, Fault, Faults, Shaped
from recamera_gitops.emulator.flavours import FLAVOURS
from recamera_gitops.emulator.upgrade import firmware_image
from recamera_gitops.emulator.wifi import AccessPoint

__all__ = [
    "FLAVOURS",
    "AccessPoint",
    "ConnectionDropped",
    "EmulatedCamera",
    "Exchange",
    "Fault",
    "Faults",
    "Shaped",
    "firmware_image",
]
