"""What can be said about a camera, each thing once. Pure: pydantic and nothing else."""
