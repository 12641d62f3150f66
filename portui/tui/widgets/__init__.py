"""The widgets, each of which draws no more than what has changed."""
