"""The verbs of `record`."""
