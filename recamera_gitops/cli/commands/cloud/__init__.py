"""`cloud …`: models in SenseCraft."""
