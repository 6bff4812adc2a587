"""Cameras as code: the desired state of reCamera fleets, planned, applied and proven.

What other programs may use is in `recamera_gitops.library`, and can be imported from here. It is loaded
when it is first asked for: the command line says what it can do without it.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recamera_gitops.library import *
else:

    def __getattr__(name: str) -> object:
        """What the library exports, and `__all__`, which names it."""
        if name == "__all__":
            return _library().__all__
        if name.startswith("_") or name not in _library().__all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(_library(), name)

    def __dir__() -> list[str]:
        """Everything that can be asked for."""
        return sorted({*globals(), *_library().__all__})

    def _library() -> object:
        return import_module("recamera_gitops.library")


__version__ = version("recamera-gitops")
