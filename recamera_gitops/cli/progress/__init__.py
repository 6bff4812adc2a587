"""What is told of a run while it goes on: a screen for people, few lines for logs, events for programs."""
