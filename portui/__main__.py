"""`python -m portui` is `portui`."""

from portui.cli import main

if __name__ == "__main__":
    main()
