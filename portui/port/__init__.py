"""The pipeline port itself: what it is, how it is edited, how it is shown."""
