"""Cameras as code: the desired state of reCamera fleets, planned, applied and proven."""

from importlib.metadata import version

__version__ = version("recamera-gitops")
