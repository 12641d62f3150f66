"""Named faults: what a service, or a proxy in front of it, can do to a request.

None of them carries the request out, unless its name says so or `applied` returned it.
"""

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from tests.support.misbehaviour import (
    Fault,
    Stage,
    alters,
    chunk,
    chunked,
    closes,
    corrupts,
    cuts_off,
    drips,
    drips_headers,
    edits,
    has,
    honestly,
    refuses,
    repeats,
    resets,
    says,
    says_nothing,
    sends,
)

MIB: Final = 1024 * 1024
OTHER_PORT: Final = "123e4567-e89b-12d3-a456-426614174fff"
HTML: Final = b"<!DOCTYPE html><title>Oops</title><h1>\x1b[31mNot here</h1>"
_BOMB: Final = gzip.compress(bytes(64 * MIB), 9)  # 64 kB
_GZIP: Final = "Content-Encoding: gzip"
_ZEROS: Final = bytes(65_536)

# The connection.
REFUSES_CONNECTIONS = Fault("refuses connections", honestly, stage=Stage.LISTENING)
CLOSES_AT_ONCE = Fault("closes before reading", closes, stage=Stage.ACCEPTING)
RESETS_AT_ONCE = Fault("resets before reading", resets, stage=Stage.ACCEPTING)
CLOSES = Fault("closes instead of answering", closes)
RESETS = Fault("resets instead of answering", resets)
SILENCE = Fault("never answers", says_nothing)
CUT_IN_HEADERS = Fault("cuts its headers off", cuts_off(lambda whole: whole.index(b"\r\n\r\n") - 9))
CUT_IN_BODY = Fault("cuts its body off", cuts_off(lambda whole: len(whole) - 3))
RESET_IN_BODY = Fault("resets in its body", cuts_off(lambda whole: len(whole) - 3, reset=True))
DRIPS = Fault("drips its body", drips)
DRIPS_HEADERS = Fault("drips its headers", drips_headers)
CORRUPT_TLS = Fault("corrupts the TLS stream", corrupts)

