"""Many cameras at once: who is selected, where the work runs, when it stops."""
