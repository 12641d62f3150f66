"""How the demo says no."""


class RefusedError(Exception):
    """An answer with an HTTP status from 400 to 499.

    `message` becomes the body's `error`, `detail` its `detail`. Neither may repeat what was sent,
    so that every body can be encoded.
    """

    def __init__(self, status: int, message: str, detail: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.detail = detail
