"""The widgets, which redraw only what has changed."""
