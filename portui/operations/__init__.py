"""The use cases, each one linear coroutine: look up, save, delete, check."""
