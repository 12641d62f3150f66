"""The exception for requests that the demo refuses."""


class RefusedError(Exception):
    """A refused request, which gets a response with a status from 400 to 499.

    `message` becomes the body's `error`, and `detail` its `detail`. Neither may repeat text from
    the request, which might not be encodable.
    """

    def __init__(self, status: int, message: str, detail: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.detail = detail
