"""The client of the service: its calls, the HTTP exchange below them, and its errors."""
