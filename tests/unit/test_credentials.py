"""The keyring store with keyrings of every kind, none of them the operator's own."""

import asyncio
import binascii
import threading
import time
from asyncio import Task
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import TracebackType
from typing import Final

import keyring
import pytest
from keyring.core import load_keyring
from keyring.errors import (
    InitError,
    KeyringError,
    KeyringLocked,
    NoKeyringError,
    PasswordDeleteError,
    PasswordSetError,
)

from portui import credentials
from portui.credentials import Credential, KeyringStore, Source, TokenStore, TokenStoreError
from portui.settings.token import InvalidTokenError, Token
from tests.support.child_python import LONGEST, run_python
from tests.support.leaks import told_by

Why = TokenStoreError.Why

pytestmark = pytest.mark.anyio

_ORIGIN: Final = "https://cloud-api.calyptia.com"
_SECRET: Final = "s3cr3t-t0k3n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Vault:
    """A working keyring backend of an unknown kind."""

    priority = 5.0

    def __init__(self, **kept: str) -> None:
        self.kept: dict[tuple[str, str], str] = {("portui", _ORIGIN): kept["ours"]} if kept else {}
        self.calls: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.calls.append("get")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls.append("set")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.calls.append("delete")
        if (service, username) not in self.kept:
            raise PasswordDeleteError("no such password")
        del self.kept[service, username]


class Raising(Vault):
    """A backend whose calls all raise `error`, which may quote the token."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


class Hanging(Vault):
    """A backend whose reads block until it is released."""

    def __init__(self, **kept: str) -> None:
        super().__init__(**kept)
        self.started = threading.Event()
        self.released = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        found = super().get_password(service, username)
        self.started.set()
        assert self.released.wait(LONGEST)
        return found


Use = Callable[[object], None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Return a function that makes keyring choose a backend."""
    return lambda backend: monkeypatch.setattr(keyring, "get_keyring", lambda: backend)


@pytest.fixture
def hanging(use: Use) -> Iterator[Hanging]:
    backend = Hanging(ours="old")
    use(backend)
    yield backend
    backend.released.set()


@pytest.fixture
def store() -> KeyringStore:
    return KeyringStore(_ORIGIN)


@pytest.fixture
def hasty() -> KeyringStore:
    return KeyringStore(_ORIGIN, deadline=0.2)


def _made_by(name: str, base: type = Vault) -> type:
    """Return a class with this full name."""
    module, _, kind = name.rpartition(".")
    return type(kind, (base,), {"__module__": module, "__qualname__": kind})


def _error(name: str, *args: object, cause: Exception | None = None) -> Exception:
    error = _made_by(name, Exception)(*args)
    assert isinstance(error, Exception)
    error.__cause__ = cause
    return error


def _write_keyring(file: Path, reading: str) -> None:
    file.write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 1\n"
        f"    def get_password(self, service, username): {reading}\n"
        "    def set_password(self, service, username, password): pass\n"
    )


async def failure(call: Awaitable[object]) -> TokenStoreError:
    """Return the error that a call raises."""
    with pytest.raises(TokenStoreError) as caught:
        await call
    return caught.value


async def _until_free(store: KeyringStore) -> Token | None:
    async with asyncio.timeout(LONGEST):
        while True:
            try:
                return await store.load()
            except TokenStoreError as trouble:
                if trouble.why is not Why.BUSY:
                    raise
            await asyncio.sleep(0.005)


# Normal operation


async def test_a_stored_token_can_be_loaded_and_deleted(use: Use, store: TokenStore) -> None:
    use(vault := Vault())
    await store.store(Token(_SECRET))
    assert vault.kept == {("portui", _ORIGIN): _SECRET}
    assert await store.load() == Token(_SECRET)
    assert await store.delete() is True
    assert await store.load() is None
    assert await store.delete() is False


async def test_deleting_a_token_deletes_every_copy(use: Use, store: KeyringStore) -> None:
    class TwoCopies(Vault):
        def delete_password(self, service: str, username: str) -> None:
            if self.calls.count("delete"):
                super().delete_password(service, username)
            self.calls.append("delete")

    use(vault := TwoCopies(ours="token"))
    assert await store.delete() is True
    assert vault.kept == {}


async def test_a_token_that_cannot_be_deleted_is_not_reported_as_deleted(
    use: Use, store: KeyringStore
) -> None:
    class Sticky(Vault):
        def delete_password(self, service: str, username: str) -> None: ...

    use(Sticky(ours="token"))
    assert (await failure(store.delete())).why is Why.FAILED


