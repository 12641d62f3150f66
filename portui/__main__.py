"""Run portui with `python -m portui`."""

from portui.cli import main

if __name__ == "__main__":
    main()
