"""`python -m sepakat.cli`."""

from sepakat.cli import main

main()
