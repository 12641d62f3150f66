"""portui: look up, see, edit and delete Calyptia Cloud pipeline ports from a terminal."""

__version__ = "0.1.0"
