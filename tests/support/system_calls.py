"""Stand-ins for system calls."""

import os
from collections.abc import Callable
from typing import NoReturn


def failing(code: int) -> Callable[..., NoReturn]:
    """Return a stand-in for a system call that fails with this error number."""

    def fail(*_arguments: object, **_keywords: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return fail
