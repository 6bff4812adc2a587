"""Verbs about recordings as files."""
