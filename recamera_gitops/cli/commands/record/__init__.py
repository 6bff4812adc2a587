"""Verbs about recordings."""
