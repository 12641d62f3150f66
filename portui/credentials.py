"""Tokens and their storage in the operating system's keyring.

The keyring library may prompt on another display, hang forever, store a token in clear text or lose
it silently. So each call runs in a daemon thread with a deadline, one at a time; only backends that
protect secrets are used; and a stored token is read back. Errors carry facts only: the backends'
own messages may quote a token or recommend plaintext storage.
"""

import asyncio
import logging
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from portui.settings.origin import Origin
from portui.settings.profiles import PRODUCTION
from portui.settings.token import Token
from portui.threads import in_daemon_thread

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

_SERVICE: Final = "portui"
_OFFICIAL: Final = "cloud.calyptia.com"  # the official CLI's service name
_OFFICIAL_TOKEN: Final = "project_token"  # noqa: S105 - an account name, not a token
_OFFICIAL_URL: Final = "base_url"  # the account name of the URL that its token is for
# Prefixes by which the official CLI's keyring library marks encoded values.
_GO_ENCODED: Final[Mapping[str, Callable[[str], bytes]]] = {
    "go-keyring-base64:": b64decode,
    "go-keyring-encoded:": bytes.fromhex,
}
_MOST_COPIES: Final = 5  # of one token: backends can store the same name in different ways
_MOST_CAUSES: Final = 10  # of one error, examined for its meaning
_SILENT: Final = logging.NullHandler()


class Source(Enum):
    """Where a token came from."""

    ENVIRONMENT = auto()
    KEYRING = auto()
    OFFICIAL = auto()  # the keyring, as stored by the official CLI
    THIS_RUN = auto()
    DEMO = auto()


@dataclass(frozen=True, slots=True)
class Credential:
    """A token and where it came from."""

    token: Token
    source: Source


@dataclass(unsafe_hash=True)  # not frozen: the interpreter assigns `__traceback__`
class TokenStoreError(Exception):
    """A call to the keyring failed.

    `backend` is the full name of the backend's class; empty if none was chosen yet.
    """

    class Why(Enum):
        NO_SERVICE = auto()  # no bus, no service, or the service died
        LOCKED = auto()  # and the prompt was dismissed, or none could be shown
        NOT_ANSWERING = auto()  # a prompt may be open elsewhere; the call may still succeed
        BUSY = auto()  # an earlier call still hangs; this one was not started
        KEEPS_NOTHING = auto()
        PLAINTEXT = auto()
        ASKS_ON_TERMINAL = auto()
        NOT_KEPT = auto()  # a different token, or none, was read back
        NOT_A_TOKEN = auto()  # the stored value can't be a token
        FAILED = auto()

    why: Why
    backend: str = ""


_Why = TokenStoreError.Why

# Unusable backends, by prefixes of the full name of their class or an ancestor.
_UNFIT: Final = (
    (_Why.NO_SERVICE, ("keyring.backends.fail.",)),
    (_Why.KEEPS_NOTHING, ("keyring.backends.null.",)),
    (_Why.ASKS_ON_TERMINAL, ("keyrings.alt.file.Encrypted", "bitwarden_keyring.")),
    (_Why.PLAINTEXT, ("keyrings.alt.", "keyrings.cryptfile.file.Plaintext")),
    (_Why.ASKS_ON_TERMINAL, ("keyrings.cryptfile.", "keyrings.passwordstore.", "keyring_pass.")),
)

