"""How cameras are connected."""
