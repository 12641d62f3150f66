"""A minimal Textual app, as the floor for comparisons."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Input


class MinimalApp(App[None]):
    """A header, an input and a footer."""

    def compose(self) -> ComposeResult:
        """Compose the widgets."""
        yield Header()
        yield Input(placeholder="Port ID")
        yield Footer()


if __name__ == "__main__":
    MinimalApp().run()
