"""What a radio sees, and which network it is told to join or to forget."""
