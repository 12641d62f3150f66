"""10,000 ports in Textual's own DataTable, with a filter above it, as the floor for the list."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Input

PORTS = 10_000
_COLUMNS = ("Pipeline", "Frontend", "Backend", "Kind", "Endpoint")


class DataTableApp(App[None]):
    """A filter and a table. The table has the focus."""

    def compose(self) -> ComposeResult:
        """Compose the widgets."""
        filter_input = Input()
        filter_input.cursor_blink = False  # else there is always some output
        yield filter_input
        yield DataTable[str](cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        """Show all ports."""
        self.table.add_columns(*_COLUMNS)
        self._show("")
        self.table.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the ports that match the filter."""
        self._show(event.value)

    @property
    def table(self) -> DataTable[str]:
        """The table."""
        table: DataTable[str] = self.query_one(DataTable)
        return table

    def _show(self, word: str) -> None:
        self.table.clear()
        rows = (
            ("plenty", f"tcp {number}", "24224", "ClusterIP", f"plenty.demo.example:{number}")
            for number in range(30_001, 30_001 + PORTS)
        )
        self.table.add_rows(row for row in rows if word in " ".join(row))


if __name__ == "__main__":
    DataTableApp().run()
