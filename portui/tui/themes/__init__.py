"""The themes: which colours they give, and how these replace the terminal's own."""
