"""What was applied: `runs`, `runs show RUN`."""
