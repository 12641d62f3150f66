"""The service as a client sees it: its calls, the exchange beneath them, and its errors."""
