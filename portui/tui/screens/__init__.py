"""The screens: one to work on, and the dialogs it asks with."""
