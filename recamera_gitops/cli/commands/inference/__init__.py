"""Verbs about inference."""
