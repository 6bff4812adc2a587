"""What a camera can be asked to do that is no setting of it, as conversations that end with a value."""
