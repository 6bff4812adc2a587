"""Talking to one camera: bytes, sessions, envelopes and conversations. It knows no resource."""
