"""Nothing of this is asked for."""
