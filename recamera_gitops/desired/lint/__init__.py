"""What can be used, and perhaps does not say what was meant: one small pure function for each rule."""
