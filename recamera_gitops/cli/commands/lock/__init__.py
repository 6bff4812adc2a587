"""Verbs about locks."""
