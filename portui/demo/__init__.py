"""The demo: a small stand-in for Calyptia Cloud's port calls, with made-up data.

`app` is an ordinary ASGI application (`uvicorn portui.demo:app`). It needs no lifespan events, so
it also runs in process. It accepts any token and keeps its data in memory only.
"""

from portui.demo.service import create_app

__all__ = ["app", "create_app"]

app = create_app()
