"""The composition root: resolves the settings and puts together the app, or a plain command.

Only here are the client, the keyring and the demo chosen and made.
"""