# What errors mean, by the full name of their class or an ancestor (using the classes would import
# keyring), by their D-Bus name, and by macOS's status code.
_MEANING: Final[dict[object, TokenStoreError.Why]] = {
    "keyring.errors.KeyringLocked": _Why.LOCKED,
    "keyring.errors.NoKeyringError": _Why.NO_SERVICE,
    "keyring.errors.InitError": _Why.NO_SERVICE,  # unless its cause says more
    "secretstorage.exceptions.LockedException": _Why.LOCKED,
    "secretstorage.exceptions.PromptDismissedException": _Why.LOCKED,
    "secretstorage.exceptions.SecretServiceNotAvailableException": _Why.NO_SERVICE,
    "org.freedesktop.Secret.Error.IsLocked": _Why.LOCKED,
    "org.freedesktop.DBus.Error.Disconnected": _Why.NO_SERVICE,
    "org.freedesktop.DBus.Error.Spawn.ChildExited": _Why.NO_SERVICE,
    "org.freedesktop.DBus.Error.Spawn.ChildSignaled": _Why.NO_SERVICE,
    "org.freedesktop.DBus.Error.Spawn.Failed": _Why.NO_SERVICE,
    -25308: _Why.LOCKED,  # errSecInteractionNotAllowed: a locked keychain, over SSH
    "builtins.ConnectionError": _Why.NO_SERVICE,
    "builtins.FileNotFoundError": _Why.NO_SERVICE,  # the bus's socket disappeared with the bus
    "builtins.TimeoutError": _Why.NOT_ANSWERING,
    "builtins.UnicodeDecodeError": _Why.NOT_A_TOKEN,
    "binascii.Error": _Why.NOT_A_TOKEN,
    "portui.settings.token.InvalidTokenError": _Why.NOT_A_TOKEN,
}


class TokenStore(Protocol):
    """Stores one origin's token. All methods may raise `TokenStoreError`."""

    async def load(self) -> Token | None:
        """Return the token stored for this origin, or `None`."""

    async def load_official(self) -> Token | None:
        """Return the token that the official CLI stored for this origin, or `None`."""

    async def store(self, token: Token) -> None:
        """Store the token, replacing any other, and read it back."""

    async def delete(self) -> bool:
        """Delete the token. Returns whether there was one."""


class Keyring(TokenStore, Protocol):
    """A `TokenStore` in a keyring, whose kind is known."""

    async def backend(self) -> str:
        """Return the full name of the backend's class. It may still be locked."""

    def waiting(self, seconds: float) -> "Keyring":
        """Return the same keyring, but with another deadline, as for a person to unlock it."""


class KeyringStore:
    """A `Keyring` in the operating system's keyring. `account` is the origin's name.

    `deadline` is in seconds and covers the whole call, including importing keyring. A call that
    takes longer is abandoned and its result ignored; no other call starts until it ends.
    """

    def __init__(self, account: str, *, deadline: float = 4.0) -> None:
        self._account = account
        self._deadline = deadline
        self._running: asyncio.Task[object] | None = None
        self._due = 0.0  # the running call's deadline, in the loop's time
        self._backend = ""  # the running call's backend, once chosen

    def waiting(self, seconds: float) -> "KeyringStore":
        return KeyringStore(self._account, deadline=seconds)

    async def backend(self) -> str:
        return await self._ask(lambda backend: _full_name(type(backend)))

    async def load(self) -> Token | None:
        return await self._ask(partial(_read, _SERVICE, self._account))

    async def load_official(self) -> Token | None:
        return await self._ask(partial(_read_official, self._account))

    async def store(self, token: Token) -> None:
        await self._ask(partial(_write, self._account, token))

    async def delete(self) -> bool:
        return await self._ask(partial(_delete, self._account))

    async def _ask(self, call: Callable[["KeyringBackend"], T]) -> T:
        due = asyncio.get_running_loop().time() + self._deadline
        while self._running and not self._running.done():
            if not await _ended(self._running, min(due, self._due)):
                raise TokenStoreError(_Why.BUSY, self._backend)
        self._backend, self._due = "", due
        self._running = task = asyncio.create_task(self._answer(call))
        if not await _ended(task, due):
            raise TokenStoreError(_Why.NOT_ANSWERING, self._backend)
        answer = task.result()
        if isinstance(answer, TokenStoreError):
            raise answer
        return answer

    async def _answer(self, call: Callable[["KeyringBackend"], T]) -> T | TokenStoreError:
        return _as_outcome(await in_daemon_thread(lambda: call(self._open())), self._backend)

    def _open(self) -> "KeyringBackend":
        """Return keyring's chosen backend. Raises `TokenStoreError` if it can't be used. Blocks."""
        # Without a handler, keyring's log messages about broken plugins would reach the screen.
        logging.getLogger("keyring").addHandler(_SILENT)
        import keyring
        from keyring.backends.chainer import ChainerBackend

        backend = keyring.get_keyring()
        self._backend = _full_name(type(backend))
        members = backend.backends if isinstance(backend, ChainerBackend) else [backend]
        if not members:
            raise TokenStoreError(_Why.NO_SERVICE, self._backend)
        for member in members:
            _check(type(member))
        return backend


