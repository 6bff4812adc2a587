"""What a live camera can be asked to do and is no setting: conversations, and what they end with."""
