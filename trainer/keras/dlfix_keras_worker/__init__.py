"""Trains in the user's own Keras, behind the protocol of trainer/worker/PROTOCOL.md."""
