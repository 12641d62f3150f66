"""portui's plain commands as a script runs them: without a terminal, against a faulty service."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.faulty_service import TOKEN, FaultyService
from tests.terminal.launch import PORTUI, ROOT, environment

_LONGEST: Final = 60.0  # seconds; ten times what a slow machine needs
HERE: Final = "here"
"""The profile of the service that a test runs."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON object that it wrote."""
        fields: dict[str, Any] = json.loads(self.out)
        return fields


@dataclass(frozen=True, slots=True)
class Plain:
    """Runs commands with a home folder of their own, and a token."""

    home: Path

    def configure(self, service: FaultyService, more: str = "") -> None:
        """Write a profile for a service, with short deadlines, that isn't protected."""
        folder = self.home / "CONFIG" / "portui"
        folder.mkdir(parents=True)
        profile = f'api_url = "{service.origin.name}"\ntoken_env = "TOKEN_HERE"\n{more}'
        folder.joinpath("config.toml").write_text(f"[profiles.{HERE}]\n{profile}")

    async def run(self, *arguments: str, env: Mapping[str, str | None] | None = None) -> Ended:
        """Run portui to its end, with nothing on its standard input."""
        async with self.running(*arguments, env=env) as process:
            return await self.end_of(process)

    async def end_of(self, process: asyncio.subprocess.Process) -> Ended:
        """Wait for the end of a running portui."""
        async with asyncio.timeout(_LONGEST):
            out, err = await process.communicate()
        assert TOKEN.encode() not in out + err
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())

    @asynccontextmanager
    async def running(
        self, *arguments: str, env: Mapping[str, str | None] | None = None
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run portui for the duration of the block."""
        process = await asyncio.create_subprocess_exec(
            *PORTUI,
            *arguments,
            cwd=ROOT,
            env=environment(self.home, {"TOKEN_HERE": TOKEN, **(env or {})}),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()

    def results(self) -> list[str | None]:
        """Return the results in the journal, of each change in order; `None` if it has none."""
        records = [
            json.loads(line)
            for path in self.home.glob("STATE/portui/journal/*.jsonl")
            for line in path.read_text().splitlines()
        ]
        found = {record["of"]: record["result"] for record in records if "of" in record}
        return [found.get(record["entry"]) for record in records if "entry" in record]
