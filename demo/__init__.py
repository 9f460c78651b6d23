"""The fictitious operators of the demonstration and the generator of what they send."""
