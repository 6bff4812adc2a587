"""Moments as everything that is kept, or told to programs, writes them."""

from datetime import datetime


def stamp(moment: datetime) -> str:
    """A moment in UTC as RFC 3339, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
