"""The terminal: what it shows, and how little has to be sent to change that."""
