"""The terminal: drawing in few bytes, keys typed early, signals and hang-ups."""
