"""The client of the service: its calls, the HTTP exchange below them, and its errors."""

import sys

# httpx imports its own command line, and with it click, rich and pygments where they are installed.
# They would be a third of the time that httpx takes to import, and commands don't import rich.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
