"""What keys set off, each from the key to what is shown."""
