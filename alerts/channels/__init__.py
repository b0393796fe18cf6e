"""How messages travel. A new channel is one module and one line in CHANNELS."""
