"""What people and machines read: neutral rows first, then text, JSON and tables."""
