"""Cameras that differ from the files: `drift`, `drift log`."""