async def _ended(task: asyncio.Task[T], due: float) -> bool:
    """Wait for a task until `due`, in the loop's time. Returns whether it's done; never cancels."""
    await asyncio.wait({task}, timeout=max(0.0, due - asyncio.get_running_loop().time()))
    return task.done()


def _check(backend: type) -> None:
    for ancestor in backend.__mro__:
        for why, beginnings in _UNFIT:
            if _full_name(ancestor).startswith(beginnings):
                raise TokenStoreError(why, _full_name(backend))


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


# The calls below run in the thread. They use a token's text only inside expressions, because a
# traceback that shows local variables would print it.
def _read(service: str, account: str, backend: "KeyringBackend") -> Token | None:
    return next(map(Token, filter(None, [backend.get_password(service, account)])), None)


def _read_official(account: str, backend: "KeyringBackend") -> Token | None:
    """Return the official CLI's only token, if it is for this account's service.

    The URL stored beside the token names its service; without one, it's production.
    """
    try:
        url = _decoded(Token(backend.get_password(_OFFICIAL, _OFFICIAL_URL) or PRODUCTION.name))
        if Origin.parse(url.reveal()) != Origin.parse(account):
            return None
    except ValueError:  # not a URL, so the service is unknown
        return None
    token = _read(_OFFICIAL, _OFFICIAL_TOKEN, backend)
    return None if token is None else _decoded(token)


def _decoded(stored: Token) -> Token:
    """Return a value that the official CLI stored, decoded if its library encoded it."""
    for mark, decode in _GO_ENCODED.items():
        if stored.reveal().startswith(mark):
            return Token(decode(stored.reveal().removeprefix(mark)).decode())
    return stored


def _write(account: str, token: Token, backend: "KeyringBackend") -> None:
    backend.set_password(_SERVICE, account, token.reveal())
    if backend.get_password(_SERVICE, account) != token.reveal():
        raise TokenStoreError(_Why.NOT_KEPT, _full_name(type(backend)))


def _delete(account: str, backend: "KeyringBackend") -> bool:
    # Read first: some backends raise PasswordDeleteError for reasons other than absence.
    for deleted in range(_MOST_COPIES):
        if not backend.get_password(_SERVICE, account):
            return deleted > 0
        backend.delete_password(_SERVICE, account)
    raise TokenStoreError(_Why.FAILED, _full_name(type(backend)))


def _as_outcome(outcome: T | Exception, backend: str) -> T | TokenStoreError:
    """Return what a call returned, or its exception as a `TokenStoreError` without the text."""
    if isinstance(outcome, TokenStoreError) or not isinstance(outcome, Exception):
        return outcome
    for trait in _traits(outcome):
        if trait in _MEANING:
            return TokenStoreError(_MEANING[trait], backend)
    # Before a backend is chosen, a RuntimeError means that the configured one is unusable.
    unusable = isinstance(outcome, RuntimeError) and not backend
    return TokenStoreError(_Why.NO_SERVICE if unusable else _Why.FAILED, backend)


def _traits(error: Exception) -> Iterator[object]:
    """Yield the keys of `_MEANING` that may fit an error, from its innermost cause outwards."""
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__) and len(causes) < _MOST_CAUSES:
        causes.append(cause)
    for known in reversed(causes):
        yield from (trait for trait in known.args[:1] if isinstance(trait, int))
        yield str(getattr(known, "name", ""))
        yield from map(_full_name, type(known).__mro__)
