"""One module per command: its options, and the one function that they are handed to."""
