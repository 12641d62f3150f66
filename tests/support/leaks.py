"""What an exception reveals, for tests that check that it keeps a secret."""

from traceback import TracebackException


def told_by(error: BaseException, *, locals_from: int = 1) -> str:
    """Return all text that an exception and its causes could show, including local variables.

    The first `locals_from` frames are left out. They are the test's own, and it knows the secret.
    """
    trace = error.__traceback__
    for _ in range(locals_from):
        trace = trace.tb_next if trace else None
    shown = TracebackException(type(error), error, trace, capture_locals=True, compact=True)
    texts = [*shown.format(chain=False), str(error), repr(error), f"{error}", repr(error.args)]
    texts += [repr(value) for value in vars(error).values()]
    for origin in (error.__cause__, error.__context__):
        texts += [] if origin is None else [told_by(origin, locals_from=0)]
    return "\n".join(texts)
