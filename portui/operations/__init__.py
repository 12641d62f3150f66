"""The use cases, each one a linear coroutine: look up, save, delete, check."""