async def test_an_empty_password_is_not_a_token(use: Use, store: KeyringStore) -> None:
    use(Vault(ours=""))
    assert await store.load() is None


async def test_a_token_that_another_program_stored_with_its_scheme_is_loaded_without_it(
    use: Use, store: KeyringStore
) -> None:
    use(Vault(ours=f"Bearer {_SECRET}\n"))
    assert await store.load() == Token(_SECRET)


@pytest.mark.parametrize(
    "kept", ["project.token", "go-keyring-base64:" + b64encode(b"project.token").decode()]
)
async def test_the_official_clis_token_is_read_encoded_or_not(
    kept: str, use: Use, store: KeyringStore
) -> None:
    use(vault := Vault())
    vault.kept["cloud.calyptia.com", "project_token"] = kept
    assert await store.load_official() == Token("project.token")
    assert await store.load() is None


@pytest.mark.parametrize(
    ("url", "offered_for"),
    [
        (None, "https://cloud-api.calyptia.com"),
        ("", "https://cloud-api.calyptia.com"),
        ("https://cloud-api.calyptia.com/", "https://cloud-api.calyptia.com"),
        ("https://plant.example", "https://plant.example"),
        ("HTTPS://Plant.Example:443/", "https://plant.example"),
        (
            "go-keyring-base64:" + b64encode(b"http://localhost:5000").decode(),
            "http://localhost:5000",
        ),
        ("go-keyring-encoded:" + b"https://plant.example".hex(), "https://plant.example"),
        ("https://user:pw@plant.example", None),
        ("not a URL", None),
    ],
)
async def test_the_official_clis_token_is_only_for_the_service_that_its_url_names(
    url: str | None, offered_for: str | None, use: Use
) -> None:
    use(vault := Vault())
    vault.kept["cloud.calyptia.com", "project_token"] = "project.token"
    if url is not None:
        vault.kept["cloud.calyptia.com", "base_url"] = url
    for origin in (
        "https://cloud-api.calyptia.com",
        "https://plant.example",
        "http://localhost:5000",
    ):
        expected = Token("project.token") if origin == offered_for else None
        assert await KeyringStore(origin).load_official() == expected


async def test_there_is_no_official_token_without_the_official_cli(
    use: Use, store: KeyringStore
) -> None:
    use(Vault(ours="ours"))
    assert await store.load_official() is None


async def test_a_custom_keyring_backend_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, store: KeyringStore
) -> None:
    _write_keyring(tmp_path / "house_keyring.py", "return 'from-the-house'")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "house_keyring.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    assert await store.load() == Token("from-the-house")


def test_a_credential_shows_its_source_but_not_its_token() -> None:
    held = Credential(Token(_SECRET), Source.THIS_RUN)
    assert "THIS_RUN" in repr(held)
    assert _SECRET not in repr(held)


# Unsuitable backends, and chains


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("keyrings.alt.file.PlaintextKeyring", Why.PLAINTEXT),
        ("keyrings.alt.file.EncryptedKeyring", Why.ASKS_ON_TERMINAL),
        ("keyrings.alt.Google.DocsKeyring", Why.PLAINTEXT),
        ("keyrings.cryptfile.cryptfile.CryptFileKeyring", Why.ASKS_ON_TERMINAL),
        ("keyrings.cryptfile.file.PlaintextKeyring", Why.PLAINTEXT),
        ("keyrings.passwordstore.backend.PasswordStoreBackend", Why.ASKS_ON_TERMINAL),
        ("keyring_pass.PasswordStoreBackend", Why.ASKS_ON_TERMINAL),
        ("bitwarden_keyring.BitwardenBackend", Why.ASKS_ON_TERMINAL),
    ],
)
async def test_an_unsuitable_backend_is_neither_read_nor_written(
    name: str, why: TokenStoreError.Why, use: Use, store: KeyringStore
) -> None:
    use(vault := _made_by(name)(ours="token"))
    for call in (store.load, store.load_official, store.delete, lambda: store.store(Token("x"))):
        assert await failure(call()) == TokenStoreError(why, name)
    assert vault.calls == []


