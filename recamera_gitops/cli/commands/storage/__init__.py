"""Verbs about storage slots."""
