"""Cameras as machines: `device info`, `device reboot`."""