async def test_a_subclass_of_an_unsuitable_backend_is_unsuitable(
    use: Use, store: KeyringStore
) -> None:
    use(_made_by("house.Keyring", _made_by("keyrings.alt.file.PlaintextKeyring"))())
    assert await failure(store.load()) == TokenStoreError(Why.PLAINTEXT, "house.Keyring")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("keyring.backends.null.Keyring", Why.KEEPS_NOTHING),
        ("keyring.backends.fail.Keyring", Why.NO_SERVICE),
    ],
)
async def test_keyrings_null_and_fail_backends_are_distinguished(
    name: str, why: TokenStoreError.Why, use: Use, store: KeyringStore
) -> None:
    use(load_keyring(name))
    for call in (store.load, store.delete, lambda: store.store(Token("x"))):
        assert await failure(call()) == TokenStoreError(why, name)


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        ([], TokenStoreError(Why.NO_SERVICE, "keyring.backends.chainer.ChainerBackend")),
        (
            ["house.Keyring", "keyrings.alt.file.PlaintextKeyring"],
            TokenStoreError(Why.PLAINTEXT, "keyrings.alt.file.PlaintextKeyring"),
        ),
        (
            ["keyring_pass.Backend", "keyrings.alt.file.PlaintextKeyring"],
            TokenStoreError(Why.ASKS_ON_TERMINAL, "keyring_pass.Backend"),
        ),
    ],
)
async def test_a_chain_is_rejected_if_empty_or_for_its_first_unsuitable_member(
    members: list[str],
    trouble: TokenStoreError,
    monkeypatch: pytest.MonkeyPatch,
    use: Use,
    store: KeyringStore,
) -> None:
    chained = [_made_by(name)() for name in members]
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: chained)
    use(load_keyring("keyring.backends.chainer.ChainerBackend"))
    assert await failure(store.store(Token(_SECRET))) == trouble
    assert [vault.kept for vault in chained] == [{}] * len(members)


async def test_a_chain_of_suitable_backends_is_used(
    monkeypatch: pytest.MonkeyPatch, use: Use, store: KeyringStore
) -> None:
    first, second = _made_by("house.A")(), _made_by("house.B")()
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [first, second])
    use(load_keyring("keyring.backends.chainer.ChainerBackend"))
    await store.store(Token(_SECRET))
    assert (first.kept, second.kept) == ({("portui", _ORIGIN): _SECRET}, {})


# Errors


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (KeyringLocked(_SECRET), Why.LOCKED),
        (NoKeyringError(_SECRET), Why.NO_SERVICE),
        (InitError(_SECRET), Why.NO_SERVICE),
        (PasswordSetError(_SECRET), Why.FAILED),
        (PasswordDeleteError(_SECRET), Why.FAILED),
        (KeyringError(_SECRET), Why.FAILED),
        (ConnectionResetError(_SECRET), Why.NO_SERVICE),
        (BrokenPipeError(_SECRET), Why.NO_SERVICE),
        (FileNotFoundError(_SECRET), Why.NO_SERVICE),
        (TimeoutError(_SECRET), Why.NOT_ANSWERING),
        (PermissionError(_SECRET), Why.FAILED),
        (RuntimeError(_SECRET), Why.FAILED),
        (ImportError(_SECRET, name="keyring"), Why.FAILED),
        (UnicodeDecodeError("utf-8", b"\xff" + _SECRET.encode(), 0, 1, _SECRET), Why.NOT_A_TOKEN),
        (binascii.Error(_SECRET), Why.NOT_A_TOKEN),
        (_error("secretstorage.exceptions.LockedException", _SECRET), Why.LOCKED),
        (_error("secretstorage.exceptions.PromptDismissedException", _SECRET), Why.LOCKED),
        (_error("secretstorage.exceptions.SecretServiceNotAvailableException"), Why.NO_SERVICE),
        (_error("secretstorage.exceptions.ItemNotFoundException", _SECRET), Why.FAILED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
async def test_an_error_is_classified_by_its_type(
    error: Exception, why: TokenStoreError.Why, use: Use, store: KeyringStore
) -> None:
    use(Raising(error))
    for call in (store.load, store.delete, lambda: store.store(Token(_SECRET))):
        trouble = await failure(call())
        assert trouble == TokenStoreError(why, f"{__name__}.Raising")
        assert _SECRET not in told_by(trouble)


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (_error("secretstorage.exceptions.PromptDismissedException"), Why.LOCKED),
        (_error("secretstorage.exceptions.SecretServiceNotAvailableException"), Why.NO_SERVICE),
        (_error("keyring.backends.macOS.api.Error", -25308, "Unknown Error"), Why.LOCKED),
        (_error("keyring.backends.macOS.api.Error", -25299, "Unknown Error"), Why.NO_SERVICE),
    ],
)
async def test_an_error_is_classified_by_a_more_specific_cause(
    cause: Exception, why: TokenStoreError.Why, use: Use, store: KeyringStore
) -> None:
    use(Raising(_error("keyring.errors.InitError", cause=cause)))
    assert (await failure(store.load())).why is why


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("org.freedesktop.Secret.Error.IsLocked", Why.LOCKED),
        ("org.freedesktop.DBus.Error.Spawn.ChildExited", Why.NO_SERVICE),
        ("org.freedesktop.DBus.Error.AccessDenied", Why.FAILED),
    ],
)
async def test_a_dbus_error_is_classified_by_its_name(
    name: str, why: TokenStoreError.Why, use: Use, store: KeyringStore
) -> None:
    error = _error("jeepney.wrappers.DBusErrorResponse")
    error.name = name  # type: ignore[attr-defined]
    use(Raising(error))
    assert (await failure(store.load())).why is why


