"""Verbs about references to secrets."""
