"""The command `tone`."""