async def test_an_error_that_is_its_own_cause_is_still_reported(
    use: Use, store: KeyringStore
) -> None:
    error = KeyringError()
    error.__cause__ = error
    use(Raising(error))
    assert (await failure(store.load())).why is Why.FAILED


@pytest.mark.parametrize(
    ("error", "why"),
    [(RuntimeError("not viable"), Why.NO_SERVICE), (ImportError("no such module"), Why.FAILED)],
)
async def test_an_error_names_no_backend_if_none_could_be_chosen(
    error: Exception,
    why: TokenStoreError.Why,
    monkeypatch: pytest.MonkeyPatch,
    use: Use,
    store: KeyringStore,
) -> None:
    def fail() -> None:
        raise error

    use(Vault())
    await store.load()
    monkeypatch.setattr(keyring, "get_keyring", fail)
    assert await failure(store.load()) == TokenStoreError(why)


@pytest.mark.parametrize("given_back", [None, "", "another"])
async def test_a_token_that_does_not_read_back_is_reported_as_not_kept(
    given_back: str | None, use: Use, store: KeyringStore
) -> None:
    class Forgetful(Vault):
        def get_password(self, service: str, username: str) -> str | None:
            return given_back

    use(Forgetful())
    trouble = await failure(store.store(Token(_SECRET)))
    assert trouble.why is Why.NOT_KEPT
    assert _SECRET not in told_by(trouble)


@pytest.mark.parametrize("kept", [f"two {_SECRET}", f"{_SECRET}\x1b[2J", f"ключ-{_SECRET}", " "])
async def test_an_invalid_token_is_not_loaded(kept: str, use: Use, store: KeyringStore) -> None:
    use(Vault(ours=kept))
    trouble = await failure(store.load())
    assert trouble.why is Why.NOT_A_TOKEN
    assert _SECRET not in told_by(trouble)


@pytest.mark.parametrize("kept", ["go-keyring-base64:a", "go-keyring-base64:/w==", f"a {_SECRET}"])
async def test_an_invalid_official_token_is_not_loaded(
    kept: str, use: Use, store: KeyringStore
) -> None:
    use(vault := Vault())
    vault.kept["cloud.calyptia.com", "project_token"] = kept
    trouble = await failure(store.load_official())
    assert trouble.why is Why.NOT_A_TOKEN
    assert _SECRET not in told_by(trouble)


# The deadline


