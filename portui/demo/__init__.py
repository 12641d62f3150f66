"""The demo: a small stand-in for Calyptia Cloud's port calls, on made-up data.

`app` is an ordinary ASGI application (`uvicorn portui.demo:app`), and runs in process too: it needs
no lifespan events. It keeps everything in memory, accepts any token, and forgets all when it ends.
"""

from portui.demo.service import create_app

__all__ = ["app", "create_app"]

app = create_app()
