"""Actions that keys trigger, each from the key press to the result on screen."""