async def test_a_call_that_hangs_times_out_after_four_seconds(
    hanging: Hanging, store: KeyringStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long enough to answer a prompt on this machine, short enough to give up on a stuck one."""

    async def wait(tasks: AbstractSet[Task[object]], timeout: float) -> object:  # noqa: ASYNC109
        waited.append(timeout)
        await asyncio.to_thread(hanging.started.wait, LONGEST)
        return await asyncio_wait(tasks, timeout=0)

    waited: list[float] = []
    asyncio_wait = asyncio.wait
    monkeypatch.setattr(asyncio, "wait", wait)
    assert await failure(store.load()) == TokenStoreError(Why.NOT_ANSWERING, f"{__name__}.Hanging")
    (waited_at_most,) = waited
    assert 3.0 < waited_at_most <= 4.0  # the time until the wait began counts


async def test_the_deadline_includes_choosing_the_backend(
    monkeypatch: pytest.MonkeyPatch, hasty: KeyringStore
) -> None:
    released = threading.Event()
    monkeypatch.setattr(keyring, "get_keyring", lambda: released.wait(LONGEST) and Vault())
    assert await failure(hasty.load()) == TokenStoreError(Why.NOT_ANSWERING)
    released.set()


async def test_no_call_is_started_while_another_hangs(
    hanging: Hanging, hasty: KeyringStore
) -> None:
    await failure(hasty.load())
    for call in (hasty.load, hasty.delete, lambda: hasty.store(Token("new"))):
        assert (await failure(call())).why is Why.BUSY
    assert hanging.started.wait(LONGEST)
    assert hanging.calls == ["get"]


async def test_a_late_result_is_discarded_and_the_store_works_again(
    hanging: Hanging, hasty: KeyringStore
) -> None:
    await failure(hasty.load())
    hanging.kept.clear()  # the late result is still the old token
    hanging.released.set()
    assert await _until_free(hasty) is None


async def test_a_late_error_is_discarded(use: Use, hasty: KeyringStore) -> None:
    class HangingThenRaising(Hanging):
        def get_password(self, service: str, username: str) -> str | None:
            super().get_password(service, username)
            raise KeyringLocked

    use(backend := HangingThenRaising())
    await failure(hasty.load())
    use(Vault(ours="new"))
    backend.released.set()
    assert await _until_free(hasty) == Token("new")


async def test_concurrent_calls_take_turns(use: Use, store: KeyringStore) -> None:
    inside = threading.Semaphore(1)

    class Exclusive(Vault):
        def get_password(self, service: str, username: str) -> str | None:
            assert inside.acquire(blocking=False), "two calls at once"
            time.sleep(0.01)  # long enough for the other calls to arrive
            inside.release()
            return super().get_password(service, username)

    use(Exclusive(ours="token"))
    assert await asyncio.gather(*[store.load() for _ in range(5)]) == [Token("token")] * 5


async def test_a_call_that_waits_for_a_hanging_one_fails_as_busy_and_is_not_started(
    hanging: Hanging, hasty: KeyringStore
) -> None:
    outcomes = await asyncio.gather(hasty.load(), hasty.store(Token("new")), return_exceptions=True)
    assert [trouble.why for trouble in outcomes if isinstance(trouble, TokenStoreError)] == [
        Why.NOT_ANSWERING,
        Why.BUSY,
    ]
    assert hanging.started.wait(LONGEST)
    assert hanging.calls == ["get"]


async def test_the_call_after_a_cancelled_one_waits_until_the_keyring_is_free(
    hanging: Hanging, store: KeyringStore
) -> None:
    abandoned = asyncio.create_task(store.load())
    assert await asyncio.to_thread(hanging.started.wait, LONGEST)
    abandoned.cancel()
    following = asyncio.create_task(store.load())
    await asyncio.sleep(0)
    assert hanging.calls == ["get"]
    hanging.released.set()
    assert await following == Token("old")


# The process


def test_importing_the_module_does_not_import_keyring(tmp_path: Path) -> None:
    program = """
import sys, portui.credentials
portui.credentials.KeyringStore("x")
third = ("keyring", "secretstorage", "jeepney", "textual", "rich", "httpx", "pydantic")
print([name for name in third if name in sys.modules])
"""
    assert run_python(program, tmp_path) == "[]\n"


def test_a_hanging_call_does_not_delay_exit(tmp_path: Path) -> None:
    _write_keyring(tmp_path / "stuck.py", "__import__('threading').Event().wait()")
    program = """
import asyncio
from portui.credentials import KeyringStore, TokenStoreError
async def main():
    try:
        await KeyringStore("x", deadline=0.5).load()
    except TokenStoreError as trouble:
        print(trouble.why.name)
asyncio.run(main())
"""
    # The keyring never answers, so an exit that waited for it would not come at all.
    said = run_python(program, tmp_path, PYTHON_KEYRING_BACKEND="stuck.Keyring")
    assert said == "NOT_ANSWERING\n"


def test_backend_log_messages_do_not_reach_the_screen(tmp_path: Path) -> None:
    _write_keyring(
        tmp_path / "noisy.py", "__import__('logging').getLogger('keyring.noisy').error('broken')"
    )
    program = """
import asyncio
from portui.credentials import KeyringStore
print(asyncio.run(KeyringStore("x").load()))
"""
    assert run_python(program, tmp_path, PYTHON_KEYRING_BACKEND="noisy.Keyring") == "None\n"


# Tracebacks


def _assert_no_secret_in_our_locals(trace: TracebackType | None) -> None:
    while trace:
        if trace.tb_frame.f_code.co_filename == credentials.__file__:
            assert _SECRET not in repr(trace.tb_frame.f_locals)
        trace = trace.tb_next


def test_a_backends_own_traceback_has_no_token_in_our_frames(use: Use) -> None:
    class Quoting(Vault):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise KeyringError(f"cannot store {password}")

    use(Quoting(ours=f"a {_SECRET}"))
    with pytest.raises(KeyringError) as storing:
        credentials._write(_ORIGIN, Token(_SECRET), keyring.get_keyring())
    with pytest.raises(InvalidTokenError) as loading:
        credentials._read("portui", _ORIGIN, keyring.get_keyring())
    _assert_no_secret_in_our_locals(storing.tb)
    _assert_no_secret_in_our_locals(loading.tb)
