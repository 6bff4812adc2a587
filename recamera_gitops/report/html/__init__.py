"""A page for people: one file that shows a plan, or what became of one, and asks nobody for anything."""
