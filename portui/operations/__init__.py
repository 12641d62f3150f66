"""The use cases, each a linear coroutine: look up, save, delete and check."""
