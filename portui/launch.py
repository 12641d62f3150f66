"""The one place where the parts are put together, as the command line asks for them."""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from portui.port.display import safe
from portui.port.identifier import port_ids_in
from portui.settings import (
    DEMO,
    TOKEN_VARIABLE,
    BadChoice,
    BadConfig,
    BadOrigin,
    BadToken,
    Choices,
    Settings,
    Sources,
    Token,
    load_profiles,
    resolve,
)
from portui.tui.terminal.encoding import fit_to_terminal
from portui.tui.terminal.typeahead import TypeAhead

if TYPE_CHECKING:
    from portui.api.client import CloudClient
    from portui.clipboard import Clipboard
    from portui.clock import Clock
    from portui.credentials import TokenStore
    from portui.journal import Keeping
    from portui.tui.app import PortuiApp


class WrongUse(Exception):
    """It was called wrongly, or where it can't run; one line says why."""


def launch(options: Namespace, early: TypeAhead | None) -> int:
    """Run portui; its exit status. Raises `WrongUse`."""
    fit_to_terminal()
    port_id = _port_id(options.port_id)
    settings = _settings(options)
    _check_terminal()
    return _run(options, settings, port_id, early)


def _port_id(text: str | None) -> UUID | None:
    if text is None:
        return None
    found = port_ids_in(text)
    if len(found) != 1:
        what = "holds several port IDs" if found else "is not a port ID"
        raise WrongUse(f"'{safe(text, 40)}' {what}")
    return found[0]


def _settings(options: Namespace) -> Settings:
    """The settings, or the end."""
    choices = Choices(options.api_url, options.profile, options.read_only)
    if options.demo:
        if options.api_url is not None or options.profile is not None:
            raise WrongUse("--demo has a service of its own: leave out --api-url and --profile")
        os.environ.pop(TOKEN_VARIABLE, None)  # nobody's business here, nor any child process's
        return replace(DEMO, profile=replace(DEMO.profile, read_only=options.read_only))
    from platformdirs import user_config_path

    config_file = user_config_path("portui") / "config.toml"
    try:
        profiles = load_profiles(config_file)
        return resolve(Sources(choices, os.environ, profiles, config_file))
    except (BadOrigin, BadChoice, BadConfig, BadToken) as error:
        from portui.explain.startup import explain_startup

        raise WrongUse(explain_startup(error)) from None


def _check_terminal() -> None:
    """The app draws on stderr's terminal and reads from stdin's; stdout may be anything."""
    if not (sys.stdin and sys.stdin.isatty()):
        raise WrongUse("standard input is not a terminal")
    if not (sys.stderr and sys.stderr.isatty()):
        raise WrongUse("standard error is not a terminal, and that is where portui draws")
    if os.environ.get("TERM", "dumb") in ("dumb", ""):
        raise WrongUse("this terminal (TERM) can't show a full screen")


def _over_ssh() -> bool:
    return not os.environ.keys().isdisjoint({"SSH_CONNECTION", "SSH_TTY"})


def _run(
    options: Namespace, settings: Settings, port_id: UUID | None, early: TypeAhead | None
) -> int:
    """Open the app; and again on the demo, if it ended for that."""
    # Textual reads both when it's imported. On a slow line an arrow key comes in pieces, of which
    # the first is Escape; a change waits for the next frame, and nothing here is ever animated.
    os.environ.setdefault("ESCDELAY", "300" if _over_ssh() else "100")
    os.environ.setdefault("TEXTUAL_FPS", "120")
    gc.disable()  # what is loaded now stays; the app has it on again after the first paint
    import asyncio

    from portui.threads import HastyLoop
    from portui.tui.app import Ending
    from portui.tui.terminal.driver import driver_for

    while True:
        with _kept_in(settings) as folder:
            app = compose_app(settings, folder, port_id)
            app.driver_class = driver_for(os.environ["TERM"], plain=options.plain_drawing)
            app.type_ahead = early
            with asyncio.Runner(loop_factory=HastyLoop) as runner:
                ending = runner.run(app.run_async(mouse=options.mouse or not _over_ssh()))
        for words in filter(None, (app.crash, app.parting)):
            with suppress(OSError):  # the terminal is gone
                sys.stderr.write(f"{words}\n")
        if ending is not Ending.DEMO:
            return app.return_code or 0
        settings, port_id = DEMO, None


@contextmanager
def _kept_in(settings: Settings) -> Iterator[Path]:
    """Where the journal and left forms are kept: the demo's only as long as it runs."""
    if settings.demo:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="portui-demo-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    else:
        yield _state_folder()


def _state_folder() -> Path:
    from platformdirs import user_state_path

    return user_state_path("portui")


def compose_app(settings: Settings, kept_in: Path, port_id: UUID | None) -> "PortuiApp":
    """The app with the collaborators that these settings ask for."""
    from portui.clock import Clock
    from portui.tui.app import Parts, PortuiApp

    clock = Clock()
    parts = Parts(
        settings=settings,
        store=partial(_store, settings),
        connect=_connect(settings, early=port_id is None),
        keeping=partial(_keeping, settings, kept_in, clock),
        crash_folder=_state_folder(),
        clock=clock,
        clipboard=_clipboard,
    )
    return PortuiApp(parts, port_id)


def _store(settings: Settings) -> "TokenStore":
    from portui.credentials import KeyringStore

    return KeyringStore(settings.origin.name)


def _clipboard() -> "Clipboard":
    import shutil

    from portui.clipboard import clipboard_of

    return clipboard_of(os.environ, sys.platform, shutil.which)


def _keeping(settings: Settings, kept_in: Path, clock: "Clock") -> "Keeping":
    from portui.journal import Keeping

    return Keeping.under(kept_in, settings.origin.name, clock.now)


def _connect(settings: Settings, *, early: bool) -> Callable[[Token], Awaitable["CloudClient"]]:
    """`early`: while the operator still types, the connection is made."""
    under_way = set()

    async def connect(token: Token) -> "CloudClient":
        import asyncio

        from portui.threads import in_daemon_thread

        client = await in_daemon_thread(lambda: _client(settings, token))
        if isinstance(client, Exception):
            raise client
        if early and not settings.demo:
            task = asyncio.create_task(client.connect_early())
            under_way.add(task)  # or it may be collected
            task.add_done_callback(under_way.discard)
        return client

    return connect


def _client(settings: Settings, token: Token) -> "CloudClient":
    """The client; its imports are what takes long, so this is for a thread."""
    from portui.api.client import CloudClient
    from portui.api.exchange import Exchange

    transport = None
    if settings.demo:
        import httpx

        from portui.demo import create_app

        transport = httpx.ASGITransport(create_app(), raise_app_exceptions=False)
    exchange = Exchange(settings.profile, token, transport=transport)
    exchange.prepare()
    return CloudClient(exchange, read_only=settings.profile.read_only)
