"""`portui doctor`: what portui sees of this machine and of the connection to the service.

Each check is a function with a finding of its own; none ends the others, and each that waits for
something else has a deadline.
"""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from portui.commands.command import Compose, Dependencies, ExitStatus
from portui.commands.options import add_output

if TYPE_CHECKING:
    from portui.commands.doctor.report import Report
    from portui.settings import Settings

DESCRIPTION = """\
Check what portui needs: its files, the terminal, the keyring, the token, and
the connection to the service. Nothing is changed. The report contains no
secrets, so it can go into a ticket.

Exit status 1: something needs care; the report says what to do."""


def add_arguments(parser: ArgumentParser) -> None:
    add_output(parser)


async def run(options: Namespace, compose: Compose) -> ExitStatus:
    """Run the command."""
    from portui import folders
    from portui.commands.doctor import machine, terminal
    from portui.commands.doctor.finding import ok
    from portui.commands.doctor.report import Report
    from portui.commands.doctor.service import (
        ResolvedSettings,
        resolve_leniently,
        without_service,
    )
    from portui.settings.themes import chosen_theme

    config_file, state_folder = folders.config_file(), folders.state_folder()
    if options.demo:
        dependencies = compose()
        demo = ok("Profile", "demo, in process")
        resolved = ResolvedSettings(dependencies.settings, (demo,))
    else:
        resolved = resolve_leniently(options, config_file)
        dependencies = compose(resolved.settings or without_service())
    report = Report(dependencies.console, options.output)
    report.add(*machine.check_versions())
    report.add(machine.check_home(state_folder), machine.check_state_folder(state_folder))
    theme = chosen_theme(state_folder) or dependencies.settings.theme
    report.add(terminal.check_terminal(dependencies.console), terminal.check_colours(theme))
    report.add(terminal.check_locale(dependencies.console))
    report.add(terminal.check_tmux(), terminal.check_clipboard())
    report.add(*resolved.findings)
    if resolved.settings and not resolved.settings.demo:
        await _check_service(
            report, resolved.settings, dependencies, may_send_token=resolved.config_is_sound
        )
    return ExitStatus.DONE if report.end() else ExitStatus.FAILED


async def _check_service(
    report: "Report", settings: "Settings", dependencies: Dependencies, *, may_send_token: bool
) -> None:
    from portui.commands.doctor.finding import not_applicable
    from portui.commands.doctor.machine import check_certificate_file
    from portui.commands.doctor.token import check_access, check_keyring, check_token
    from portui.operations.inspect_token import inspect_keyring

    console = dependencies.console
    console.show_progress("Asking the keyring…")
    keyring = await inspect_keyring(dependencies.store)
    token = settings.given_token or keyring.token
    report.add(check_keyring(settings, keyring))
    report.add(check_token(settings, token, dependencies), check_certificate_file())
    replies = await _check_network(report, settings, dependencies)
    if token and replies and may_send_token:
        console.show_progress("Asking the service…")
        report.add(*await check_access(dependencies, token))
    else:
        why = "config.toml can't be used" if not may_send_token else "the service wasn't reached"
        why = why if token else "there is no token"
        report.add(not_applicable("Project", f"not asked: {why}"))
        report.add(not_applicable("Permissions", f"not asked: {why}"))


async def _check_network(
    report: "Report", settings: "Settings", dependencies: Dependencies
) -> bool:
    """Check the connection to the service. Returns whether it replied."""
    from portui.commands.doctor import network
    from portui.operations.reach import reach

    proxy, target = network.check_proxy(settings.origin)
    report.add(proxy)
    if target is None:
        report.add(*network.not_reached("no usable proxy"))
        return False
    dependencies.console.show_progress("Connecting…")
    findings, connected = network.check_reach(await reach(target, dependencies.clock))
    report.add(*findings)
    if not connected:
        report.add(*network.not_reached("no connection"))
        return False
    dependencies.console.show_progress("Waiting for a reply…")
    probed = await dependencies.probe.reach()
    report.add(*network.check_reply(settings.origin, probed))
    return probed.reply is not None
