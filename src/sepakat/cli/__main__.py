"""`python -m sepakat.cli`."""

from sepakat.cli import main

if __name__ == "__main__":
    main()