# Replies that are not HTTP, never end or can't be decoded.
GARBAGE = Fault("is no HTTP", sends(b"SSH-2.0-OpenSSH_9.2\r\n"))
ENDLESS = Fault("has no end", repeats(chunked(), chunk(_ZEROS)))
ENDLESS_HEADERS = Fault(
    "has endless headers", repeats(b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n" * 500)
)
ENDLESS_CONTINUE = Fault(
    "says 100 Continue for ever", repeats(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
)
SWITCHES = Fault("switches protocols", sends(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nx"))
HUGE = Fault("is over 4 MiB", says(200, b" " * (4 * MIB + 1)))
BOMB = Fault("is a gzip bomb", says(200, _BOMB, _GZIP))
ENDLESS_AFTER_GZIP = Fault(
    "goes on for ever after its gzip",
    repeats(chunked(_GZIP) + chunk(gzip.compress(b"{}")), chunk(_ZEROS)),
)
UNKNOWN_ENCODING = Fault(
    "is encoded anyhow", says(200, b"\x28\xb5\x2f\xfd", "Content-Encoding: zstd")
)
NOT_GZIP = Fault("is called gzip, and is none", says(200, b'{"id": 1}', _GZIP))
TRUNCATED_GZIP = alters("is half a gzip", lambda body: gzip.compress(body)[:-30], _GZIP)
GZIP_WITHOUT_END = alters("is gzip without its end", lambda body: gzip.compress(body)[:-8], _GZIP)
GZIP = alters("is gzipped", gzip.compress, _GZIP)

# Replies from proxies and other servers.
HTML_404 = Fault("is a proxy's 404", says(404, HTML, "Content-Type: text/html"))
HTML_502 = Fault("is a proxy's 502", says(502, HTML, "Content-Type: text/html"))
HTML_200 = Fault("is a page", says(200, HTML, "Content-Type: text/html"))
EMPTY_401 = Fault("is 401 and empty", says(401))
HTML_403 = Fault("is a proxy's 403", says(403, HTML))
ESCAPES_EVERYWHERE = Fault(
    "has escapes in its headers",
    sends(b"HTTP/1.1 404 \x1b[2J\xff\r\nX-Title: \x1b]0;owned\x07\r\nContent-Length: 0\r\n\r\n"),
)
ODD_ERRORS = tuple(
    Fault(f"is 404 with {body.decode()}", says(404, body))
    for body in (
        b"null",
        b"[]",
        b'"pipeline port not found"',
        b"{}",
        b'{"error": null}',
        b'{"error": 404}',
        b'{"error": {"message": "pipeline port not found"}}',
        b'{"error": ["not found"]}',
        b'{"title": "Not Found", "status": 404}',
        b'{"Error": "pipeline port not found"}',
    )
)

# Refusals by the service itself.
INVALID_TOKEN = Fault("does not accept the token", refuses(401, "invalid token"))
FORBIDDEN = Fault("forbids", refuses(403, "quota exceeded", quotaLimit=5, quotaRemaining=0))
NOT_FOUND = Fault("knows no such port", refuses(404, "pipeline port not found"))
IN_USE = Fault(
    "is in use", refuses(409, "pipeline port already in use", detail="protocol tcp, port 8080")
)
TOKEN_GONE = Fault("says that the token is gone", refuses(410, "token gone"))
INVALID = Fault("is invalid", refuses(422, "invalid pipeline port number"))


def failing(status: int, *headers: str) -> Fault:
    """Return a fault that replies with a status and no body."""
    return Fault(f"is {status}", says(status, b"", *headers))


def failing_with_body(status: int, *headers: str) -> Fault:
    """Return a fault that replies with a status and the service's own error body."""
    body = b'{"error": "try again"}'
    return Fault(f"is {status}, in the service's words", says(status, body, *headers))


def http_date(seconds: float) -> str:
    """Return the HTTP date that is some seconds from now."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def redirects(status: int, location: str) -> Fault:
    """Return a fault that replies with a redirect."""
    return Fault(f"redirects ({status})", says(status, b"", f"Location: {location}"))


# Replies to a write other than an honest 204.
OK_WITH_BODY = Fault("is 200 with a body", says(200, b'{"ok": true}'))
ACCEPTED = Fault("is 202", says(202))
NO_CONTENT_WITH_BODY = Fault(
    "is 204 with a body", says(204, b'{"error": "boo"}', "Content-Length: 16")
)
NO_CONTENT_WITH_HIDDEN_BODY = Fault("is 204 with a body it hides", says(204, b'{"error": "boo"}'))
NO_CONTENT_IN_CHUNKS = Fault(
    "is 204 in chunks", says(204, b"0\r\n\r\n", "Transfer-Encoding: chunked")
)
LOSES_IT = Fault("is 204, and forgets it", says(204))
APPLIES_LATE = Fault("is 204, applied two reads later", says(204), applied_after_reads=2)

# Replies to a read other than the documented port.
OTHER_ID = edits("is another port", lambda port: port | {"id": OTHER_PORT})
NO_ID = edits("has no id", lambda port: {name: port[name] for name in port if name != "id"})
ODD_ID = edits("has an odd id", lambda port: port | {"id": 7})
LIST = edits("is a list", lambda port: [port])
NOT_A_PORT = Fault("is JSON, but no port", says(200, b'{"items": [], "endCursor": null}'))
FEW_FIELDS = edits("has few fields", lambda port: {"id": port["id"]})
MORE_FIELDS = edits("has more fields", lambda port: port | {"\x1b[31mnew": {"deep": [1, None]}})
DUPLICATE = alters(
    "has a field twice", lambda body: body.replace(b'"kind":', b'"kind": 7, "kind":')
)
WRONG_TYPES = edits(
    "has wrong types", lambda port: {name: [{}] for name in port} | {"id": port["id"]}
)
DEEP = has("is deeply nested", "endpoint", "[" * 100_000 + "]" * 100_000)
LONG_INTEGER = has("has an integer of 5,000 digits", "frontendPort", "9" * 5_000)
NAN = has("has a NaN", "frontendPort", "NaN")
INVALID_UTF8 = has("is no UTF-8", "endpoint", '"\udcff\udcfe"')
LONE_SURROGATE = has("has a lone surrogate", "endpoint", r'"\ud800"')

BROKEN: Final = (
    CLOSES, RESETS, CUT_IN_HEADERS, CUT_IN_BODY, RESET_IN_BODY, GARBAGE, SWITCHES, ENDLESS_HEADERS,
)  # fmt: skip
"""No complete reply arrives."""
LASTING: Final = (SILENCE, DRIPS, DRIPS_HEADERS, ENDLESS_CONTINUE)
"""No complete reply arrives before the client's deadline."""
STRANGE: Final = (
    ENDLESS, HUGE, BOMB, ENDLESS_AFTER_GZIP, UNKNOWN_ENCODING, NOT_GZIP,
    HTML_200, HTML_403, HTML_404, HTML_502, EMPTY_401, ESCAPES_EVERYWHERE, *ODD_ERRORS,
    OK_WITH_BODY, ACCEPTED, NOT_A_PORT, NO_CONTENT_WITH_BODY, NO_CONTENT_IN_CHUNKS,
    *map(failing, (400, 408, 429, 500, 501, 502, 503, 504, 599, 999)),
    *map(failing_with_body, (408, 429, 500, 503)),
    *(redirects(status, "http://127.0.0.1:1/") for status in (301, 302, 303, 304, 307, 308)),
)  # fmt: skip
"""A reply arrives that says nothing about the outcome of the request."""
REFUSALS: Final = (INVALID_TOKEN, FORBIDDEN, IN_USE, TOKEN_GONE, INVALID)
"""The service itself refuses the request."""
STRANGE_PORTS: Final = (
    LIST, DEEP, LONG_INTEGER, NAN, INVALID_UTF8, LONE_SURROGATE, TRUNCATED_GZIP, GZIP_WITHOUT_END,
)  # fmt: skip
"""The reply to a read is not a port."""
OTHER_PORTS: Final = (OTHER_ID, NO_ID, ODD_ID)
"""The reply to a read is a port with another ID, or without a valid one."""
