"""portui: look up, see, edit and delete Calyptia Cloud pipeline ports from a terminal."""

__version__ = "1.0.0"
